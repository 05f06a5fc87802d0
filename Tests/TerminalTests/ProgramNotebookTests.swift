import Foundation
import Testing

/// The notebook at a prompt on a pseudo-terminal.
@Suite struct ProgramNotebookTests {
  @Test func greetsAndSteps() throws {
    let notebook = try ProgramNotebook()
    #expect(notebook.terminal.text.contains("62,378,344"))
    #expect(notebook.terminal.text.contains("Type next"))
    try notebook.type("next\r", expect: "96×55×55")
    try notebook.type("why conv1[5, 10, 23]\r", expect: "✓")
    try notebook.type("(227 - 11) / 4 + 1\r", expect: "55")
    try notebook.type("out[3] + 1\r", expect: "56")
    try notebook.type("why norm1[0, 0, 0]\r", expect: "ran relu1, norm1 first")
    try notebook.type("quit\r", expect: "\n")
    #expect(try notebook.terminal.waitForExit() == 0)
  }

  /// The history outlives the program.
  @Test func history() throws {
    let folder = try TemporaryFolder()
    var notebook = try ProgramNotebook(in: folder)
    try notebook.type("20 + 22\r", expect: "42")
    #expect(try notebook.end() == 0)
    notebook = try ProgramNotebook(in: folder)
    try notebook.type("\u{1B}[A\r", expect: "42")
    // Enter runs the entry that was found. A second Enter would race with the end of the program.
    try notebook.type("\u{12}20\r", expect: "42")
    #expect(try notebook.end() == 0)
    #expect(folder.files.contains(".local"))
  }

  @Test func completes() throws {
    let notebook = try ProgramNotebook()
    try notebook.type("summ\t\r", expect: "62,378,344")
    try notebook.type("goto rel\t1\r", expect: "min 0 ")
    try notebook.type("summary --net\tcaff\t\r", expect: "60,965,224")
    try notebook.type("conv1.out\t.sh\t\r", expect: "[1, 96, 55, 55]")
    #expect(try notebook.end() == 0)
  }

  /// A cell continues while brackets are open, and is recalled from the history as a whole.
  @Test func cellsOfSeveralLines() throws {
    let notebook = try ProgramNotebook()
    try notebook.type("let größe = [40,\r", expect: "...> ")
    try notebook.type("2]\r", expect: "größe = [40, 2]")
    try notebook.type("größe[0] + größe[1]\r", expect: "42")
    // A blank line abandons the cell.
    try notebook.type("(1 +\r", expect: "...> ")
    try notebook.type("\r", expect: "never closed")
    try notebook.type("\u{1B}[A\u{1B}[A\u{1B}[A\r", expect: "größe = [40, 2]")
    #expect(try notebook.end() == 0)
  }

  @Test func textInUTF8() throws {
    let notebook = try ProgramNotebook()
    try notebook.type("let 名前 = 40 × 1 − 0\r", expect: "名前 = 40")
    try notebook.type("名前 + 2\r", expect: "42")
    #expect(try notebook.end() == 0)
  }

  /// Output fits the current width of the window.
  @Test func resizes() throws {
    let notebook = try ProgramNotebook()
    try notebook.type("summary\r", expect: "neurons")
    notebook.terminal.resize(rows: 50, columns: 40)
    let before = notebook.terminal.text.count
    try notebook.type("summary\r", expect: "not shown at this width")
    try notebook.terminal.expect("neurons")
    let table = notebook.terminal.text.dropFirst(before).split(whereSeparator: \.isNewline)
      .dropFirst()
    #expect(table.allSatisfy { $0.count <= 40 }, "\(table.joined(separator: "\n"))")
    #expect(try notebook.end() == 0)
  }

  /// Cells work in any locale and on simple terminals.
  @Test(
    arguments: [
      ["LANG": "C"], ["LANG": nil, "LC_ALL": "POSIX"], ["TERM": "dumb"], ["TERM": nil],
      ["NO_COLOR": "1"], ["LANG": "C", "TERM": "dumb", "NO_COLOR": "1"],
    ] as [[String: String?]])
  func simpleTerminals(_ environment: [String: String?]) throws {
    let notebook = try ProgramNotebook(environment: environment)
    try notebook.terminal.send("20 + 22\r")
    try notebook.terminal.expect("42")
    try notebook.terminal.expect("[2]> ")
    try notebook.terminal.send("sumary\r")
    try notebook.terminal.expect("did you mean summary?")
    try notebook.terminal.expect("[3]> ")
    try notebook.terminal.send("summary\r")
    try notebook.terminal.expect("96×55×55")
    try notebook.terminal.expect("[4]> ")
    try notebook.terminal.send("quit\r")
    #expect(try notebook.terminal.waitForExit() == 0)
    let bytes = notebook.terminal.transcript
    let isPlain = environment["TERM"] != nil
    #expect(!isPlain || !bytes.contains(0x1B), "\(notebook.terminal.text)")
    // Escape sequences for colour end in m, those that move the cursor don't.
    let coloured = String(decoding: bytes, as: UTF8.self).contains("\u{1B}[1m")
    #expect(coloured == (!isPlain && environment["NO_COLOR"] == nil))
  }

  /// Images are drawn with 24-bit half blocks on terminals with colour, otherwise with characters.
  @Test func pictures() throws {
    var notebook = try ProgramNotebook(rows: 50)
    try notebook.type("view image\r", expect: "[2]> ")
    var text = String(decoding: notebook.terminal.transcript, as: UTF8.self)
    #expect(text.contains("▀") && text.contains("\u{1B}[38;2;") && text.contains(";48;2;"))
    #expect(try notebook.end() == 0)
    notebook = try ProgramNotebook(environment: ["NO_COLOR": "1"])
    try notebook.type("view image\r", expect: "[2]> ")
    text = String(decoding: notebook.terminal.transcript, as: UTF8.self)
    #expect(!text.contains("▀") && !text.contains("[38;"))
    #expect(text.contains("@"))
    #expect(try notebook.end() == 0)
    notebook = try ProgramNotebook(environment: ["TERM_PROGRAM": "Apple_Terminal"])
    try notebook.type("view image\r", expect: "[2]> ")
    text = String(decoding: notebook.terminal.transcript, as: UTF8.self)
    #expect(text.contains("▀") && text.contains("\u{1B}[38;5;") && !text.contains("38;2;"))
    #expect(try notebook.end() == 0)
  }

  /// A history that can't be saved is reported once, and the session continues.
  @Test(
    arguments: [
      (#"ulimit -f 0; exec "$0""#, ["ALEXNET_HISTORY": nil]),
      (#"exec "$0""#, ["ALEXNET_HISTORY": "/"]),
      (#"exec "$0""#, ["ALEXNET_HISTORY": "/dev/null/history"]),
      (#"exec "$0""#, ["HOME": "/dev/null"]),
    ] as [(String, [String: String?])])
  func historyThatCannotBeSaved(_ shell: String, _ environment: [String: String?]) throws {
    let notebook = try ProgramNotebook(shell: shell, environment: environment)
    try notebook.type("20 + 22\r", expect: "42")
    try notebook.type("40 + 3\r", expect: "43")
    try notebook.type("\u{1B}[A\u{1B}[A\r", expect: "42")
    #expect(try notebook.end() == 0)
    let notes = notebook.terminal.text.components(separatedBy: "the history is not saved")
    #expect(notes.count == 2, "\(notebook.terminal.text)")
  }
}
