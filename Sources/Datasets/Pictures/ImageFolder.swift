import Foundation
import TensorFiles

/// A folder of pictures by class: `train/CLASS/*.png` beside `test/CLASS/*.png`, or `CLASS/*.png`.
///
/// Classes and files are taken in the order of their names' bytes. What a class is called is its
/// folder's name. Hidden files and those whose name does not end as a picture's does are passed over.
struct ImageFolder {
  /// One picture file.
  struct File: Hashable, Sendable {
    var path: String
    var label: UInt8
  }

  let name: String
  let classNames: [String]
  let train: [File]
  let test: [File]

  /// The share of each class that is kept for the test where the folder has no such part: that of
  /// CIFAR-10.
  static let testShare = 1.0 / 6

  /// What a folder holds; no picture is opened.
  ///
  /// - Throws: `ImageError` where it is not such a folder.
  init(_ folder: String) throws(ImageError) {
    let root = HomeFolder.expanding(folder)
    name = printable(URL(fileURLWithPath: root).lastPathComponent, limit: 60)
    let parts = try Self.entries(of: root).filter { Self.isFolder(root + "/" + $0) }
    if parts.contains("train"), parts.contains("test") {
      let classes = try Self.classes(in: root + "/train")
      classNames = classes
      train = try Self.files(in: root + "/train", classes: classes)
      let tested = try Self.classes(in: root + "/test")
      if let stray = tested.first(where: { !classes.contains($0) }) {
        throw ImageError(
          "\(printable(root))/test has a class \(printable(stray)) that train does not have",
          hint: "both need folders of the same names")
      }
      if let missing = classes.first(where: { !tested.contains($0) }) {
        throw ImageError(
          "\(printable(root))/test has no class \(printable(missing)), which train has",
          hint: "both need folders of the same names")
      }
      test = try Self.files(in: root + "/test", classes: classes)
    } else {
      classNames = try Self.classes(in: root)
      let files = try Self.files(in: root, classes: classNames)
      let (train, test) = Split.stratified(
        labels: files.map(\.label), validation: Self.testShare, seed: 1)
      (self.train, self.test) = (train.map { files[$0] }, test.map { files[$0] })
      guard !self.train.isEmpty, !self.test.isEmpty else {
        throw ImageError(
          "\(printable(root)) has too few pictures for a training and a test part",
          hint: "a sixth of each class is kept for the test")
      }
    }
  }

  private static func classes(in folder: String) throws(ImageError) -> [String] {
    let names = try entries(of: folder)
    guard !names.contains("data_batch_1"), !names.contains("cifar-10-batches-py") else {
      throw ImageError(
        "\(printable(folder)) holds CIFAR-10's Python version; the binary version is read",
        hint: "alexnet data fetch cifar10 fetches it")
    }
    let classes = names.filter { isFolder(folder + "/" + $0) }
    guard classes.count >= 2 else {
      throw ImageError(
        "\(printable(folder)) is no data set: it has neither CIFAR-10's six batches nor at least "
          + "two folders of pictures, one a class",
        hint: "train/CLASS/*.png beside test/CLASS/*.png, or CLASS/*.png")
    }
    guard classes.count <= 256 else {
      throw ImageError("\(printable(folder)) has \(classes.count) classes; at most 256 are read")
    }
    return classes
  }

  private static func files(in folder: String, classes: [String]) throws(ImageError) -> [File] {
    var files: [File] = []
    for (label, name) in classes.enumerated() {
      let inside = folder + "/" + name
      let found = try entries(of: inside).filter(hasPictureName)
      guard !found.isEmpty else {
        throw ImageError(
          "\(printable(inside)) holds no PNG or JPEG picture",
          hint: "every class needs pictures: fill the folder or remove it")
      }
      files += found.map { File(path: inside + "/" + $0, label: UInt8(label)) }
    }
    return files
  }

  /// Kinds that cannot be read are named too: better an error than a class with some left out.
  private static let endings: Set = [
    "png", "jpg", "jpeg", "jpe", "gif", "bmp", "webp", "tif", "tiff", "heic", "avif", "ppm",
  ]

  private static func hasPictureName(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    return endings.contains(name[name.index(after: dot)...].lowercased())
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  private static func entries(of folder: String) throws(ImageError) -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      let reason =
        !FileManager.default.fileExists(atPath: folder)
        ? "there is no such folder" : isFolder(folder) ? "it cannot be read" : "it is not a folder"
      throw ImageError("cannot read \(printable(folder)): \(reason)")
    }
    return names.filter { !$0.hasPrefix(".") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
