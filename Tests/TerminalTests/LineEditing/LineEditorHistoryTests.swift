import Testing

@testable import Terminal

/// The history as the user sees it, on a pseudo-terminal.
@Suite struct LineEditorHistoryTests {
  private let up = "\u{1B}[A"
  private let down = "\u{1B}[B"

  @Test func historyOutlivesTheProgram() throws {
    let folder = try TemporaryFolder()
    let first = try Probe(in: folder)
    for line in ["why norm1[17, 10, 23]", "grüße 日本語", "grüße 日本語", "  ", "sum(\\"] {
      try first.type(line + "\r", expect: "line \(line.debugDescription)")
    }
    try first.type("conv1)\r", expect: #"line "conv1)""#)
    #expect(try first.end() == 0)
    #expect(
      try folder.read("history") == "why norm1[17, 10, 23]\ngrüße 日本語\nsum(\\\\\\nconv1)\n")
    #expect(try folder.permissions("history") == 0o600)

    let second = try Probe(in: folder)
    try second.expect("entries 3")
    try second.type(up + "\r", expect: #"line "sum(\\\nconv1)""#)
    try second.type(up + up + "\r", expect: #"line "grüße 日本語""#)
    try second.type("partial" + up + down + " line\r", expect: #"line "partial line""#)
    #expect(try second.end() == 0)
  }

  @Test func theFolderIsCreated() throws {
    let folder = try TemporaryFolder()
    let environment =
      ["ALEXNET_HISTORY": nil, "XDG_STATE_HOME": folder.path + "/a/b"] as [String: String?]
    let probe = try Probe(in: folder, environment: environment)
    try probe.type("next\r", expect: #"line "next""#)
    #expect(try probe.end() == 0)
    #expect(try folder.read("a/b/alexnet/history") == "next\n")
    #expect(try folder.permissions("a/b/alexnet") == 0o700)

    let home = try Probe(in: folder, environment: ["ALEXNET_HISTORY": nil])
    try home.type("previous\r", expect: #"line "previous""#)
    #expect(try home.end() == 0)
    #expect(try folder.read(".local/state/alexnet/history") == "previous\n")
  }

  @Test func searching() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "why norm1[17, 10, 23]\nview conv1\nlet größe = 3\nview conv2\nview conv2.weight\nx = 1.5\n",
      to: "history")
    let probe = try Probe(in: folder)
    try probe.expect("[1]> ")
    // Brackets and dots are matched literally.
    try probe.type("\u{12}norm1[", expect: "why norm1[17, 10, 23]")
    try probe.type("\r", expect: #"line "why norm1[17, 10, 23]""#)
    try probe.type("\u{12}1.\r", expect: #"line "x = 1.5""#)
    try probe.type("\u{12}ö\r", expect: #"line "let größe = 3""#)
    // Ctrl-R again searches for older entries, Ctrl-S for newer ones.
    try probe.type("\u{12}view\u{12}\r", expect: #"line "view conv2""#)
    try probe.type("\u{12}view\u{12}\u{12}\u{12}\u{13}\r", expect: #"line "view conv2""#)
    try probe.type("\u{12}2.w\u{12}\u{12}\r", expect: #"line "view conv2.weight""#)
    // An arrow key ends the search and keeps the line, with the cursor at the match.
    try probe.type("\u{12}conv1\u{1B}[D!\r", expect: #"line "view! conv1""#)
    // Ctrl-G restores the line from before the search.
    try probe.type("mine\u{12}conv\u{7}\r", expect: #"line "mine""#)
    // A failed search changes nothing, and Backspace returns to the last match.
    try probe.type("\u{12}größeX", expect: "no match")
    try probe.type("\u{7F}\r", expect: #"line "let größe = 3""#)
    // An empty search repeats the last one.
    try probe.type("\u{12}\u{12}\r", expect: #"line "let größe = 3""#)
    #expect(try probe.end() == 0)
  }

  @Test func garbageIsSkipped() throws {
    let folder = try TemporaryFolder()
    var bytes: [UInt8] = [0x00, 0x01, 0xFF, 0xFE, 0x0A] + Array("good\n".utf8)
    bytes += [0x1B, 0x5B, 0x32, 0x4A, 0x0A, 0xC3, 0x28, 0x0A, 0x0A]
    bytes += [UInt8](repeating: 0x61, count: 200_000) + [0x0A] + Array("also good".utf8)
    try folder.write(bytes, to: "history")
    let probe = try Probe(in: folder)
    try probe.expect("entries 2")
    try probe.type(up + up + "\r", expect: #"line "good""#)
    try probe.type(up + up + "\r", expect: #"line "also good""#)
    #expect(try probe.end() == 0)
    // A line end was added to the unterminated entry before the next one was appended.
    #expect(try folder.bytes("history").suffix(25) == Array("also good\ngood\nalso good\n".utf8))
  }

  @Test func aHistoryThatCannotBeSavedIsOneWarning() throws {
    let folder = try TemporaryFolder()
    try folder.write("I am a file", to: "file")
    let cases: [(environment: [String: String?], shell: String?, reason: String)] = [
      (["ALEXNET_HISTORY": folder.path + "/file/history"], nil, "Not a directory"),
      (["ALEXNET_HISTORY": folder.path], nil, "Is a directory"),
      (["ALEXNET_HISTORY": folder.path + "/full"], #"ulimit -f 0; exec "$0""#, "File too large"),
    ]
    for (environment, shell, reason) in cases {
      let probe = try Probe(in: folder, shell: shell, environment: environment)
      try probe.type("one\r", expect: #"line "one""#)
      try probe.type("two\r", expect: #"line "two""#)
      try probe.type(up + up + "\r", expect: #"line "one""#)
      #expect(try probe.end() == 0)
      let warnings = probe.terminal.text.ranges(of: "warning: the history is not saved")
      #expect(warnings.count == 1)
      #expect(probe.terminal.text.contains(reason))
    }
    #expect(try folder.read("file") == "I am a file")
  }

  @Test(arguments: ["", "/dev/null"])
  func savingNothing(_ path: String) throws {
    let probe = try Probe(environment: ["ALEXNET_HISTORY": path])
    try probe.type("one\r", expect: #"line "one""#)
    try probe.type(up + "\r", expect: #"line "one""#)
    #expect(try probe.end() == 0)
    #expect(!probe.terminal.text.contains("warning"))
  }
}
