/// LineEditorProbe, which prints what the line editor read, on a pseudo-terminal in a separate
/// folder.
final class Probe {
  let terminal: PseudoTerminal
  let folder: TemporaryFolder

  /// Starts the program without waiting for anything.
  ///
  /// - Parameters:
  ///   - shell: a command line for the shell that starts the program as `"$0"`.
  ///   - environment: variables to set in addition to the usual ones; nil unsets one.
  init(
    in folder: TemporaryFolder? = nil, arguments: [String] = [], shell: String? = nil,
    environment: [String: String?] = [:], rows: Int = 24, columns: Int = 80
  ) throws {
    let folder = try folder ?? TemporaryFolder()
    self.folder = folder
    var variables: [String: String] = [
      "HOME": folder.path, "TERM": "xterm", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin",
      "ALEXNET_HISTORY": folder.path + "/history",
    ]
    for (name, value) in environment { variables[name] = value }
    let program = try BuiltProducts.path("LineEditorProbe")
    if let shell {
      terminal = try PseudoTerminal(
        program: "/bin/sh", arguments: ["-c", shell, program], environment: variables, rows: rows,
        columns: columns)
    } else {
      terminal = try PseudoTerminal(
        program: program, arguments: arguments, environment: variables, rows: rows,
        columns: columns)
    }
  }

  func expect(_ text: String) throws { try terminal.expect(text) }

  @discardableResult
  func waitForExit() throws -> Int32 { try terminal.waitForExit() }

  /// Ends a program that is waiting for a line.
  func end() throws -> Int32 {
    try type("\u{4}", expect: "end")
    return try waitForExit()
  }

  /// Types keys once the program reads them, and waits for a text in its output.
  func type(_ keys: String, expect text: String) throws {
    try terminal.waitUntilRaw()
    try terminal.send(keys)
    try terminal.expect(text)
  }
}
