import Testing

/// The program's exit codes: 0 success, 1 a cell failed, 2 wrong usage.
@Suite struct ProgramExitCodeTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var arguments: [String]
    var input: String
    var status: Int32
    var output: String
    var errors: String
    var testDescription: String { "alexnet \(arguments)" }

    init(
      _ arguments: [String], input: String = "", _ status: Int32, output: String = "",
      errors: String = ""
    ) {
      (self.arguments, self.input, self.status) = (arguments, input, status)
      (self.output, self.errors) = (output, errors)
    }
  }

  static let success = [
    Case([], 0),
    Case([], input: "20 + 22\n# a comment\n\n2 * 21", 0, output: "42\n42\n"),
    Case([], input: "[1,\n  2,\n  3]\n", 0, output: "[1, 2, 3]\n"),
    Case([], input: "20 + 22\nquit\nnonsense\n", 0, output: "42\n"),
    Case([], input: "20 + 22\r\n2 * 21\r\n", 0, output: "42\n42\n"),
    Case([], input: "\u{FEFF}20 + 22\n", 0, output: "42\n"),
    Case(["-c", "20 + 22"], 0, output: "42\n"),
    Case(["-c", "let a = 40", "-c", "a + 2"], 0, output: "a = 40\n42\n"),
    Case(["-c", "40 + 1\n40 + 2"], 0, output: "41\n42\n"),
    Case(["-c", "-1 + 2"], 0, output: "1\n"),
    Case(["-c", ""], 0),
    Case(["-c", "quit", "-c", "nonsense"], 0),
    Case(["-c", "20 + 22\nquit\nnonsense"], 0, output: "42\n"),
    Case(["run", "-"], input: "20 + 22\n", 0, output: "42\n"),
    Case(["-c", "run -"], input: "20 + 22\n", 0, output: "42\n"),
    Case(["quit"], 0),
    Case(["version"], 0, output: "alexnet "),
    Case(["--version"], 0, output: "alexnet "),
    Case(["--help"], 0, output: "SUBCOMMANDS"),
    Case(["help"], 0, output: "step through the network"),
    Case(["help", "why"], 0, output: "norm1[17, 10, 23]"),
    Case(["why", "--help"], 0, output: "norm1[17, 10, 23]"),
    Case(["summary", "-h"], 0, output: "--formula"),
    Case(["help", "help"], 0, output: "help NAME"),
    Case(["-c", "summary --help"], 0, output: "--formula"),
    Case(["summary"], 0, output: "62,378,344"),
    Case(["why", "norm1[16, 10, 23]"], 0, output: "✓"),
    Case(["why", "norm1[16,", "10,", "23]"], 0, output: "✓"),
    Case(["set", "conv1.stride", "2"], 0, output: "conv1"),
  ]

  static let failures = [
    Case([], input: "1\n\n2 +* 3\n4\n", 1, output: "1\n", errors: "line 3: "),
    Case([], input: "1\n[2,\n3 +* 4]\n5", 1, output: "1\n", errors: "line 3: "),
    Case([], input: "(1 +", 1, errors: "line 1: "),
    Case([], input: "let a = 1\nsumary\n", 1, output: "a = 1\n", errors: "did you mean summary?"),
    Case(["-c", "1", "-c", "2 +* 3", "-c", "4"], 1, output: "1\n", errors: "cell 2: "),
    Case(["-c", "1\n2 +* 3\n4"], 1, output: "1\n"),
    Case(["-c", "next 0"], 1, errors: "next takes a number of layers"),
    Case(["-c", "summary --network nope"], 1, errors: "nope"),
    Case(["-c", "summary --color never"], 1, errors: "--color applies to the whole program"),
    Case(["goto", "conv9"], 1, errors: "there is no layer 'conv9'"),
    Case(["network", "alexnot"], 1, errors: "did you mean alexnet"),
    Case(["run", "/nonexistent"], 1, errors: "/nonexistent"),
    Case(["run", "-"], input: "1\nnext 0\n3\n", 1, output: "1\n", errors: "line 2: "),
    Case(["-c", "run -"], input: "1\nnext 0\n3\n", 1, output: "1\n", errors: "line 2: "),
  ]

  static let wrongUsage = [
    Case(["sumary"], 2, errors: "did you mean summary?"),
    Case(["1 + 1"], 2, errors: "alexnet -c"),
    Case([""], 2, errors: "unexpected argument ''"),
    Case(["--bogus"], 2, errors: "--bogus"),
    Case(["summary", "--bogus"], 2, errors: "--bogus"),
    Case(["summary", "alexnet", "caffenet"], 2, errors: "caffenet"),
    Case(["why"], 2, errors: "why needs the element"),
    Case(["why", "conv1"], 2, errors: "which element of conv1?"),
    Case(["next", "-3"], 2, errors: "next takes a number of layers, 1 or more"),
    Case(["next", "x"], 2, errors: "next takes a number of layers, 1 or more"),
    Case(["-c"], 2, errors: "-c"),
    Case(["-c", "1", "summary"], 2, errors: "-c runs cells, so no command can follow it"),
    Case(["summary", "-c", "1"], 2, errors: "-c runs cells, so no command can follow it"),
    Case(["--seed", "x"], 2, errors: "--seed"),
    Case(["--seed", "-1"], 2, errors: "--seed"),
    Case(["summary", "--seed", "1.5"], 2, errors: "--seed"),
    Case(["--seed"], 2, errors: "--seed"),
    Case(["--network", "nope"], 2, errors: "there is no network 'nope'"),
    Case(["--network", "nope", "summary"], 2, errors: "there is no network 'nope'"),
    Case(["summary", "--network", "alexnot"], 2, errors: "did you mean alexnet"),
    Case(["--threads", "0"], 2, errors: "--threads takes"),
    Case(["summary", "--threads", "0"], 2, errors: "--threads takes"),
    Case(["--engine", "warp"], 2, errors: "there is no engine 'warp'"),
    Case(["--color", "mauve"], 2, errors: "mauve"),
    Case(["summary", "--style", "mauve"], 2, errors: "mauve"),
    Case(["golden", "mauve"], 2, errors: "mauve"),
    Case(["golden", "inputs"], 2, errors: "where to?"),
    Case(["bench", "--steps", "0"], 2, errors: "--steps takes"),
    Case(["paper", "mauve"], 2, errors: "paper has no part 'mauve'"),
    Case(["run"], 2, errors: "run FILE runs the cells of a file"),
    Case(["network", "load"], 2, errors: "takes a file"),
  ]

  @Test(arguments: success + failures + wrongUsage)
  func ends(_ example: Case) throws {
    let result = try alexnet(example.arguments, input: example.input)
    #expect(result.status == example.status, "\(result)")
    // Expected text that ends in a line break is the complete output, otherwise a part of it.
    if example.output.isEmpty || example.output.hasSuffix("\n") {
      #expect(result.output == example.output, "\(result)")
    } else {
      #expect(result.output.holds(example.output), "\(result)")
    }
    #expect(
      example.status == 0
        ? result.errors.isEmpty : result.errors.hasPrefix("error: ") || result.hasCaret, "\(result)"
    )
    #expect(result.errors.holds(example.errors), "\(result)")
  }

  /// Files run one after another in the same session; an error names its file and line.
  @Test func runsFiles() throws {
    let folder = try TemporaryFolder()
    let good = try folder.file("good.cells", "# a script\nlet a = [1,\n  41]\na[0] + a[1]\n")
    let bad = try folder.file("bad.cells", "a[1]\n\n2 +* 3\n4\n")
    let nested = try folder.file("nested.cells", "run '\(good)'\n5\n")
    let quits = try folder.file("quits.cells", "6\nquit\n7\n")
    let wide = ["COLUMNS": "1000"]
    var result = try alexnet(["run", good, nested])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
    #expect(result.lines == ["a = [1, 41]", "42", "a = [1, 41]", "42", "5"])
    result = try alexnet(["run", good, bad, good], environment: wide)
    #expect(result.status == 1, "\(result)")
    #expect(result.lines == ["a = [1, 41]", "42", "41"])
    #expect(result.errors.contains("bad.cells, line 3: "), "\(result)")
    result = try alexnet(["run", quits, bad])
    #expect(result.status == 0 && result.output == "6\n", "\(result)")
    result = try alexnet(
      ["-c", "let a = [1, 41]", "-c", "run '\(bad)'", "-c", "8"], environment: wide)
    #expect(result.status == 1 && result.lines == ["a = [1, 41]", "41"], "\(result)")
    #expect(result.errors.contains("bad.cells, line 3: "), "\(result)")
  }

  /// A script that runs itself ends with a message, not a stack overflow.
  @Test func runsItself() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("self.cells", "")
    _ = try folder.file("self.cells", "run '\(path)'\n")
    let result = try alexnet(["run", path], environment: ["COLUMNS": "10000"])
    #expect(result.status == 1, "\(result)")
    #expect(result.errors.contains("deep"), "\(result)")
    #expect(result.lines.isEmpty)
  }
}

extension ProgramResult {
  /// Whether the message has a caret below the text that it is about.
  var hasCaret: Bool {
    errors.contains("\n  ") && errors.contains("^") && errors.contains("\nerror: ")
  }
}
