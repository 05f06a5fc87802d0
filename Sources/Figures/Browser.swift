import Basics
import CLibrary
import Foundation
import TensorFiles

/// Shows a page in the system's browser.
enum Browser {
  /// The program that opens files, as the system has it.
  #if os(macOS)
    private static let opener = "open"
  #else
    private static let opener = "xdg-open"
  #endif

  /// Writes a page to a new file in the system's folder for temporary files.
  ///
  /// - Returns: the file's path.
  static func write(_ page: String, named name: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "alexnet-\(String(UInt64.random(in: .min ... .max), radix: 36))")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    let path = folder.appendingPathComponent(name).path
    try AtomicFile.write(page, to: path)
    return path
  }

  /// Opens a file.
  ///
  /// - Returns: nil if that worked, else why it didn't.
  static func open(_ path: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    guard
      let program = folders.map({ "\($0)/\(opener)" }).first(where: {
        FileManager.default.isExecutableFile(atPath: $0)
      })
    else { return "this system has no \(opener)" }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = [path]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      return "\(opener) can't be started"
    }
    // It normally ends at once; where it stays, it is the browser itself.
    for _ in 0..<60 where process.isRunning { usleep(50_000) }
    guard !process.isRunning, process.terminationStatus != 0 else { return nil }
    return "\(opener) found no browser"
  }
}
