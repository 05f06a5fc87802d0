import Foundation
import TensorFiles
import Tensors

/// The case files below a folder, or one of them.
package struct GoldenSuite: Sendable {
  /// The folder with the cases.
  package let root: String
  /// The case files, as paths below the root, sorted.
  package let files: [String]

  /// The ending of every case file's name.
  static let suffix = ".safetensors"
  /// The ending of files of judged outputs, which aren't cases.
  static let outputsSuffix = ".outputs.safetensors"

  /// Finds the cases at a path: one file, or all files below a folder; a leading `~/` is the home
  /// folder.
  ///
  /// - Throws: `GoldenError` if nothing is there, or no case.
  package init(path: String) throws(GoldenError) {
    let path = HomeFolder.expanding(path)
    var isFolder: ObjCBool = false
    guard !path.utf8.contains(0),
      FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    else { throw GoldenError(path, "no file or folder at this path") }
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
      throw GoldenError(path, "no cases (*\(Self.suffix)) in this folder")
    }
  }

  /// Where a file of the suite is.
  package func path(of file: String) -> String { root.isEmpty ? file : "\(root)/\(file)" }

  /// Reads one case.
  ///
  /// - Throws: `GoldenError` if it isn't valid.
  package func load(_ file: String) throws(GoldenError) -> GoldenCase {
    try GoldenCase(path: path(of: file))
  }

  /// One result per case that `judge` doesn't skip by returning nil; `unreadable` if it can't be read.
  ///
  /// - Throws: `Cancelled`.
  func results(
    cancellation: Cancellation, progress: (GoldenResult) -> Void = { _ in },
    judge: (_ example: GoldenCase, _ file: String) throws(Cancelled) -> GoldenResult.Outcome?
  ) throws(Cancelled) -> [GoldenResult] {
    var results: [GoldenResult] = []
    func add(_ result: GoldenResult) {
      progress(result)
      results.append(result)
    }
    for file in files {
      try cancellation.check()
      let example: GoldenCase
      do {
        example = try load(file)
      } catch {
        add(GoldenResult(unreadable: file, error.reason))
        continue
      }
      if let outcome = try judge(example, file) {
        add(GoldenResult(example, file: file, outcome))
      }
    }
    return results
  }

  /// The name for inputs and outputs of a case: the file's path without its ending, in a folder
  /// named after the operation if it has none.
  static func exchangeName(_ file: String, operation: String) -> String {
    let stem = String(file.dropLast(suffix.count))
    return stem.contains("/") ? stem : "\(operation)/\(stem)"
  }
}
