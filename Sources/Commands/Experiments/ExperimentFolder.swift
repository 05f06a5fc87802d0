import Basics
import Cells
import Foundation
import TensorFiles
import Training

/// The folder that a study writes to: `results.json`, `results.md` and `curves.svg`, each written
/// whole or not at all.
struct ExperimentFolder {
  /// The folder, as people write it.
  let path: String

  /// The files, in the order in which they are written.
  static let names = ["results.json", "results.md", "curves.svg"]

  /// The folder that was asked for, or this one, with a number behind it where that holds results
  /// already.
  ///
  /// - Throws: `Failure` where it cannot be written to, or holds results.
  init(_ asked: String?, or name: String, _ writing: WritingOptions) throws {
    if let asked {
      path = asked
      guard !asked.isEmpty, !asked.utf8.contains(0) else {
        throw Failure(.file, "\(quoted(asked)): a folder cannot be called so")
      }
      try Self.claim(asked, writing)
    } else {
      var number = 1
      while Self.holdsResults(number == 1 ? name : "\(name)-\(number)") { number += 1 }
      path = number == 1 ? name : "\(name)-\(number)"
    }
    // Before any work: a folder that cannot be written to would lose it.
    let folder = HomeFolder.expanding(path)
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    } catch {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
      throw Failure(
        .file,
        exists && !isFolder.boolValue
          ? "\(path): it is a file, and results need a folder" : "\(path): it cannot be made",
        hint: "--out names another folder")
    }
    let probe = "\(folder)/.\(ProcessInfo.processInfo.globallyUniqueString)"
    try AtomicFile.write("", to: probe)
    try? FileManager.default.removeItem(atPath: probe)
  }

  /// Says early whether results may be written to a folder.
  ///
  /// - Throws: `Failure` where it holds results that nobody asked to replace.
  static func claim(_ path: String, _ writing: WritingOptions) throws {
    for file in names { _ = try writing.claim(OutputFile("\(path)/\(file)")) }
  }

  private static func holdsResults(_ path: String) -> Bool {
    names.contains {
      FileManager.default.fileExists(atPath: "\(HomeFolder.expanding(path))/\($0)")
    }
  }

  /// Writes what has been measured.
  ///
  /// - Throws: `FileError`; each file is then the old one or the new one.
  func write(_ record: ExperimentRecord) throws(FileError) {
    try AtomicFile.write(record.file, to: "\(path)/results.json")
    try AtomicFile.write(record.markdown, to: "\(path)/results.md")
    try AtomicFile.write(record.results.svg, to: "\(path)/curves.svg")
  }
}
