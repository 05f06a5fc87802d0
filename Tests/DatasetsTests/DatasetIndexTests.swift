import Foundation
import Testing

@testable import Datasets

/// The index of a folder, kept in a file.
@Suite struct DatasetIndexTests {
  /// Sets the time of everything below a folder back, as if it had been there for a day.
  private static func age(_ path: String) throws {
    let manager = FileManager.default
    let time: [FileAttributeKey: Any] = [.modificationDate: Date(timeIntervalSinceNow: -86_400)]
    for name in try manager.subpathsOfDirectory(atPath: path) {
      try manager.setAttributes(time, ofItemAtPath: path + "/" + name)
    }
    try manager.setAttributes(time, ofItemAtPath: path)
  }

  /// How many times folders were listed while this was opened, and the notes.
  private static func open(
    _ folder: StreamedFolder, index: String?, cache: String? = nil, memory: Int = 0
  ) throws -> (dataset: Dataset, listings: Int) {
    var options = DatasetOptions(side: 8)
    (options.index, options.memory) = (index, memory)
    nonisolated(unsafe) var listings = 0
    let dataset = try Dataset.open(
      folder.path, options: options, environment: cache.map { ["XDG_CACHE_HOME": $0] } ?? [:]
    ) { progress throws(ImageError) in
      if progress.stage == .listing { listings += 1 }
    }
    return (dataset, listings)
  }

  @Test func builtOnceAndAgainAfterAChange() throws {
    try withTemporaryFolder { path in
      let folder = try StreamedFolder(path + "/images")
      try Self.age(folder.path)
      let file = path + "/my.index"
      let first = try Self.open(folder, index: file)
      #expect(first.listings == 4)
      let second = try Self.open(folder, index: file)
      #expect(second.listings == 0)
      #expect(second.dataset.fingerprint == first.dataset.fingerprint)
      #expect(second.dataset.notes == first.dataset.notes)
      #expect(second.dataset.train.classNames == ["ant", "bee"])
      #expect(
        try StreamedFolder.batches(second.dataset).batches
          == StreamedFolder.batches(first.dataset).batches)

      // A new image.
      try StreamedFolder.write(folder.path + "/train/bee/new.png", width: 10, height: 10)
      let third = try Self.open(folder, index: file)
      #expect(third.listings == 4)
      #expect(third.dataset.train.count == first.dataset.train.count + 1)
      #expect(
        third.dataset.notes.last == "the index \(file) is older than its files: built again")
      // The folder was changed just now: a change after it may have left the same time.
      #expect(try Self.open(folder, index: file).listings == 4)
      try Self.age(folder.path)
      #expect(try Self.open(folder, index: file).listings == 4)
      #expect(try Self.open(folder, index: file).listings == 0)

