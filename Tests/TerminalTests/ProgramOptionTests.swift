import Foundation
import Testing

/// The global options, colour, seeds, and commands that run without earlier ones.
@Suite struct ProgramOptionTests {
  /// Options before the command, after it, and for cells.
  @Test(arguments: [
    ["--network", "caffenet", "summary"], ["summary", "--network", "caffenet"],
    ["summary", "caffenet"], ["--network", "caffenet", "-c", "summary"],
    ["-c", "summary", "--network", "caffenet"], ["-c", "summary --network caffenet"],
    ["-c", "network caffenet", "-c", "summary"], ["--seed", "3", "summary", "--network=caffenet"],
  ])
  func networks(_ arguments: [String]) throws {
    let result = try alexnet(arguments)
    #expect(result.status == 0 && result.output.contains("60,965,224"), "\(result)")
  }

  /// An option's old name works, and standard error says the new one, in a single line.
  @Test(arguments: [[], ["--json"]]) func oldNames(_ options: [String]) throws {
    let new = try alexnet(["predict", "trained", "card", "--crops", "ten"] + options)
    let old = try alexnet(["predict", "trained", "card", "--views", "ten"] + options)
    #expect(old.status == 0 && old.output == new.output && new.errors == "", "\(old) \(new)")
    #expect(old.errors.hasPrefix("note: --views is now called --crops"), "\(old)")
    #expect(old.errors.split(separator: "\n").count == 1, "\(old)")
  }

  struct Colour: CustomTestStringConvertible, Sendable {
    var arguments: [String]
    var environment: [String: String?]
    var isColoured: Bool
    var testDescription: String { "\(arguments) \(environment)" }

    init(_ arguments: [String], _ environment: [String: String?], _ isColoured: Bool) {
      (self.arguments, self.environment, self.isColoured) = (arguments, environment, isColoured)
    }

    init(_ arguments: [String], _ isColoured: Bool) { self.init(arguments, [:], isColoured) }
  }

  /// In a pipe there is no colour unless requested, and never a carriage return.
  @Test(arguments: [
    Colour(["summary"], false), Colour(["summary", "--color", "auto"], false),
    Colour(["summary", "--color", "always"], true),
    Colour(["--color", "always", "-c", "summary"], true),
    Colour(["summary", "--color", "never"], false),
    Colour(["summary", "--color", "always"], ["NO_COLOR": "1"], true),
    Colour(["summary"], ["NO_COLOR": ""], false),
    Colour(["summary", "--color", "always"], ["TERM": "dumb"], true),
    Colour(["goto", "conv9", "--color", "always"], true), Colour(["goto", "conv9"], false),
    Colour(["view", "image", "--color", "always"], true), Colour(["view", "image"], false),
    Colour(["summary", "--json", "--color", "always"], false),
  ])
  func pipes(_ example: Colour) throws {
    let result = try alexnet(example.arguments, environment: example.environment)
    let all = result.bytes + result.errorBytes
    #expect(!all.isEmpty && all.contains(0x1B) == example.isColoured, "\(result)")
    #expect(!all.contains(UInt8(ascii: "\r")), "\(result)")
  }

  /// On a terminal there is colour, unless `NO_COLOR` is set to something or the terminal has none.
  @Test(arguments: [
    Colour([], true), Colour([], ["NO_COLOR": ""], true), Colour([], ["NO_COLOR": "1"], false),
    Colour(["--color", "always"], ["NO_COLOR": "1"], true), Colour(["--color", "never"], false),
    Colour([], ["TERM": "dumb"], false), Colour([], ["TERM": nil], false),
  ])
  func terminals(_ example: Colour) throws {
    var variables = ["LANG": "C.UTF-8", "TERM": "xterm"]
    for (name, value) in example.environment { variables[name] = value }
    let terminal = try PseudoTerminal(
      program: try BuiltProducts.path("alexnet"), arguments: ["summary"] + example.arguments,
      environment: variables)
    #expect(try terminal.waitForExit() == 0)
    #expect(terminal.text.contains("62,378,344"))
    #expect(terminal.transcript.contains(0x1B) == example.isColoured, "\(terminal.text)")
  }

  /// In a narrow window, columns are left out and lines are wrapped.
  @Test(arguments: [40, 60, 80, 132])
  func widths(_ columns: Int) throws {
    for arguments in [
      ["summary"], ["networks"], ["help"], ["help", "why"], ["next", "2"],
    ] {
      let result = try alexnet(arguments, environment: ["COLUMNS": "\(columns)"])
      #expect(result.status == 0, "\(result)")
      let widest = result.lines.map(\.unicodeScalars.count).max() ?? 0
      #expect(widest <= columns, "\(arguments): \(result)")
    }
  }

  /// The same seed gives the same numbers, another seed gives others.
  @Test func seeds() throws {
    func numbers(_ seed: String...) throws -> String {
      let result = try alexnet(
        seed + ["--network", "cuda-convnet-18", "-c", "forward", "-c", "why conv1[5, 10, 23]"],
        environment: ["COLUMNS": "200"])
      #expect(result.status == 0, "\(result)")
      let time = try Regex(#" *\(?\d+(\.\d+)? ?(s|ms|µs)\b"#)
      return result.output.replacing(time, with: "")
    }
    let first = try numbers()
    #expect(first.contains("✓"))
    #expect(try numbers() == first)
    #expect(try numbers("--seed", "1") == first)
    #expect(try numbers("--seed", "2") != first)
  }

  /// A single command runs the layers that it needs.
  @Test(arguments: [
    (["why", "norm1[16, 10, 23]"], "✓"), (["show", "relu1[3]"], "55×55"),
    (["view", "pool1[0]"], "27×27"), (["verify", "gradient", "norm1"], "✓"),
    (["goto", "pool1"], "27"), (["-c", "pool1.output.shape"], "[1, 96, 27, 27]"),
    (["-c", "why pool1[3, 4, 5]"], "✓"),
  ])
  func aSingleCommandRunsWhatItNeeds(_ arguments: [String], _ expected: String) throws {
    let result = try alexnet(arguments)
    #expect(result.status == 0 && result.output.contains(expected), "\(result)")
  }
}
