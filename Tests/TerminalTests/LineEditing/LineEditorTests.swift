import Basics
import Testing

@testable import Terminal

/// The effect of keys on the line, on a pseudo-terminal.
@Suite struct LineEditorTests {
  struct Keys: CustomTestStringConvertible, Sendable {
    let keys: String
    let line: String
    let testDescription: String

    init(_ description: String, _ keys: String, gives line: String) {
      testDescription = description
      self.keys = keys
      self.line = line
    }
  }

  static let keys: [Keys] = [
    Keys("plain", "next 2", gives: "next 2"),
    Keys("nothing", "", gives: ""),
    Keys("Ctrl-A and Ctrl-E", "two\u{1}one \u{5} three", gives: "one two three"),
    Keys("Home and End", "b\u{1B}[Ha\u{1B}[Fc", gives: "abc"),
    Keys("Home and End, application keys", "b\u{1B}OHa\u{1B}OFc", gives: "abc"),
    Keys("Home and End, numbered", "b\u{1B}[1~a\u{1B}[4~c", gives: "abc"),
    Keys("Left and Right", "ac\u{1B}[Db\u{1B}[Cd", gives: "abcd"),
    Keys("Delete", "xabc\u{1}\u{1B}[3~", gives: "abc"),
    Keys("Backspace", "abx\u{7F}c", gives: "abc"),
    Keys("Ctrl-D in a line deletes", "abxc\u{1B}[D\u{1B}[D\u{4}", gives: "abc"),
    Keys("Ctrl-Left and Ctrl-Right", "one two\u{1B}[1;5DX\u{1B}[1;5CY", gives: "one XtwoY"),
    Keys("Alt-Left and Alt-Right", "one two\u{1B}[1;3DX\u{1B}[1;3CY", gives: "one XtwoY"),
    Keys("Alt-B and Alt-F", "one two\u{1B}bX\u{1B}fY", gives: "one XtwoY"),
    Keys("Ctrl-K and Ctrl-Y", "abcd\u{1B}[D\u{1B}[D\u{B}\u{1}\u{19}", gives: "cdab"),
    Keys("Ctrl-U deletes to the beginning", "one two\u{1B}b\u{15}", gives: "two"),
    Keys("Ctrl-W and Ctrl-Y", "one two\u{17}\u{1}\u{19}", gives: "twoone "),
    Keys("Ctrl-L keeps the line", "ab\u{C}c", gives: "abc"),
    Keys("bracketed paste", "\u{1B}[200~view conv1[5]\u{1B}[201~", gives: "view conv1[5]"),
    Keys(
      "pasted lines wait for Enter", "\u{1B}[200~next\rview größe\r\r\u{1B}[201~",
      gives: "next\nview größe"),
    Keys("a pasted tab completes nothing", "\u{1B}[200~\tn\tx\u{1B}[201~y", gives: "  n  xy"),
    Keys("pasted keys are text", "\u{1B}[200~a\u{12}\u{1B}[Db\u{1B}[201~", gives: "a[Db"),
    Keys("pasting within a line", "ac\u{1B}[D\u{1B}[200~日本\u{1B}[201~b", gives: "a日本bc"),
    Keys("an indent that comes with more text", "\tnorm\r", gives: "  norm"),
    Keys(
      "Page Up, F5, Shift-Left, Ctrl-Delete, F1",
      "a\u{1B}[5~\u{1B}[15~\u{1B}[1;2D\u{1B}[3;5~\u{1B}OPb", gives: "ab"),
    Keys("Latin letters", "grüße", gives: "grüße"),
    Keys("cursor over two-byte letters", "grße\u{1B}[D\u{1B}[Dü", gives: "grüße"),
    Keys("Backspace over letters", "grüße\u{7F}\u{7F}\u{7F}ä", gives: "grä"),
    Keys("wide letters", "本語\u{1}日", gives: "日本語"),
    Keys("Backspace over a wide letter", "日本x\u{1B}[D\u{7F}語", gives: "日語x"),
    Keys("beyond the basic plane", "a😀b\u{1B}[D\u{7F}𝛼", gives: "a𝛼b"),
    Keys("symbols whose low byte is a control", "Σ†→∂ā\u{1B}[D\u{7F}", gives: "Σ†→ā"),
    Keys("words of other letters", "größe ähnlich\u{1B}[1;5DX", gives: "größe Xähnlich"),
  ]

  @Test func keysEdit() throws {
    let probe = try Probe()
    for row in Self.keys {
      let end = row.keys.hasSuffix("\r") ? "" : "\r"
      try probe.type(row.keys + end, expect: "\nline \(row.line.debugDescription)\r")
    }
    #expect(try probe.end() == 0)
  }

