import Foundation
import Testing

@testable import Terminal

/// Interrupts, suspension, termination and resizing, on a pseudo-terminal.
@Suite struct LineEditorSignalTests {
  /// The state of the editor, the keys that lead to it, and the last text printed on the way.
  @Test(arguments: [
    ("an empty line", "", "[2]> "),
    ("a partial line", "view conv", "conv"),
    ("the middle of a line", "conv1\u{1}X", "X"),
    ("a line of several rows", String(repeating: "0123456789", count: 20) + "\u{1}X", "X"),
    ("half an escape sequence", "a\u{1B}", "a"),
    ("a search", "\u{12}", "search '': "),
    ("a search with a match", "\u{12}a", "an old line"),
    ("a search without one", "\u{12}zz", "z': "),
  ])
  func interruptsClearTheLine(_ place: String, keys: String, shown: String) throws {
    let probe = try Probe()
    try probe.type("an old line\r", expect: #"line "an old line""#)
    try probe.type(keys, expect: shown)
    try probe.terminal.interrupt()
    try probe.expect("^C\r\ninterrupted")
    try probe.expect("[2]> ")
    try probe.type("next\r", expect: #"line "next""#)
    #expect(try probe.end() == 0)
  }

  @Test func interruptsAtThePromptNeverQuit() throws {
    for environment in [[:], ["TERM": "dumb"]] as [[String: String?]] {
      let probe = try Probe(environment: environment)
      for _ in 0..<20 {
        try probe.expect("[1]> ")
        try probe.terminal.interrupt()
        try probe.expect("interrupted")
      }
      try probe.expect("[1]> ")
      try probe.terminal.send("quit\r")
      #expect(try probe.waitForExit() == 0)
      #expect(!probe.terminal.text.contains("once more"))
    }
  }

  @Test func interruptsStopACommand() throws {
    let probe = try Probe()
    for _ in 0..<3 {
      try probe.type("work\r", expect: "working")
      try probe.terminal.interrupt()
      try probe.expect("stopped")
    }
    try probe.type("next\r", expect: #"line "next""#)
    #expect(try probe.end() == 0)
  }

  /// oneDNN's code for AVX2 keeps data below the thread's stack pointer, where a handler would overwrite it.
  @Test func handlersLeaveTheStackAlone() throws {
    let probe = try Probe()
    try probe.type("stack\r", expect: "a separate stack: true")
    #expect(try probe.end() == 0)
  }

  @Test func insistingQuitsACommandThatDoesNotStop() throws {
    let probe = try Probe()
    try probe.type("hang\r", expect: "working")
    let deadline = ContinuousClock.now + PseudoTerminal.patience
    // Before the hint, Ctrl-C doesn't quit, however often it is pressed.
    while !probe.terminal.text.contains("once more"), .now < deadline {
      try probe.terminal.interrupt()
      try? probe.terminal.expect("once more to quit at once", timeout: .milliseconds(200))
    }
    #expect(probe.terminal.text.contains("once more"))
    try probe.terminal.interrupt()
    #expect(try probe.waitForExit() == 128 + SIGINT)
  }

  @Test func suspendingRestoresTheTerminal() throws {
    // As in real use, a shell with job control runs the program; without one, nothing would
    // continue it.
    let probe = try Probe(shell: #"set -m; "$0"; echo "back $?"; fg >/dev/null; echo "over $?""#)
    try probe.expect("[1]> ")
    try probe.type("view co", expect: "view co")
    try probe.terminal.send("\u{1A}")
    try probe.expect("back")
    // The shell continues it at once, and the line is unchanged.
    try probe.expect("[1]> view co")
    try probe.type("nv1\r", expect: #"line "view conv1""#)
    try probe.type("\u{4}", expect: "end")
    try probe.expect("over 0")
    #expect(try probe.waitForExit() == 0)
  }

  @Test func aCommandCanBeSuspended() throws {
    // The trap keeps the shell alive if an interrupt arrives before it has returned the terminal.
    let shell = #"trap : INT; set -m; "$0"; echo "back $?"; fg >/dev/null; echo "over $?""#
    let probe = try Probe(shell: shell)
    try probe.type("work\r", expect: "working")
    try probe.terminal.send("\u{1A}")
    try probe.expect("back")
    let deadline = ContinuousClock.now + PseudoTerminal.patience
    while !probe.terminal.text.contains("stopped"), .now < deadline {
      try probe.terminal.interrupt()
      try? probe.terminal.expect("stopped", timeout: .milliseconds(200))
    }
    try probe.type("next\r", expect: #"line "next""#)
    try probe.type("\u{4}", expect: "end")
    try probe.expect("over 0")
    try probe.waitForExit()
  }

  @Test func continuingAfterAStopThatCannotBeHandled() throws {
    let probe = try Probe()
    try probe.type("view co", expect: "view co")
    probe.terminal.signal(SIGSTOP)
    try probe.terminal.waitUntilStopped()
    probe.terminal.signal(SIGCONT)
    try probe.expect("[1]> view co")
    try probe.type("nv1\r", expect: #"line "view conv1""#)
    #expect(try probe.end() == 0)
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGQUIT])
  func terminationRestoresTheTerminal(_ number: Int32) throws {
    // The shell keeps the terminal open. SIGHUP and SIGQUIT are sent only to the program.
    let probe = try Probe(shell: #"set -m; "$0"; echo "died $?"; read line"#)
    try probe.expect("[1]> ")
    try probe.terminal.waitUntilRaw()
    try probe.type("pid\r", expect: "pid ")
    try probe.terminal.expect("\r\n[2]> ")
    let text = probe.terminal.text
    let digits = try #require(text.components(after: "\r\npid ").first)
    let process = try #require(pid_t(digits))
    try probe.terminal.waitUntilRaw()
    kill(process, number)
    try probe.expect("died \(128 + number)")
    #expect(!probe.terminal.isRaw)
    try probe.terminal.send("\n")
    try probe.waitForExit()
  }

  @Test func resizingRedrawsTheLine() throws {
    let probe = try Probe(columns: 80)
    let line = String(repeating: "0123456789", count: 9)
    try probe.type("first\r", expect: #"line "first""#)
    try probe.type(line, expect: "789")
    try probe.terminal.expectScreen("two rows") { $0.lastLine.hasSuffix("56789") }
    probe.terminal.resize(rows: 24, columns: 40)
    try probe.terminal.expectScreen("three rows") { screen in
      let last = screen.lines.filter { !$0.isEmpty }.suffix(3)
      return last == [
        "[2]> " + line.prefix(35), String(line.dropFirst(35).prefix(40)), String(line.suffix(15)),
      ]
    }
    // The text above the line is still there.
    #expect(probe.terminal.screen.lines.contains(#"line "first""#))
    probe.terminal.resize(rows: 24, columns: 120)
    try probe.terminal.expectScreen("one row") { $0.lastLine == "[2]> " + line }
    try probe.type("\u{1}X\r", expect: "line \(("X" + line).debugDescription)")
    try probe.type("size\r", expect: "size 24 120")
    #expect(try probe.end() == 0)
  }

  @Test func listsBelowALineOfSeveralRows() throws {
    let probe = try Probe(columns: 30)
    let start = String(repeating: "abcdefg ", count: 5)
    try probe.type("first\r", expect: #"line "first""#)
    try probe.type(start + "gr\t", expect: "grüßen  grün")
    try probe.terminal.expectScreen("the line, the list and the line again") { screen in
      let line = "[2]> " + start + "grü"
      let rows = [String(line.prefix(30)), String(line.dropFirst(30))].map { $0.trimmed }
      return screen.lines.filter { !$0.isEmpty }.suffix(5) == rows + ["grüßen  grün"] + rows
    }
    #expect(probe.terminal.screen.lines.contains(#"line "first""#))
    try probe.type("n\r", expect: "line \((start + "grün").debugDescription)")
    #expect(try probe.end() == 0)
  }

  @Test func wideLettersAreNotSplit() throws {
    let probe = try Probe(columns: 20)
    try probe.type("日本語日本語日本語日本語", expect: "語")
    // Seven letters of two columns fit next to the prompt; the fifteenth column stays empty.
    try probe.terminal.expectScreen("letters on two rows") { screen in
      screen.lines.filter { !$0.isEmpty }.suffix(2) == ["[1]> 日本語日本語日", "本語日本語"]
    }
    try probe.type("\u{1}\u{1B}[C\u{1B}[3~", expect: "")
    try probe.terminal.expectScreen("the second letter gone, the cursor after the first") {
      screen in
      screen.lines.filter { !$0.isEmpty }.suffix(2) == ["[1]> 日語日本語日本", "語日本語"]
        && screen.column == 7
    }
    try probe.type("\r", expect: #"line "日語日本語日本語日本語""#)
    #expect(try probe.end() == 0)
  }
}

extension String {
  /// The text between each occurrence of `mark` and the end of its line.
  fileprivate func components(after mark: String) -> [String] {
    ranges(of: mark).map { range in String(self[range.upperBound...].prefix { !$0.isNewline }) }
  }

  /// The text without trailing spaces.
  fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}
