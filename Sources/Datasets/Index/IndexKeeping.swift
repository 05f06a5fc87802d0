import Digests
import Foundation
import TensorFiles

extension DatasetIndex {
  /// The index of a folder: the one that is kept, if it fits, else a new one, which is then kept if it
  /// is of a set that is streamed or `options.index` names a place.
  ///
  /// - Parameters:
  ///   - folder: the images' folder.
  ///   - options: where the index is kept.
  ///   - environment: the environment variables, for the cache folder.
  ///   - observer: called with the progress.
  ///   - build: makes a new index.
  /// - Throws: `ImageError` if the folder can't be read, or `options.index` can't be written.
  package static func of(
    _ folder: String, _ options: DatasetOptions, environment: [String: String],
    observer: DatasetObserver, build: () throws(ImageError) -> DatasetIndex
  ) throws(ImageError) -> DatasetIndex {
    let root = HomeFolder.expanding(folder)
    let file = options.index ?? usualFile(for: root, environment)
    var said: [String] = []
    if let file {
      switch try kept(file, root, isChosen: options.index != nil) {
      case .index(let index):
        if !options.rebuildsIndex, !index.isTooYoung {
          if !index.isOutdated { return index }
          said.append("the index \(printable(file)) is older than its files: built again")
        }
      case .unusable(let reason):
        said.append("the index \(printable(file)) is \(reason): built again")
      case .anotherFile where options.index != nil:
        throw ImageError(
          "\(printable(file)) isn't an index", hint: "name another file with --index")
      case .nothing, .anotherFile: break
      }
    }
    var index = try build()
    index.sizes = try index.measured(options, observer)
    if let file, options.index != nil || index.isStreamed(options) {
      do throws(FileError) {
        if options.index == nil { try makeFolder(of: file) }
        try index.write(to: file)
      } catch {
        guard options.index == nil else { throw ImageError(error) }
        said.append("the index can't be kept: \(error.message); --index FILE names another place")
      }
    }
    index.notes += said
    return index
  }

  private static func kept(
    _ file: String, _ root: String, isChosen: Bool
  ) throws(ImageError) -> Kept {
    do throws(FileError) {
      return try kept(in: file, root: root)
    } catch {
      guard isChosen else { return .unusable("unreadable (\(error.reason))") }
      throw ImageError(error)
    }
  }

  /// The file in the cache folder for the index of a folder; nil if no cache folder is known.
  static func usualFile(for root: String, _ environment: [String: String]) -> String? {
    guard let cache = Folders.cache(environment) else { return nil }
    let path = URL(fileURLWithPath: root).standardizedFileURL.path
    let name = URL(fileURLWithPath: path).lastPathComponent.unicodeScalars
      .filter { $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil) }
    let digits = SHA256.digits(of: Array(path.utf8)).prefix(16)
    return cache + "/indexes/\(String(String.UnicodeScalarView(name.prefix(40))))-\(digits).index"
  }

  private static func makeFolder(of file: String) throws(FileError) {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError(.write, folder, reason: "the folder can't be created")
    }
  }
}
