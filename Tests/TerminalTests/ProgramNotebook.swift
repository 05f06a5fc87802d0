/// The notebook at a prompt on a pseudo-terminal, with a separate home folder.
final class ProgramNotebook {
  let terminal: PseudoTerminal
  let folder: TemporaryFolder

  /// Opens the notebook and waits for its first prompt.
  ///
  /// - Parameters:
  ///   - environment: variables to set in addition to the usual ones; nil unsets one.
  ///   - shell: a command line for the shell that starts the program as `"$0"`.
  init(
    in folder: TemporaryFolder? = nil, arguments: [String] = [], shell: String? = nil,
    environment: [String: String?] = [:], rows: Int = 200, columns: Int = 100
  ) throws {
    let folder = try folder ?? TemporaryFolder()
    self.folder = folder
    var variables: [String: String] = [
      "HOME": folder.path, "TERM": "xterm", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin",
    ]
    for (name, value) in environment { variables[name] = value }
    let program = try BuiltProducts.path("alexnet")
    terminal = try PseudoTerminal(
      program: shell == nil ? program : "/bin/sh",
      arguments: shell.map { ["-c", $0, program] + arguments } ?? arguments,
      environment: variables, rows: rows, columns: columns)
    try terminal.expect("[1]> ")
  }

  /// Types keys once the program reads them, and waits for a text in its output.
  func type(_ keys: String, expect text: String) throws {
    try terminal.waitUntilRaw()
    try terminal.send(keys)
    try terminal.expect(text)
  }

  /// Leaves with Ctrl-D, and returns the exit code.
  func end() throws -> Int32 {
    try terminal.waitUntilRaw()
    try terminal.send("\u{4}")
    return try terminal.waitForExit()
  }
}
