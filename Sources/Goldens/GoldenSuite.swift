import Foundation
import TensorFiles

/// The case files below a folder, or one of them.
public struct GoldenSuite: Sendable {
  /// The folder that the cases were looked for in.
  public let root: String
  /// The case files, as paths below the root, sorted.
  public let files: [String]

  /// What the name of every case file ends with.
  static let suffix = ".safetensors"
  /// What the name of a file of judged outputs ends with: not a case.
  static let outputsSuffix = ".outputs.safetensors"

  /// Finds the cases at a path: a file, or a folder with everything below it; a leading `~/` is the
  /// home folder.
  ///
  /// - Throws: `GoldenError` where nothing is there, or no case.
  public init(path: String) throws(GoldenError) {
    let path = HomeFolder.expanding(path)
    var isFolder: ObjCBool = false
    guard !path.utf8.contains(0),
      FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    else { throw GoldenError(path, "there is no such file or folder") }
    guard isFolder.boolValue else {
      let url = URL(fileURLWithPath: path)
      root = url.deletingLastPathComponent().relativePath
      files = [url.lastPathComponent]
      return
    }
    root = path
    let below = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    files = below.filter { $0.hasSuffix(Self.suffix) && !$0.hasSuffix(Self.outputsSuffix) }.sorted()
    guard !files.isEmpty else {
      throw GoldenError(path, "there is no case (*\(Self.suffix)) in this folder")
    }
  }

  /// Where a file of the suite is.
  public func path(of file: String) -> String { root.isEmpty ? file : "\(root)/\(file)" }

  /// Reads one case.
  ///
  /// - Throws: `GoldenError` where it is not sound.
  public func load(_ file: String) throws(GoldenError) -> GoldenCase {
    try GoldenCase(path: path(of: file))
  }

  /// The file's path without its ending, with the operation for a folder where it has none: what
  /// inputs and outputs of a case are called.
  static func exchangeName(_ file: String, operation: String) -> String {
    let stem = String(file.dropLast(suffix.count))
    return stem.contains("/") ? stem : "\(operation)/\(stem)"
  }
}
