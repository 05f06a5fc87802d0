import Foundation
import TensorFiles

/// A folder of tar shards: `train/*.tar` beside `val/*.tar` (or `test`, `valid`, `validation`), or
/// `*.tar`, whose names say which part each belongs to (`train-000000.tar`, `val-000000.tar`). If they
/// don't, a sixth of each class is used for the test.
///
/// `classes.txt` names the classes, one per line, in the order of the labels; without it, their names
/// are their numbers. Images are taken in the order of the shards' names' bytes.
struct ShardFolder {
  /// Where the images are.
  private(set) var index: DatasetIndex

  /// The file with the classes' names.
  static let classFile = "classes.txt"

  /// Whether a folder holds shards, itself or in a folder `train`.
  static func holdsShards(_ folder: String) -> Bool {
    let root = HomeFolder.expanding(folder)
    guard let entries = try? FolderListing.entries(of: root) else { return false }
    if entries.contains(where: isShard) { return true }
    return entries.contains { entry in
      entry.isFolder && ImageFolder.trainNames.contains(entry.name.lowercased())
        && (try? FolderListing.entries(of: root + "/" + entry.name))?.contains(where: isShard)
          == true
    }
  }

  /// Lists a folder's shards; no image is decoded.
  ///
  /// - Throws: `ImageError` if a shard can't be read, or their labels don't fit together.
  init(
    _ folder: String, observer: DatasetObserver = { _ throws(ImageError) in }
  ) throws(ImageError) {
    let root = HomeFolder.expanding(folder)
    if let prepared = Self.prepared(root) {
      index = prepared
      return
    }
    var search = ImageSearch(root: root)
    let (train, test, others) = try Self.shards(in: root, &search)
    let names = try Self.classNames(in: root, &search)
    var (most, readCount) = (0, 0)
    var parts: [[(path: String, shard: TarShard)]] = []
    for part in [train + others, test] {
      var read: [(path: String, shard: TarShard)] = []
      for path in part {
        search.stamp(root + "/" + path)
        let shard = try TarShard(root + "/" + path)
        for sample in shard.samples {
          if let names, sample.label >= names.count {
            throw ImageError(
              "\(printable(sample.name)) in \(printable(root + "/" + path)) has the label "
                + "\(sample.label), but \(Self.classFile) names \(names.count) classes")
          }
          most = max(most, sample.label)
        }
        readCount += shard.samples.count
        read.append((path, shard))
        try observer(DatasetProgress(stage: .listing, done: readCount, total: nil))
      }
      parts.append(read)
    }
    let classNames = names ?? (0...most).map { "\($0)" }
    let both = try parts.map { part throws(ImageError) in
      try Self.index(of: part, root: root, classNames: classNames)
    }
    let name = printable(URL(fileURLWithPath: root).lastPathComponent, limit: 60)
    try Self.requireEveryClass(both[0], root)
    index =
      test.isEmpty
      ? try DatasetIndex(name: name, splitting: both[0])
      : DatasetIndex(name: name, train: both[0], test: both[1])
    (index.stamps, index.started) = (search.stamps, search.started)
  }

  /// The shards' paths below the root: of the training part, of the test part, and of neither.
  private static func shards(
    in root: String, _ search: inout ImageSearch
  ) throws(ImageError) -> (train: [String], test: [String], others: [String]) {
    var (train, test, others): ([String], [String], [String]) = ([], [], [])
    let entries = try search.entries(of: root)
    for entry in entries where isShard(entry) {
      let words = entry.name.lowercased().split { !$0.isLetter }.map(String.init)
      if words.contains(where: ImageFolder.trainNames.contains) {
        train.append(entry.name)
      } else if words.contains(where: ImageFolder.testNames.contains) {
        test.append(entry.name)
      } else {
        others.append(entry.name)
      }
    }
    for entry in entries where entry.isFolder {
      let isTrain = ImageFolder.trainNames.contains(entry.name.lowercased())
      guard isTrain || ImageFolder.testNames.contains(entry.name.lowercased()) else { continue }
      let paths = try search.entries(of: root + "/" + entry.name).filter(isShard)
        .map { entry.name + "/" + $0.name }
      if isTrain { train += paths } else { test += paths }
    }
    guard !(train + others).isEmpty else {
      throw ImageError(
        "\(printable(root)) has shards for a test, but none to train on",
        hint: "name them train-000000.tar and so on, or put them into a folder train")
    }
    guard others.isEmpty || (train.isEmpty && test.isEmpty) else {
      throw ImageError(
        "\(printable(root + "/" + others[0])) belongs to no part: its name doesn't say train or val",
        hint: "rename it, or move it elsewhere")
    }
    return (train, test, others)
  }

  private static func isShard(_ entry: FolderListing.Entry) -> Bool {
    entry.name.lowercased().hasSuffix(".tar") && !entry.isFolder
  }

  /// The classes' names; nil if the folder has no file with them.
  private static func classNames(
    in root: String, _ search: inout ImageSearch
  ) throws(ImageError) -> [String]? {
    let path = root + "/" + classFile
    guard FileSystem.kind(path) != nil else { return nil }
    search.stamp(path)
    do throws(FileError) {
      let text = String(decoding: try OpenFile.bytes(of: path, limit: 16 << 20), as: UTF8.self)
      var names = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        .map(String.init)
      while names.last == "" { names.removeLast() }
      guard names.count >= 1, names.count <= PictureSet.mostClasses else {
        throw FileError(
          .read, path, reason: "it names \(names.count) classes, not 1 to \(PictureSet.mostClasses)"
        )
      }
      return names
    } catch {
      throw ImageError(error)
    }
  }

  /// An index of these shards.
  static func index(
    of shards: [(path: String, shard: TarShard)], root: String, classNames: [String]
  ) throws(ImageError) -> ImageIndex {
    var index = ImageIndex(root: root, classNames: classNames)
    for (path, shard) in shards {
      let container = index.addContainer(path)
      for sample in shard.samples {
        try index.append(
          sample.name, in: container, at: sample.offset, length: sample.length,
          label: sample.label)
      }
    }
    return index
  }

  /// Throws if a class has no image to train on.
  private static func requireEveryClass(_ train: ImageIndex, _ root: String) throws(ImageError) {
    let counts = train.labels.counts(below: train.classNames.count)
    guard let empty = counts.firstIndex(of: 0) else { return }
    throw ImageError(
      "\(printable(root)) has no training image of class \(empty) "
        + "(\(printable(train.classNames[empty], limit: 60)))",
      hint: "every class needs images; labels are numbered from 0 without gaps")
  }

  /// The index that `data prepare` wrote into the folder; nil if there is none, or if a shard has
  /// another length than it notes.
  private static func prepared(_ root: String) -> DatasetIndex? {
    guard
      case .index(let index)? = try? DatasetIndex.kept(
        in: root + "/" + ShardPreparation.indexFile, root: root)
    else { return nil }
    let isCurrent = index.stamps.allSatisfy { path, stamp in
      FileStamp(of: root + "/" + path)?.length == stamp.length
    }
    return isCurrent ? index : nil
  }
}

extension DatasetIndex {
  /// The images of a folder of shards, or of a folder of images by class; none is decoded.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - observer: called with the progress.
  /// - Throws: `ImageError` if it is neither.
  package static func listing(
    _ folder: String, observer: DatasetObserver
  ) throws(ImageError) -> DatasetIndex {
    ShardFolder.holdsShards(folder)
      ? try ShardFolder(folder, observer: observer).index
      : try ImageFolder(folder, observer: observer).index
  }
}
