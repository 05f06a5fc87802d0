import Testing

@testable import Cells
@testable import Notebook

/// Cells that can't work: each gives one clear failure, and the session continues unchanged.
@Suite struct HostileCellsTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var cell: String
    var kind: Failure.Kind
    var message: String
    var testDescription: String { String(cell.prefix(60)) }

    init(_ cell: String, _ kind: Failure.Kind, _ message: String) {
      (self.cell, self.kind, self.message) = (cell, kind, message)
    }
  }

  static let cases = [
    Case("why norm1[17, 10, 299]", .name, "column 299"),
    Case("next\nwhy conv1[1, 2]", .name, "conv1"),
    Case("next\nwhy conv1[-1, 0, 0]", .name, "0...95"),
    Case("why conv1[1, 2, 3", .usage, "nothing closes this ["),
    Case("why conv1[1e300, 0, 0]", .expression, "whole numbers"),
    Case("why", .usage, "why needs the element"),
    Case("why gradient conv1[0, 0, 0]", .name, "gradient"),
    Case("next -3", .usage, "next takes a number of layers, 1 or more"),
    Case("next 99999999999999999999", .usage, "next takes a number of layers"),
    Case("goto nowhere", .name, "there is no layer 'nowhere'"),
    Case("sumary", .usage, "there is no command or name 'sumary'"),
    Case("summary --nonsense", .usage, "--nonsense"),
    Case("network \"no such", .usage, "nothing closes this \""),
    Case("let next = 3", .expression, "next"),
    Case("let conv1 = 3", .expression, "conv1"),
    Case("conv1.weight[96]", .expression, "95"),
    Case("out[99]", .expression, "99"),
    Case("(1 + 2", .expression, "this ( is never closed"),
    Case("1 +* 2", .expression, "a value was expected before *"),
    Case("set conv1.stride 0", .network, "stride"),
    Case("set conv1.kernel 500", .network, "conv1"),
    Case("set input 0", .network, "input"),
    Case("set conv1.filters 99999999999999999999", .network, "filters"),
    Case("image /", .file, "/"),
    Case("run /", .file, "/"),
    Case("load /dev/null", .file, "/dev/null"),
    Case("network load /dev/null", .file, "/dev/null"),
    Case("view 3 +", .expression, "3 +"),
    Case("help nonsense_topic", .name, "nonsense_topic"),
    Case(String(repeating: "(", count: 100_000), .expression, "this ( is never closed"),
    Case(String(repeating: "9", count: 2_000_000), .expression, "the text is longer than 1 MiB"),
    Case("1 + \u{0} 2", .expression, "the character U+0000 has no meaning here"),
  ]

  @Test(arguments: cases)
  func fails(_ example: Case) {
    var session = Session(host: QuietHost(isInteractive: true))
    let result = session.run(example.cell)
    let failure = result.failure
    #expect(failure?.kind == example.kind, "\(failure?.message ?? "no failure")")
    #expect(
      failure?.message.contains(example.message) == true && !example.message.isEmpty,
      "\(failure?.message ?? "")")
    #expect(failure.map { !$0.message.contains("\n") } ?? true, "\(failure?.message ?? "")")
    #expect(result.exitCode == 1)
    // The session still works, with the same network.
    #expect(session.network == session.original)
    #expect(session.run("1 + 1").output.plainText == "2")
  }
}