  @Test func brokenUTF8IsLeftOut() throws {
    let probe = try Probe()
    try probe.terminal.waitUntilRaw()
    try probe.terminal.send([0xFF, 0x61, 0xC3, 0x62, 0xE2, 0x82, 0x63, 0xC3, 0xC3, 0xBC, 0x0D])
    try probe.expect(#"line "abcü""#)
    #expect(try probe.end() == 0)
  }

  @Test func linesTypedAheadAreRead() throws {
    let probe = try Probe()
    try probe.type("one\rtwo\rgrößer\rquit\r", expect: #"line "one""#)
    for line in ["two", "größer", "quit"] { try probe.expect("line \(line.debugDescription)") }
    #expect(try probe.waitForExit() == 0)
  }

  @Test(arguments: [(1, 1), (1, 80), (24, 1), (3, 2), (2, 7)])
  func windowsOfAnySizeWork(_ rows: Int, columns: Int) throws {
    let probe = try Probe(rows: rows, columns: columns)
    try probe.terminal.waitUntilRaw()
    for key in ["view größe 日本語", "\u{1B}[D", "\u{7F}", "\t", "\u{12}vi", "\u{7}", "\u{C}"] {
      try probe.terminal.send(key)
    }
    probe.terminal.resize(rows: columns, columns: rows)
    try probe.type("\u{15}\u{B}quit\r", expect: #"line "quit""#)
    #expect(try probe.waitForExit() == 0)
  }

  @Test func aLineTooLongIsReported() throws {
    let probe = try Probe()
    try probe.terminal.waitUntilRaw()
    try probe.terminal.send(String(repeating: "y", count: longestEditedLine + 100) + "\u{7F}\r")
    try probe.expect("invalid: the line has more than \(longestEditedLine) characters")
    try probe.type("next\r", expect: #"line "next""#)
    #expect(try probe.end() == 0)
  }

  @Test func personalViKeysWork() throws {
    let folder = try TemporaryFolder()
    try folder.write("bind -v\nno such command\n\u{0}\n", to: ".editrc")
    let probe = try Probe(in: folder, environment: ["EDITRC": folder.path + "/.editrc"])
    try probe.type("conv1.w\t", expect: "eight ")
    try probe.type("\u{1B}0iX\r", expect: #"line "Xconv1.weight ""#)
    #expect(try probe.end() == 0)
  }

  @Test func completion() throws {
    let probe = try Probe()
    try probe.expect("[1]> ")
    try probe.type("n\t", expect: "orm1 ")
    try probe.type("\r", expect: #"line "norm1 ""#)

    // The common prefix is inserted and the candidates are listed; then the line is shown again.
    try probe.type("con\t", expect: "conv1         conv1.bias    conv1.weight\r\r\n")
    try probe.expect("[2]> conv1")
    try probe.type(".b\t", expect: "ias ")
    try probe.type("\r", expect: #"line "conv1.bias ""#)

    try probe.type("xyz\t", expect: "\u{7}")
    try probe.type("\r", expect: #"line "xyz""#)

    try probe.type("gr\t", expect: "grüßen  grün\r\r\n")
    try probe.type("ß\t\r", expect: #"line "grüßen ""#)
    try probe.type("日\t", expect: "日本語  日本酒\r\r\n")
    try probe.type("酒\t\r", expect: #"line "日本酒 ""#)

    // Within the line, the text after the cursor is kept, and no second space is inserted.
    try probe.type("grüße n 1\u{1B}[D\u{1B}[D\t\r", expect: #"line "grüße norm1 1""#)
    #expect(try probe.end() == 0)
  }

  @Test func completionLists() throws {
    let probe = try Probe(columns: 40)
    try probe.type("v\t", expect: "view    a command\r\r\nverify  a command\r\r\n")
    try probe.type("\u{15}many\t", expect: "many100\r\r\nand 30 more\r\r\n")
    try probe.expect("[1]> many")
    #expect(probe.terminal.screen.lines.allSatisfy { displayWidth($0) < 40 })
    try probe.type("\u{3}", expect: "interrupted")
    #expect(try probe.end() == 0)
  }

  @Test func linesOfACellAreKeptTogether() throws {
    let probe = try Probe()
    try probe.type("sum(\\\r", expect: #"line "sum(\\""#)
    try probe.expect("...> ")
    // For a continuation line, the completer sees the earlier lines too.
    try probe.type("earlier\t", expect: "sum(\\ ")
    try probe.type("\u{15}conv1)\r", expect: #"line "conv1)""#)
    try probe.expect("[2]> ")
    try probe.type("\u{1B}[A", expect: "sum(\\\r\nconv1)")
    try probe.type("\u{1B}[D.mean\r", expect: #"line "sum(\\\nconv1.mean)""#)
    #expect(try probe.end() == 0)
  }

  /// The longest line that can be edited, as defined by the C module.
  private var longestEditedLine: Int { 16384 }
}
