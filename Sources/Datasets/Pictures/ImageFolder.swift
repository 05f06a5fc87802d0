import Foundation
import TensorFiles

/// A folder of images by class: `train/CLASS/…` beside `test/CLASS/…`, or `CLASS/…`; the test part may
/// also be a folder of images with a file of labels.
///
/// Classes and files are taken in the order of their names' bytes. A class has its folder's name.
/// Every PNG and JPEG below a class's folder belongs to it, regardless of the file's name. Hidden
/// files are ignored, and other files are listed in the notes.
struct ImageFolder {
  /// Where the images are, and what the user should know about how the folder was read.
  private(set) var index: DatasetIndex

  /// The share of each class used for the test if the folder has no test part, as in CIFAR-10.
  static let testShare = 1.0 / 6

  /// Names of the training part, in upper or lower case.
  static let trainNames = ["train", "training"]
  /// Names of the test part; the first that exists is used.
  static let testNames = ["test", "testing", "val", "valid", "validation"]

  typealias Class = (name: String, folder: String)

  /// Lists a folder; no image is decoded.
  ///
  /// - Throws: `ImageError` if it isn't such a folder.
  init(
    _ folder: String, observer: DatasetObserver = { _ throws(ImageError) in }
  ) throws(ImageError) {
    let root = HomeFolder.expanding(folder)
    let name = printable(URL(fileURLWithPath: root).lastPathComponent, limit: 60)
    var files = ImageSearch(root: root)
    let parts = try files.entries(of: root).filter(\.isFolder).map(\.name)
    if let learned = Self.part(Self.trainNames, of: parts),
      let tested = try Self.testPart(of: parts, &files)
    {
      let (trainFolder, testFolder) = (root + "/" + learned, root + "/" + tested)
      let classes = try Self.classes(in: trainFolder, &files)
      let train = try Self.index(of: classes, &files, observer)
      let test =
        try files.holdsOnlyImages(testFolder)
        ? Self.flatIndex(testFolder, classes, &files)
        : Self.index(
          of: Self.matched(classes, in: testFolder, learned: trainFolder, &files), &files,
          before: train.count, observer)
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
      index = DatasetIndex(name: name, train: train, test: test, notes: notes + files.notes)
    } else {
      let classes = try Self.classes(in: root, &files)
      index = try DatasetIndex(
        name: name, splitting: Self.index(of: classes, &files, observer), notes: files.notes)
    }
    (index.stamps, index.started) = (files.stamps, files.started)
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

  /// The test part: the first of the names that exists, but not a folder of images without labels if
  /// there is another one, since ImageNet's test images come without labels.
  private static func testPart(
    of folders: [String], _ files: inout ImageSearch
  ) throws(ImageError) -> String? {
    let found = testNames.compactMap { part([$0], of: folders) }
    for name in found {
      let folder = files.root + "/" + name
      let isFlat = try files.holdsOnlyImages(folder)
      if !isFlat || FlatLabels.file(for: folder, root: files.root) != nil { return name }
    }
    return found.first
  }

  /// The images of a folder without class folders.
  private static func flatIndex(
    _ folder: String, _ classes: [Class], _ files: inout ImageSearch
  ) throws(ImageError) -> ImageIndex {
    let names = classes.map(\.name)
    var index = ImageIndex(root: files.root, classNames: names)
    let container = index.addContainer(files.relative(folder))
    let images = try files.entries(of: folder).filter {
      $0.kind == .file && ImageSearch.isCalledImage($0.name)
    }
    let labels = try FlatLabels(classNames: names, folder: folder, root: files.root)
      .labels(of: images.map(\.name), &files)
    for (image, label) in zip(images, labels) {
      try index.append(image.name, in: container, length: image.length, label: label)
    }
    return index
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
    guard folders.count <= PictureSet.mostClasses else {
      throw ImageError(
        "\(printable(folder)) has \(folders.count) classes; at most \(PictureSet.mostClasses) are read"
      )
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
    let known = Set(classes.map(\.name))
    if let stray = tested.first(where: { !known.contains($0.name) }) {
      throw ImageError(
        "\(printable(folder)) has a class \(printable(stray.name)) that \(lastName(learned)) "
          + "doesn't have", hint: "both need folders of the same names")
    }
    // Swift compares names by their characters, however they are encoded.
    let folders = Dictionary(tested.map { ($0.name, $0.folder) }) { first, _ in first }
    var matched: [Class] = []
    for (name, _) in classes {
      guard let own = folders[name] else {
        throw ImageError(
          "\(printable(folder)) has no class \(printable(name)), which \(lastName(learned)) has",
          hint: "both need folders of the same names")
      }
      matched.append((name, own))
    }
    return matched
  }

  private static func lastName(_ path: String) -> String {
    printable(path.split(separator: "/").last.map(String.init) ?? path)
  }

  /// The images of these classes.
  ///
  /// - Parameter before: the number of images that were found before, for the progress.
  private static func index(
    of classes: [Class], _ files: inout ImageSearch, before: Int = 0, _ observer: DatasetObserver
  ) throws(ImageError) -> ImageIndex {
    var index = ImageIndex(root: files.root, classNames: classes.map(\.name))
    for (label, entry) in classes.enumerated() {
      var folder: (path: ExactName, number: Int)?
      for image in try files.images(below: entry.folder) {
        let path = files.relative(image.path.text)
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
        let parent = ExactName(String(path[..<slash]))
        if folder?.path != parent { folder = (parent, index.addContainer(parent.text)) }
        try index.append(
          String(path[path.utf8.index(after: slash)...]), in: folder?.number ?? 0,
          length: image.length, label: label)
      }
      try observer(DatasetProgress(stage: .listing, done: before + index.count, total: nil))
    }
    return index
  }
}