      // Damaged at every place: built again, and as before.
      let whole = try Data(contentsOf: URL(fileURLWithPath: file))
      for place in stride(from: 8, to: whole.count, by: 97) {
        var bytes = [UInt8](whole)
        bytes[place] ^= 0x41
        try StreamedFolder.write(bytes, to: file)
        let again = try Self.open(folder, index: file)
        let isVersion = (8..<12).contains(place)
        #expect(again.listings == 4)
        #expect(
          again.dataset.notes.last
            == "the index \(file) is \(isVersion ? "of another version of this program" : "damaged"): "
            + "built again")
        #expect(again.dataset.fingerprint == third.dataset.fingerprint)
      }
      for count in [8, 11, 30, whole.count - 70, whole.count - 1] {
        try StreamedFolder.write(Array(whole.prefix(count)), to: file)
        #expect(try Self.open(folder, index: file).dataset.notes.last?.contains("damaged") == true)
      }
      // A removed folder is noticed too, by the message about it.
      try FileManager.default.removeItem(atPath: folder.path + "/val/bee")
      #expect(
        imageError { () throws(ImageError) in try folder.open(index: file) }?.message.hasPrefix(
          "\(folder.path)/val isn't a data set") == true)
    }
  }

  /// An image that is replaced in place: its folder's time stays the same, its length doesn't.
  @Test func replacedImage() throws {
    try withTemporaryFolder { path in
      let folder = try StreamedFolder(path + "/images")
      try Self.age(folder.path)
      let file = path + "/my.index"
      _ = try Self.open(folder, index: file)
      let image = folder.path + "/train/ant/3.png"
      let old = try Data(contentsOf: URL(fileURLWithPath: image)).count
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: image))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("more".utf8))
      try handle.close()
      let (dataset, listings) = try Self.open(folder, index: file)
      #expect(listings == 0)
      let error = imageError { () throws(ImageError) in try dataset.train.statistics() }
      #expect(
        error?.message
          == "cannot read \(image): it has \(old + 4) bytes, and had \(old) when the index was built: "
          + "data verify builds the index again")
      var options = DatasetOptions(side: 8)
      (options.index, options.memory, options.rebuildsIndex) = (file, 0, true)
      let again = try Dataset.open(folder.path, options: options, environment: [:])
      #expect(try again.train.statistics().size == dataset.train.size)
      #expect(again.fingerprint != dataset.fingerprint)
    }
  }

  /// Without `--index`, the index of a streamed set is kept in the cache folder; that of a set in
  /// memory isn't kept.
  @Test func inTheCacheFolder() throws {
    try withTemporaryFolder { path in
      let folder = try StreamedFolder(path + "/images")
      try Self.age(folder.path)
      let cache = path + "/cache"
      _ = try Self.open(folder, index: nil, cache: cache, memory: .max)
      #expect(!FileManager.default.fileExists(atPath: cache))
      #expect(try Self.open(folder, index: nil, cache: cache).listings == 4)
      let kept = try FileManager.default.contentsOfDirectory(atPath: cache + "/alexnet/indexes")
      #expect(kept.count == 1 && kept[0].hasPrefix("images-") && kept[0].hasSuffix(".index"))
      #expect(try Self.open(folder, index: nil, cache: cache).listings == 0)
      #expect(try Self.open(folder, index: nil, cache: cache, memory: .max).listings == 0)
      // A cache that can't be written doesn't stop anything.
      try StreamedFolder.write([1], to: path + "/file")
      let (dataset, _) = try Self.open(folder, index: nil, cache: path + "/file")
      #expect(
        dataset.notes.last
          == "the index can't be kept: cannot write \(path)/file/alexnet/indexes: "
          + "the folder can't be created; --index FILE names another place")
    }
  }

  @Test func indexThatIsAnotherFile() throws {
    try withTemporaryFolder { path in
      let folder = try StreamedFolder(path + "/images")
      let file = path + "/notes.txt"
      try StreamedFolder.write(Array("my notes".utf8), to: file)
      #expect(
        imageError { () throws(ImageError) in try folder.open(index: file) }
          == ImageError("\(file) isn't an index", hint: "name another file with --index"))
      #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data("my notes".utf8))
      let missing = path + "/nowhere/my.index"
      #expect(
        imageError { () throws(ImageError) in try folder.open(index: missing) }?.message.contains(
          missing) == true)
    }
  }

  /// Two million images in 65,535 classes, without files: under 100 MB, and the same after writing and
  /// reading.
  @Test func twoMillionEntries() throws {
    let classes = (0..<65_535).map { "c\($0)" }
    var index = ImageIndex(root: "/nowhere", classNames: classes)
    let count = 2_000_000
    for label in 0..<1000 {
      let folder = index.addContainer("train/n\(10_000_000 + label)")
      for i in 0..<(count / 1000) {
        try index.append(
          "n\(10_000_000 + label)_\(1000 + i).JPEG", in: folder, length: 100_000 + i,
          label: label * 65)
      }
    }
    #expect(index.count == count)
    #expect(index.memory < 100_000_000)
    #expect(index.place(of: 2001) == "train/n10000001/n10000001_1001.JPEG")
    #expect(index.name(of: count - 1) == "/nowhere/train/n10000999/n10000999_2999.JPEG")
    #expect(index.labels[count - 1] == 64_935 && index.length(of: 2001) == 100_001)
    try withTemporaryFolder { path in
      let whole = DatasetIndex(name: "big", train: index, test: index.subset([5, count - 1]))
      try whole.write(to: path + "/big.index")
      guard case .index(let read) = try DatasetIndex.kept(in: path + "/big.index", root: "/else")
      else {
        Issue.record("not an index")
        return
      }
      #expect(read.train.count == count && read.train.labels == index.labels)
      #expect(read.train.classNames == classes)
      #expect(read.train.name(of: 2001) == "/else/train/n10000001/n10000001_1001.JPEG")
      #expect(read.test.place(of: 1) == "train/n10000999/n10000999_2999.JPEG")
    }
  }

  /// Images in shards: a part of a file.
  @Test func shards() throws {
    try withTemporaryFolder { path in
      var index = ImageIndex(root: path, classNames: ["a", "b"])
      let shard = index.addContainer("0.tar")
      try index.append("x.jpg", in: shard, at: 3, length: 4, label: 1)
      try index.append("y.jpg", in: shard, at: 7, length: 2, label: 0)
      try StreamedFolder.write(Array("...abcdefgh".utf8), to: path + "/0.tar")
      #expect(try index.bytes(of: 0) == Array("abcd".utf8))
      #expect(try index.bytes(of: 1) == Array("ef".utf8))
      #expect(index.isSharded && index.name(of: 1) == "y.jpg in \(path)/0.tar")
      let part = index.subset([1])
      #expect(try part.bytes(of: 0) == Array("ef".utf8) && part.labels == [0])
      try StreamedFolder.write(Array("...abcd".utf8), to: path + "/0.tar")
      let short = index.subset([1])
      // A fresh index opens the shard again.
      var fresh = ImageIndex(root: path, classNames: ["a", "b"])
      _ = fresh.addContainer("0.tar")
      try fresh.append("y.jpg", in: 0, at: 7, length: 2, label: 0)
      #expect(
        imageError { () throws(ImageError) in try fresh.bytes(of: 0) }?.message
          == "cannot read \(path)/0.tar: its 7 bytes end before y.jpg: it is cut short, or changed "
          + "after the index was built")
      #expect(short.count == 1)
      // A file too large for an image.
      #expect(
        imageError { () throws(ImageError) in
          try fresh.append("z.jpg", in: 0, at: 0, length: 1 << 40, label: 0)
        }?.message.contains("at most 512 MiB") == true)
    }
  }
}

extension ImageIndex {
  /// The bytes that the arrays take.
  var memory: Int {
    labels.capacity * 2 + containerOf.capacity * 4 + lengths.capacity * 4 + offsets.capacity * 8
      + nameEnds.capacity * 4 + names.capacity
  }
}
