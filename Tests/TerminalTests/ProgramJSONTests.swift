import Cells
import Notebook
import TensorFiles
import Testing

/// `--json`: one object per line and cell, whatever happens.
@Suite struct ProgramJSONTests {
  /// The members of the object in a line, read by the strict parser.
  private func object(_ line: String) throws -> [JSONValue.Member] {
    guard case .object(let members) = try JSONParser.parse(Array(line.utf8)) else {
      throw ProgramProcess.Failure(description: "not an object: \(line)")
    }
    return members
  }

  /// Every command, in cells.
  @Test(arguments: CommandTable.notebook.names.sorted())
  func everyCommand(_ name: String) throws {
    let command = try #require(CommandTable.notebook.named(name))
    for example in command.examples.filter(\.isRun).prefix(2) {
      let cells = example.after + [example.line]
      let result = try alexnet(["--json"] + cells.flatMap { ["-c", $0] })
      #expect(result.status <= 1, "\(result)")
      #expect(result.lines.count == cells.count, "\(result)")
      for line in result.lines { #expect(!(try object(line)).isEmpty, "\(line)") }
      #expect(result.errors.isEmpty && !result.output.contains("\r"), "\(result)")
    }
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var arguments: [String]
    var status: Int32
    /// The text that each output line must contain.
    var lines: [String]
    var testDescription: String { "alexnet \(arguments)" }

    init(_ arguments: [String], _ status: Int32, _ lines: String...) {
      (self.arguments, self.status, self.lines) = (arguments, status, lines)
    }
  }

  static let cases = [
    Case(["summary", "--json"], 0, #""parameters": 62378344"#),
    Case(["--json", "summary", "caffenet"], 0, #""parameters": 60965224"#),
    Case(["--network", "caffenet", "--json", "-c", "summary"], 0, #""parameters": 60965224"#),
    Case(["-c", "summary caffenet --json"], 0, #""parameters": 60965224"#),
    Case(["--json", "-c", "1", "-c", "0/0", "-c", "-1/0"], 0, #": 1}"#, #""nan""#, #""-inf""#),
    Case(["--json", "-c", "1\n2"], 0, #"{"outputs": [{"#),
    Case(["--json", "-c", ""], 0, "{"),
    Case(["help", "next", "--json"], 0, #"{"text": "#),
    Case(["--json", "-c", "1", "-c", "quit", "-c", "2"], 0, ": 1}", #"{"quit": true}"#),
    Case(["--json", "-c", "1", "-c", "2 +* 3", "-c", "4"], 1, ": 1}", #""column": 4"#),
    Case(["--json", "-c", "1\n2 +* 3"], 1, #""line": 2"#),
    Case(["--json", "goto", "conv9"], 1, #""kind": "name""#),
    Case(["--json", "sumary"], 2, #""hint": "did you mean summary?""#),
    Case(["summary", "--bogus", "--json"], 2, #""kind": "usage""#),
    Case(["--json", "--network", "nope"], 2, #""kind": "usage""#),
    Case(["--json", "image", "/nonexistent.png"], 1, #""kind": "file""#),
  ]

  @Test(arguments: cases)
  func gives(_ example: Case) throws {
    let result = try alexnet(example.arguments)
    #expect(result.status == example.status, "\(result)")
    #expect(result.lines.count == example.lines.count, "\(result)")
    for (line, expected) in zip(result.lines, example.lines) {
      #expect(line.contains(expected), "\(result)")
      _ = try object(line)
    }
    #expect(result.errors.isEmpty, "\(result)")
  }

  /// An error has the five documented members.
  @Test(arguments: [
    ["--json", "goto", "conv9"], ["--json", "--bogus"], ["--json", "-c", "1 +* 2"],
  ])
  func errorsHaveFiveMembers(_ arguments: [String]) throws {
    let members = try object(try alexnet(arguments).output)
    guard case .object(let error)? = members["error"] else {
      Issue.record("no error: \(members)")
      return
    }
    #expect(error.names.sorted() == ["column", "hint", "kind", "line", "message"])
  }

  /// Cells from a pipe and from a file: one line each, as they run; an error has its line number.
  @Test func scripts() throws {
    let script = "1\n[2,\n3]\n\n4 +* 5\n6\n"
    let folder = try TemporaryFolder()
    let file = try folder.file("script.cells", script)
    for arguments in [["--json"], ["run", "-", "--json"], ["run", file, "--json"]] {
      let result = try alexnet(arguments, input: script)
      #expect(result.status == 1 && result.errors.isEmpty, "\(result)")
      #expect(result.lines.count == 3, "\(result)")
      let members = try object(result.lines.last ?? "")
      guard case .object(let error)? = members["error"] else {
        Issue.record("no error: \(result)")
        return
      }
      #expect(error["line"] == .integer(5), "\(result)")
    }
    let nested = try alexnet(["--json", "-c", "run '\(file)'"])
    #expect(nested.status == 1 && nested.lines.count == 1, "\(nested)")
    _ = try object(nested.output)
  }
}
