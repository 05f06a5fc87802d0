import Foundation
import TensorFiles

/// Finds the images below a folder by their content, and remembers what it skipped.
struct ImageSearch {
  /// The folder that paths in notes start from.
  let root: String
  /// Files that are not images of a class, by their path below `root`, and what they are.
  private(set) var passedOver: [(path: String, what: String)] = []
  /// The folders and files that were read, images apart, by their paths below `root`, with their
  /// stamps from before.
  private(set) var stamps: [(path: String, stamp: FileStamp)] = []

  /// When the search began, before the first stamp, in nanoseconds since 1970.
  let started = Int(Date().timeIntervalSince1970 * 1e9)

  /// An image file.
  struct Found {
    var path: ExactName
    var length: Int
  }

  init(root: String) { self.root = root }

  /// Notes that what was found depends on this folder or file, which is about to be read.
  mutating func stamp(_ path: String) {
    if let stamp = FileStamp(of: path) { stamps.append((relative(path), stamp)) }
  }

  /// One line about what was skipped; empty if nothing was.
  var notes: [String] {
    guard !passedOver.isEmpty else { return [] }
    let shown = passedOver.prefix(3).map { "\(printable($0.path, limit: 80)) (\($0.what))" }
    let count = passedOver.count
    return [
      "\(count) file\(count == 1 ? "" : "s") skipped: " + shown.joined(separator: ", ")
        + (count > shown.count ? ", …" : "")
    ]
  }

  /// The contents of a folder, without hidden names.
  mutating func entries(of folder: String) throws(ImageError) -> [FolderListing.Entry] {
    stamp(folder)
    do throws(FileError) {
      return try FolderListing.entries(of: folder)
    } catch {
      let kind = FileKind(path: folder)
      throw ImageError(
        "cannot read \(printable(folder)): "
          + (kind.map { "it is \($0.name), not a folder" } ?? error.reason),
        hint: kind?.hint ?? "")
    }
  }

  /// All images below a class's folder, in the order of their paths' bytes.
  ///
  /// - Throws: `ImageError` if there are none, or a folder can't be read.
  mutating func images(below folder: String) throws(ImageError) -> [Found] {
    let before = passedOver.count
    var found: [Found] = []
    try walk(folder, depth: 0, &found)
    guard !found.isEmpty else {
      let others = passedOver[before...].prefix(2).map { "\($0.path) (\($0.what))" }
      throw ImageError(
        "\(printable(folder)) holds no PNG or JPEG image"
          + (others.isEmpty ? "" : ", only " + others.joined(separator: ", ")),
        hint: "every class needs images: fill the folder or remove it")
    }
    return found.sorted { $0.path < $1.path }
  }

  private mutating func walk(
    _ folder: String, depth: Int, _ found: inout [Found]
  ) throws(ImageError) {
    for entry in try entries(of: folder) {
      let path = folder + "/" + entry.name
      switch entry.kind {
      case .folder where depth < 32: try walk(path, depth: depth + 1, &found)
      case .folder: passOver(path, "a folder nested too deep")
      // Links to folders can lead anywhere, or in circles.
      case .linkedFolder: passOver(path, "a link to a folder")
      case .unnameable: passOver(path, "a name that isn't UTF-8")
      // A file that is named like an image but isn't one is an error when it is read: better than a
      // class with missing images.
      case .file where Self.isCalledImage(entry.name), .other where Self.isCalledImage(entry.name):
        found.append(Found(path: ExactName(path), length: entry.length))
      case .other: passOver(path, "not a regular file")
      case .file:
        let kind = FileKind(path: path)
        if kind == .png || kind == .jpeg {
          found.append(Found(path: ExactName(path), length: entry.length))
        } else {
          passOver(path, kind?.name ?? "not an image")
        }
      }
    }
  }

  /// Notes images next to the classes' folders.
  mutating func passOverLooseImages(
    in folder: String, _ entries: [FolderListing.Entry]
  ) throws(ImageError) {
    for entry in entries where entry.kind == .file {
      let path = folder + "/" + entry.name
      let kind = FileKind(path: path)
      if kind == .png || kind == .jpeg { passOver(path, "outside the classes' folders") }
    }
  }

  /// Whether a folder holds folders and no images.
  mutating func holdsOnlyFolders(_ folder: String) throws(ImageError) -> Bool {
    let entries = try entries(of: folder)
    return entries.contains(where: \.isFolder)
      && !entries.contains { $0.kind == .file && Self.isCalledImage($0.name) }
  }

  /// Whether a folder holds images and no folders.
  mutating func holdsOnlyImages(_ folder: String) throws(ImageError) -> Bool {
    let entries = try entries(of: folder)
    return !entries.contains(where: \.isFolder)
      && entries.contains { $0.kind == .file && Self.isCalledImage($0.name) }
  }

  private mutating func passOver(_ path: String, _ what: String) {
    passedOver.append((relative(path), what))
  }

  /// A path as it is below `root`: empty for `root` itself.
  func relative(_ path: String) -> String {
    if path == root { return "" }
    let start = path.hasPrefix(root + "/") ? root.utf8.count + 1 : 0
    return String(decoding: path.utf8.dropFirst(start), as: UTF8.self)
  }

  /// The endings of PNG and JPEG files.
  private static let endings: Set = ["png", "jpg", "jpeg", "jpe", "jfif"]

  static func isCalledImage(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    return endings.contains(name[name.index(after: dot)...].lowercased())
  }
}
