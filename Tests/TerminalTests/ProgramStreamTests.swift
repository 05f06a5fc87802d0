import Foundation
import Testing

/// Standard streams that are closed, full or of the wrong kind: the program reports it with the
/// documented exit code, and leaves no half-written files.
@Suite struct ProgramStreamTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var shell: String
    var arguments: [String]
    var status: Int32
    /// The beginning of the line on standard error.
    var errors: String
    var testDescription: String { shell + " " + arguments.joined(separator: " ") }

    init(_ shell: String, _ arguments: [String], _ status: Int32, _ errors: String = "") {
      (self.shell, self.arguments, self.status, self.errors) = (shell, arguments, status, errors)
    }
  }

  static let cases = [
    Case(#"exec "$0" "$@" >&-"#, ["version"], 1, "error: cannot write to standard output: "),
    Case(#"exec "$0" "$@" >&-"#, ["-c", "1 + 1"], 1, "error: cannot write to standard output: "),
    Case(#"echo 1 | "$0" >&-"#, [], 1, "error: cannot write to standard output: "),
    Case(#"exec "$0" "$@" >&-"#, ["--version"], 1, "error: cannot write to standard output: "),
    Case(
      #"exec "$0" "$@" >&-"#, ["--json", "--bogus"], 1, "error: cannot write to standard output"),
    Case(#"exec "$0" "$@" >&- 2>&-"#, ["version"], 1),
    Case(#"exec "$0" "$@" 2>&-"#, ["--bogus"], 2),
    Case(#"exec "$0" "$@" 2>&-"#, ["goto", "conv9"], 1),
    Case(#"exec "$0" "$@" 2>&-"#, ["version"], 0),
    Case(#"exec "$0" "$@" <&-"#, ["version"], 0),
    Case(#"exec "$0" "$@" <&-"#, [], 1, "error: standard input is closed"),
    Case(#"exec "$0" "$@" <&-"#, ["run", "-"], 1, "error: standard input is closed"),
    Case(#"exec "$0" "$@" <&-"#, ["-c", "run -"], 1, "error: cannot read standard input: "),
    Case(#"exec "$0" "$@" < /"#, [], 1, "error: standard input is a folder"),
    // The reader has closed the pipe, so the error isn't reported.
    Case(#"{ sleep 0.3; "$0" "$@"; echo "status $?" >&2; } | true"#, ["summary"], 0, "status 1"),
    Case(#""$0" "$@" | head -1 >/dev/null"#, ["summary"], 0),
  ]

  #if os(Linux)
    static let full = [
      Case(
        #"exec "$0" "$@" >/dev/full"#, ["version"], 1, "error: cannot write to standard output: "),
      Case(
        #"exec "$0" "$@" >/dev/full"#, ["forward"], 1, "error: cannot write to standard output: "),
      Case(#"exec "$0" "$@" 2>/dev/full"#, ["--bogus"], 2),
      Case(
        #"exec "$0" "$@""#, ["view", "image", "--png", "/dev/full"], 1,
        "error: cannot write /dev/full"),
      Case(
        #"exec "$0" "$@""#, ["network", "save", "/dev/full"], 1, "error: cannot write /dev/full"),
    ]
  #else
    static let full: [Case] = []
  #endif

  @Test(arguments: cases + full)
  func ends(_ example: Case) throws {
    let result = try alexnet(example.arguments, shell: example.shell)
    #expect(result.status == example.status, "\(result)")
    #expect((example.errors.isEmpty || result.errors.hasPrefix(example.errors)), "\(result)")
    #expect(result.errors.isEmpty == example.errors.isEmpty, "\(result)")
    // One line for the message, and one for the hint.
    #expect(result.errors.split(separator: "\n").count <= 2, "\(result)")
  }

  /// Unwritable files: a message, and no file in the place of the target or next to it.
  @Test(arguments: [
    ("", ["view", "image", "--png", "missing/x.png"], "cannot write missing/x.png"),
    ("", ["view", "image", "--png", "."], "cannot write .: it is a folder"),
    ("", ["view", "image", "--png", ""], "the path is empty"),
    ("", ["network", "save", "."], "cannot write .: it is a folder"),
    ("", ["network", "save", "kept/x.json"], "cannot write kept/x.json"),
    ("ulimit -f 1;", ["view", "image", "--png", "x.png"], "cannot write x.png: "),
    ("ulimit -f 0;", ["network", "save", "x.json"], "cannot write x.json: "),
    ("ulimit -f 1;", ["view", "image", "--png", "kept", "--overwrite"], "cannot write kept: "),
  ])
  func filesThatCannotBeWritten(
    _ limit: String, _ arguments: [String], _ message: String
  ) throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("kept", "as it was")
    let result = try alexnet(
      arguments, shell: #"cd "$HOME" && \#(limit) exec "$0" "$@""#, home: folder.path)
    #expect(result.status == 1, "\(result)")
    #expect(result.errors.hasPrefix("error: ") && result.errors.holds(message), "\(result)")
    #expect(result.output.isEmpty, "\(result)")
    #expect(folder.files == ["kept"])
    #expect(try String(contentsOfFile: folder.path + "/kept", encoding: .utf8) == "as it was")
  }

  /// Bytes that aren't text, and lines that no person would type.
  @Test(
    arguments: [
      ("1 + 1\n\u{0}2\n3\n", 1, "2\n", "line 2: byte 1 is NUL"),
      (
        "1 + 1\n" + String(repeating: "9", count: 10 << 20) + "\n3\n", 1, "2\n",
        "line 2: the line is 10485760 bytes long"
      ),
      (String(repeating: "(", count: 100_000) + "\n", 1, "", "line 1"),
      (String(repeating: "[1,\n", count: 30_000), 1, "", "line "),
      (String(repeating: "1 +\n", count: 30_000), 1, "", "line "),
      ("(" + String(repeating: "\n", count: 1_000_000), 1, "", "line 1"),
      ("1 + 1\n\n\n", 0, "2\n", ""),
    ] as [(String, Int32, String, String)])
  func pipedBytes(_ input: String, _ status: Int32, _ output: String, _ message: String) throws {
    let result = try alexnet([], input: input)
    #expect(result.status == status, "\(result)")
    #expect(result.output == output, "\(result)")
    #expect(
      result.errors.holds(message) && result.errors.isEmpty == message.isEmpty, "\(result)")
  }

  @Test func pipedBytesThatAreNotUTF8() throws {
    let process = try ProgramProcess([], input: Array("1 + 1\n2 ".utf8) + [0xFF, 0x0A, 0x33])
    let result = try process.waitForExit()
    #expect(result.status == 1 && result.output == "2\n", "\(result)")
    #expect(result.errors.contains("line 2: byte 3 is 0xff"), "\(result)")
  }
}
