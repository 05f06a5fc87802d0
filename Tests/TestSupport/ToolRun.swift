import Foundation

/// Runs a program to its end, without input.
///
/// - Parameters:
///   - words: the program, a path or a name of the search path, and its arguments.
///   - environment: all of its variables; by default those of the tests.
///   - folder: where it runs; by default where the tests do.
///   - withErrors: whether the output holds standard error too, which is dropped otherwise.
package func runTool(
  _ words: [String], environment: [String: String]? = nil, in folder: String? = nil,
  withErrors: Bool = true
) throws -> (status: Int32, output: String) {
  let (process, pipe) = (Process(), Pipe())
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = words
  if let environment { process.environment = environment }
  if let folder { process.currentDirectoryURL = URL(filePath: folder) }
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = pipe
  process.standardError = withErrors ? pipe : FileHandle.nullDevice
  try process.run()
  let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: data, as: UTF8.self))
}
