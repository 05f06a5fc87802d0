import Basics
import Cells
import Foundation
import TensorFiles
import Training

/// The folder that a study writes to: `results.json`, `results.md` and `curves.svg`, each written
/// whole or not at all.
struct ExperimentFolder {
  /// The folder's path as it was typed.
  let path: String

  /// The files, in the order in which they are written.
  static let names = ["results.json", "results.md", "curves.svg"]

  /// Creates the folder: the one that was asked for, otherwise the first of `name`, `name-2`,
  /// `name-3`, … without results.
  ///
  /// - Throws: `Failure` if the folder can't be written to, or holds results and `writing` doesn't
  ///   allow replacing them.
  init(_ asked: String?, or name: String, _ writing: WritingOptions) throws {
    if let asked {
      path = asked
      guard !asked.isEmpty, !asked.utf8.contains(0) else {
        throw Failure(.file, "\(quoted(asked)) isn't a possible folder name")
      }
      try Self.claim(asked, writing)
    } else {
      var number = 1
      while Self.holdsResults(number == 1 ? name : "\(name)-\(number)") { number += 1 }
      path = number == 1 ? name : "\(name)-\(number)"
    }
    // Checked before the training, whose results would be lost otherwise.
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
          ? "\(path) is a file, but results need a folder" : "can't create the folder \(path)",
        hint: "--out names another folder")
    }
    let probe = "\(folder)/.\(ProcessInfo.processInfo.globallyUniqueString)"
    try AtomicFile.write("", to: probe)
    try? FileManager.default.removeItem(atPath: probe)
  }

  /// Checks early whether results may be written to a folder.
  ///
  /// - Throws: `Failure` if it holds results and `writing` doesn't allow replacing them.
  static func claim(_ path: String, _ writing: WritingOptions) throws {
    for file in names { _ = try writing.claim(OutputFile("\(path)/\(file)")) }
  }

  private static func holdsResults(_ path: String) -> Bool {
    names.contains {
      FileManager.default.fileExists(atPath: "\(HomeFolder.expanding(path))/\($0)")
    }
  }

  /// Writes the results so far.
  ///
  /// - Throws: `FileError`; each file is then still the old one, or already the new one.
  func write(_ record: ExperimentRecord) throws(FileError) {
    try AtomicFile.write(record.file, to: "\(path)/results.json")
    try AtomicFile.write(record.markdown, to: "\(path)/results.md")
    try AtomicFile.write(record.results.svg, to: "\(path)/curves.svg")
  }
}
