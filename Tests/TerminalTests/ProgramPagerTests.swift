import Testing

/// Output longer than the screen pauses for the reader.
@Suite struct ProgramPagerTests {
  private static let question = "more: Enter or Space for the next screen, q to skip the rest"

  private static func notebook(_ environment: [String: String?] = [:]) throws -> ProgramNotebook {
    try ProgramNotebook(environment: environment, rows: 24, columns: 80)
  }

  /// One screen after another, to the end, with nothing left out.
  @Test(arguments: [" ", "\r", "\u{1B}[B"])
  func showsScreenAfterScreen(_ key: String) throws {
    let notebook = try Self.notebook()
    try notebook.type("help commands\r", expect: Self.question)
    #expect(notebook.terminal.screen.description.contains("next        Run the next layer"))
    #expect(!notebook.terminal.screen.description.contains("golden"))
    try notebook.type(key, expect: Self.question)
    try notebook.type(key, expect: Self.question)
    try notebook.type(key, expect: "[2]> ")
    for word in ["next  ", "train  ", "golden  ", "quit  "] {
      #expect(notebook.terminal.text.contains("  " + word), "\(word)")
    }
    #expect(try notebook.end() == 0)
  }

  @Test func skipsTheRest() throws {
    let notebook = try Self.notebook()
    try notebook.type("help commands\r", expect: Self.question)
    try notebook.type("q", expect: "[2]> ")
    #expect(!notebook.terminal.text.contains("golden  "))
    #expect(try notebook.end() == 0)
  }

  /// Ctrl-C skips the rest, also if it comes as soon as the question is seen; the next output pauses
  /// again.
  @Test func interruptSkipsTheRest() throws {
    let notebook = try Self.notebook()
    for number in 2...12 {
      try notebook.type("help commands\r", expect: "more: ")
      try notebook.terminal.interrupt()
      try notebook.terminal.expect("[\(number)]> ")
    }
    #expect(!notebook.terminal.text.contains("golden  "))
    #expect(try notebook.end() == 0)
  }

  /// A key that isn't an answer starts the next line; the rest is shown above it.
  @Test func typingStartsTheNextLine() throws {
    let notebook = try Self.notebook()
    try notebook.type("help commands\r", expect: Self.question)
    try notebook.type("1 + 41\r", expect: "golden  ")
    try notebook.terminal.expect("[2]> ")
    try notebook.terminal.expect("42")
    #expect(try notebook.end() == 0)
  }

  /// Pasted lines run one after another.
  @Test func pastedLinesDoNotWait() throws {
    let notebook = try Self.notebook()
    try notebook.type("help commands\rhelp commands\r6 * 7\r", expect: "42")
    #expect(try notebook.end() == 0)
  }

  @Test(arguments: ["dumb", "xterm"])
  func shortOutputDoesNotWait(_ kind: String) throws {
    let notebook = try Self.notebook(["TERM": kind])
    try notebook.terminal.send("help\r")
    try notebook.terminal.expect("[2]> ")
    #expect(!notebook.terminal.text.contains("more: "))
  }

  /// A lesson's step pauses after each screen, and its cells run as the reader continues.
  @Test func lessonsWait() throws {
    let notebook = try Self.notebook()
    try notebook.type("lesson 4\r", expect: Self.question)
    try notebook.type("q", expect: "answer> ")
    #expect(!notebook.terminal.text.contains("[−1, 3]"))
  }
}
