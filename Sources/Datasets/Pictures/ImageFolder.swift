import Foundation
import TensorFiles

/// A folder of images by class: `train/CLASS/…` beside `test/CLASS/…`, or `CLASS/…`.
///
/// Classes and files are taken in the order of their names' bytes. A class has its folder's name.
/// Every PNG and JPEG below a class's folder belongs to it, regardless of the file's name. Hidden
/// files are ignored, and other files are listed in `notes`.
struct ImageFolder {
  /// One image file.
  struct File: Hashable, Sendable {
    var path: String
    var label: UInt8
  }

  let name: String
  let classNames: [String]
  let train: [File]
  let test: [File]
  /// What the user should know about how the folder was read, one line each.
  let notes: [String]

  /// The share of each class used for the test if the folder has no test part, as in CIFAR-10.
  static let testShare = 1.0 / 6

  /// Names of the training part, in upper or lower case.
  static let trainNames = ["train", "training"]
  /// Names of the test part; the first that exists is used.
  static let testNames = ["test", "testing", "val", "valid", "validation"]

  private typealias Class = (name: String, folder: String)

  /// Lists a folder; no image is decoded.
  ///
  /// - Throws: `ImageError` if it isn't such a folder.
  init(_ folder: String) throws(ImageError) {
    let root = HomeFolder.expanding(folder)
    name = printable(URL(fileURLWithPath: root).lastPathComponent, limit: 60)
    var files = ImageSearch(root: root)
    let parts = try files.entries(of: root).filter(\.isFolder).map(\.name)
    if let learned = Self.part(Self.trainNames, of: parts),
      let tested = Self.part(Self.testNames, of: parts)
    {
      let (trainFolder, testFolder) = (root + "/" + learned, root + "/" + tested)
      let classes = try Self.classes(in: trainFolder, &files)
      classNames = classes.map(\.name)
      train = try Self.files(of: classes, &files)
      test = try Self.files(
        of: try Self.matched(classes, in: testFolder, learned: trainFolder, &files), &files)
      var notes: [String] = []
      if !["test", "testing"].contains(tested.lowercased()) {
        notes.append("\(printable(tested)) is the test part: \(name) has no folder called test")
      }
      let unread = parts.filter { $0 != learned && $0 != tested }
      if !unread.isEmpty {
        let list = unread.prefix(3).map { printable($0, limit: 60) }.joined(separator: ", ")
        notes.append(
          "not read: \(list)\(unread.count > 3 ? ", …" : ""); the data are "
            + "\(printable(learned)) and \(printable(tested))")
      }
      self.notes = notes + files.notes
    } else {
      let classes = try Self.classes(in: root, &files)
      classNames = classes.map(\.name)
      let all = try Self.files(of: classes, &files)
      let (train, test) = Split.stratified(
        labels: all.map(\.label), validation: Self.testShare, seed: 1)
      (self.train, self.test) = (train.map { all[$0] }, test.map { all[$0] })
      notes = files.notes
      guard !self.train.isEmpty, !self.test.isEmpty else {
        throw ImageError(
          "\(printable(root)) has too few images for a training and a test part",
          hint: "a sixth of each class is kept for the test")
      }
    }
  }

  /// The folder with the first of these names that exists; lower case comes before others.
  private static func part(_ names: [String], of folders: [String]) -> String? {
    for name in names {
      if let found = folders.first(where: { $0 == name })
        ?? folders.first(where: { $0.lowercased() == name })
      {
        return found
      }
    }
    return nil
  }

  private static func classes(
    in folder: String, _ files: inout ImageSearch
  ) throws(ImageError) -> [Class] {
    let entries = try files.entries(of: folder)
    let folders = entries.filter(\.isFolder).map(\.name)
    let names = Set(entries.map(\.name))
    guard !names.contains("data_batch_1"), !names.contains("cifar-10-batches-py") else {
      throw ImageError(
        "\(printable(folder)) holds CIFAR-10's Python version; the binary version is read",
        hint: "alexnet data fetch cifar10 fetches it")
    }
    guard folders.count >= 2 else {
      throw ImageError(
        "\(printable(folder)) isn't a data set: it has neither CIFAR-10's six batches nor at least "
          + "two folders of images, one per class",
        hint:
          "train/CLASS/*.png beside test/CLASS/*.png (or val, valid, validation), or CLASS/*.png")
    }
    guard folders.count <= 256 else {
      throw ImageError("\(printable(folder)) has \(folders.count) classes; at most 256 are read")
    }
    // Two spellings of one name would look the same in every table.
    guard Set(folders).count == folders.count else {
      throw ImageError(
        "\(printable(folder)) has two folders whose names look the same and differ in their "
          + "characters", hint: "rename one of them, or move its images into the other")
    }
    // A training part without a test part: its classes would become one class.
    if let part = part(trainNames, of: folders),
      try files.holdsOnlyFolders(folder + "/" + part)
    {
      throw ImageError(
        "\(printable(folder)) has a folder \(printable(part)), but no test part",
        hint: "call that test, val, valid or validation")
    }
    try files.passOverLooseImages(in: folder, entries)
    return folders.map { ($0, folder + "/" + $0) }
  }

  /// The test part's folders, in the order of the training part's classes. Names may be encoded
  /// differently there: é as one character, or as e and an accent.
  private static func matched(
    _ classes: [Class], in folder: String, learned: String, _ files: inout ImageSearch
  ) throws(ImageError) -> [Class] {
    let tested = try Self.classes(in: folder, &files)
    if let stray = tested.first(where: { test in !classes.contains { $0.name == test.name } }) {
      throw ImageError(
        "\(printable(folder)) has a class \(printable(stray.name)) that \(lastName(learned)) "
          + "doesn't have", hint: "both need folders of the same names")
    }
    var matched: [Class] = []
    for (name, _) in classes {
      guard let test = tested.first(where: { $0.name == name }) else {
        throw ImageError(
          "\(printable(folder)) has no class \(printable(name)), which \(lastName(learned)) has",
          hint: "both need folders of the same names")
      }
      matched.append((name, test.folder))
    }
    return matched
  }

  private static func lastName(_ path: String) -> String {
    printable(path.split(separator: "/").last.map(String.init) ?? path)
  }

  private static func files(
    of classes: [Class], _ files: inout ImageSearch
  ) throws(ImageError) -> [File] {
    var found: [File] = []
    for (label, entry) in classes.enumerated() {
      found += try files.images(below: entry.folder).map { File(path: $0, label: UInt8(label)) }
    }
    return found
  }
}
