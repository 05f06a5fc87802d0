import Foundation
import Testing

@testable import Terminal

/// Locales and terminals with few capabilities.
@Suite struct TerminalKindTests {
  @Test(
    arguments: [
      ["LANG": "C"], ["LANG": nil, "LC_ALL": "POSIX"], ["LANG": nil], ["LANG": "xx_YY.KOI8-R"],
      ["LC_CTYPE": "missing locale"],
    ] as [[String: String?]])
  func localesFallBackToUTF8(_ environment: [String: String?]) throws {
    let probe = try Probe(environment: environment)
    try probe.expect("utf8 true editing true")
    try probe.type("größe 日本\t", expect: "日本語  日本酒")
    try probe.type("語\r", expect: #"line "größe 日本語""#)
    #expect(try probe.end() == 0)
  }

  @Test func withoutUTF8OnlyASCIIIsEdited() throws {
    let folder = try TemporaryFolder()
    try folder.write("let größe = 3\nview conv1\n", to: "history")
    let probe = try Probe(in: folder, arguments: ["ascii"], environment: ["LC_ALL": "C"])
    try probe.expect("utf8 false editing true entries 2")
    try probe.type("gr\u{7F}ö\u{7F}ok\r", expect: #"line "ok""#)
    try probe.type("gr\t\r", expect: #"line "gr""#)
    try probe.type("\u{1B}[A\u{1B}[A\u{1B}[A\u{1B}[A\r", expect: #"line "view conv1""#)
    try probe.type("\u{12}conv\r", expect: #"line "view conv1""#)
    try probe.type("\u{12}let\u{3}", expect: "interrupted")
    #expect(try probe.end() == 0)
  }

  @Test(arguments: [nil, "", "dumb", "unknown", "no-such-terminal"] as [String?])
  func simpleTerminalsGetPlainText(_ term: String?) throws {
    let probe = try Probe(environment: ["TERM": term])
    try probe.expect("utf8 true editing false")
    try probe.expect("[1]> ")
    try probe.terminal.send("größe 日本語\n")
    try probe.expect(#"line "größe 日本語""#)
    try probe.expect("[2]> ")
    try probe.terminal.send("partial")
    try probe.expect("partial")
    try probe.terminal.interrupt()
    try probe.expect("interrupted")
    try probe.expect("[2]> ")
    try probe.terminal.send("work\n")
    try probe.expect("working")
    try probe.terminal.interrupt()
    try probe.expect("stopped")
    try probe.expect("[3]> ")
    try probe.terminal.send("\u{4}")
    try probe.expect("end")
    #expect(try probe.waitForExit() == 0)
    #expect(!probe.terminal.transcript.contains(0x1B))
  }

  @Test func withoutATerminalForOutputThePromptGoesToStandardError() throws {
    let folder = try TemporaryFolder()
    let probe = try Probe(in: folder, shell: #""$0" > "$HOME/out"; echo "status $?""#)
    try probe.expect("[1]> ")
    try probe.terminal.send("next\nquit\n")
    try probe.expect("status 0")
    try probe.waitForExit()
    let output = try folder.read("out")
    #expect(output.contains(#"line "next""#))
    #expect(!output.contains("[1]>") && !output.contains("\u{1B}"))
  }

  /// Closing the window ends the program. If SIGHUP is ignored, the end of the input does.
  @Test(arguments: [(nil, 128 + SIGHUP), (#"trap "" HUP; exec "$0""#, 0)] as [(String?, Int32)])
  func closingTheTerminalEndsTheProgram(_ shell: String?, status: Int32) throws {
    let probe = try Probe(shell: shell)
    try probe.expect("[1]> ")
    try probe.terminal.waitUntilRaw()
    probe.terminal.hangUp()
    #expect(try probe.waitForExit() == status)
  }

  @Test func promptsAreMarkedForLibedit() {
    let prompt = Prompt("[1]› ", color: "1;32")
    #expect(prompt.marked(utf8: true) == "\u{1}\u{1B}[1;32m\u{1}[1]›\u{1}\u{1B}[0m\u{1} ")
    #expect(prompt.plain(utf8: false) == "[1]? ")
    #expect(Prompt("[1]> ").marked(utf8: true) == "[1]> ")
    // No visible character would follow the escape sequence.
    #expect(Prompt(">", color: "1").marked(utf8: true) == ">")
  }
}
