import Foundation
import Testing

/// Sessions as the program keeps them: after a kill, and while a file runs.
@Suite struct ProgramSessionTests {
  private static func notebook(in folder: TemporaryFolder) throws -> ProgramNotebook {
    try ProgramNotebook(
      in: folder, environment: ["ALEXNET_SESSIONS": folder.path + "/sessions"])
  }

  /// The cells of a killed program are offered when the next one starts, and only then.
  @Test func aKilledSessionIsOffered() throws {
    let folder = try TemporaryFolder()
    var notebook = try Self.notebook(in: folder)
    #expect(!notebook.terminal.text.contains("wasn't saved"))
    try notebook.type("let a = 40\r", expect: "[2]> ")
    try notebook.type("a + 2\r", expect: "[3]> ")
    // While it runs, another program leaves its session alone.
    let other = try Self.notebook(in: folder)
    #expect(!other.terminal.text.contains("wasn't saved"))
    #expect(try other.end() == 0)
    notebook.terminal.signal(SIGKILL)
    #expect(try notebook.terminal.waitForExit() == 128 + SIGKILL)

    notebook = try Self.notebook(in: folder)
    #expect(notebook.terminal.text.contains("a session of 2 cells"), "\(notebook.terminal.text)")
    try notebook.type("open --last\r", expect: "2 cells")
    try notebook.type("run\r", expect: "42")
    try notebook.terminal.expect("]> ")
    // Killed again, it is offered again; forgotten, it isn't.
    notebook.terminal.signal(SIGKILL)
    #expect(try notebook.terminal.waitForExit() == 128 + SIGKILL)
    notebook = try Self.notebook(in: folder)
    #expect(notebook.terminal.text.contains("a session of 2 cells"), "\(notebook.terminal.text)")
    try notebook.type("open --forget\r", expect: "deleted 1 session")
    #expect(try notebook.end() == 0)
    notebook = try Self.notebook(in: folder)
    #expect(!notebook.terminal.text.contains("wasn't saved"))
    #expect(try notebook.end() == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/sessions") == [])
  }

  /// Ctrl-C while a file runs stops it in the cell that runs; the cells before it stay in effect.
  @Test func interruptsAFile() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/cells.alexnet"
    let cells = "# alexnet version 1, seed 1\nlet a = 40\nforward\nlet b = 1\n"
    try Data(cells.utf8).write(to: URL(filePath: file))
    let notebook = try Self.notebook(in: folder)
    try notebook.type("run \(file)\r", expect: "a = 40")
    try notebook.terminal.expect("conv1")
    try notebook.terminal.interrupt()
    try notebook.terminal.expect("stopped")
    try notebook.type("a + 2\r", expect: "42")
    try notebook.type("b\r", expect: "b is not defined")
    #expect(try notebook.end() == 0)
  }
}
