import Foundation
import Testing

/// Ctrl-C, with and without a prompt.
@Suite struct ProgramInterruptTests {
  /// A program without a prompt stops, reports it, and exits with 1.
  @Test(
    arguments: [
      (["forward"], "conv1"), (["-c", "forward", "-c", "1 + 1"], "conv1"),
      (["-c", "20 + 22", "-c", "backward 3"], "42"),
      (["-c", "20 + 22", "-c", "golden verify"], "42"),
      (["-c", "20 + 22", "-c", "bench --engine reference --steps 100"], "42"),
      (["run", "-"], "42"), ([], "42"),
    ] as [([String], String)])
  func stops(_ arguments: [String], _ begun: String) throws {
    // The cells after the first one take a while.
    let script = "20 + 22\n" + String(repeating: "forward\nreset\n", count: 20)
    let process = try ProgramProcess(arguments, input: Array(script.utf8))
    try process.expect(begun)
    process.send(signal: SIGINT)
    let result = try process.waitForExit()
    #expect(result.status == 1, "\(result)")
    #expect(result.errors.hasPrefix("stopped\n"), "\(result)")
    #expect(!result.output.contains("\n2\n"))
  }

  /// If cells are too short to be interrupted themselves, the remaining ones don't run.
  @Test func stopsBetweenCells() throws {
    let script = String(repeating: "20 + 22\n", count: 200_000)
    let process = try ProgramProcess(["run", "-"], input: Array(script.utf8))
    try process.expect("42")
    process.send(signal: SIGINT)
    let result = try process.waitForExit()
    #expect(result.status == 1 && result.errors == "stopped\n", "\(result)")
  }

  /// At the prompt the command stops, and the session continues.
  @Test func atThePrompt() throws {
    let notebook = try ProgramNotebook()
    try notebook.type("let a = 40\r", expect: "a = 40")
    for _ in 0..<2 {
      try notebook.type("forward\r", expect: "convolution")
      try notebook.terminal.interrupt()
      try notebook.terminal.expect("stopped")
      try notebook.type("a + 2\r", expect: "42")
      try notebook.type("reset\r", expect: "before conv1")
    }
    // It clears a line that is being typed.
    try notebook.terminal.waitUntilRaw()
    try notebook.terminal.send("nonsense")
    try notebook.terminal.interrupt()
    // Keys typed before the terminal has handled Ctrl-C are discarded with the line.
    try notebook.terminal.expect("^C")
    try notebook.terminal.expect("]>")
    try notebook.type("a + 3\r", expect: "43")
    // It also discards the lines of an incomplete cell.
    try notebook.type("(1 +\r", expect: "...>")
    try notebook.terminal.interrupt()
    try notebook.terminal.expect("^C")
    try notebook.terminal.expect("]>")
    try notebook.type("a + 4\r", expect: "44")
    #expect(try notebook.end() == 0)
  }
}
