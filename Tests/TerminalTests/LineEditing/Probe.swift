import Foundation

/// The program that says what the line editor read, on a pseudo-terminal, in a folder of its own.
final class Probe {
  let terminal: PseudoTerminal
  let folder: TemporaryFolder

  /// Starts the program and waits for nothing.
  ///
  /// - Parameters:
  ///   - shell: A command line for the shell that starts the program as `"$0"`.
  ///   - environment: Set in addition to the usual variables; nil unsets one.
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

  func waitForExit() throws -> Int32 { try terminal.waitForExit() }

  /// Types keys once the program reads them, and waits for what it says.
  func type(_ keys: String, expect text: String) throws {
    try terminal.waitUntilRaw()
    try terminal.send(keys)
    try terminal.expect(text)
  }
}

/// A folder that exists as long as its object does.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("alexnet-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
