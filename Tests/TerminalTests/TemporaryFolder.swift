import Foundation

/// A folder that exists as long as its object.
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

  /// Writes a file with this name.
  func write(_ text: String, to name: String) throws {
    try write(Array(text.utf8), to: name)
  }

  /// Writes a file with this name.
  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: url(name))
  }

  /// The contents of a file.
  func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: url(name)))
  }

  /// The contents of a file as text.
  func read(_ name: String) throws -> String {
    String(decoding: try bytes(name), as: UTF8.self)
  }

  /// The names of all files.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  /// The permissions of a file or folder.
  func permissions(_ name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: url(name).path)[.posixPermissions] as? Int
  }

  /// Creates a symbolic link.
  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: url(name).path, withDestinationPath: target)
  }

  /// Whether the file with this name is a symbolic link.
  func isLink(_ name: String) throws -> Bool {
    let type = try FileManager.default.attributesOfItem(atPath: url(name).path)[.type]
    return type as? FileAttributeType == .typeSymbolicLink
  }

  /// Creates a named pipe.
  func makePipe(_ name: String) throws {
    guard mkfifo(url(name).path, 0o600) == 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  private func url(_ name: String) -> URL { URL(fileURLWithPath: path + "/" + name) }
}
