import Foundation
import Networks
import TestSupport
import Testing

@testable import Datasets

@Suite struct CIFAR10Tests {
  /// Both `Datasets` and `Networks` list the classes, because neither imports the other.
  @Test func theNetworksHaveTheSameClasses() {
    #expect(CIFAR10.classNames == Zoo.cifar10Labels)
    #expect(CIFAR10.classNames.count == 10)
  }

  /// Image `i` of a batch has class `i % 10`; its red, green and blue are the row, the column and
  /// `i`.
  private static func batch(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for i in 0..<count {
      bytes.append(UInt8(i % 10))
      bytes += (0..<1024).map { UInt8($0 / 32) }
      bytes += (0..<1024).map { UInt8($0 % 32) }
      bytes += [UInt8](repeating: UInt8(i), count: 1024)
    }
    return bytes
  }

  /// A folder in the official layout, with this many images per file.
  private static func make(in folder: String, recordsPerBatch count: Int = 12) throws -> String {
    let inner = folder + "/cifar-10-batches-bin"
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
    for split in CIFAR10.Split.allCases {
      for name in split.files { try write(batch(count), inner + "/" + name) }
    }
    return inner
  }

  private static func write(_ bytes: [UInt8], _ path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  @Test func readsImagesAndClasses() throws {
    try withTemporaryFolder { folder in
      let inner = try Self.make(in: folder)
      for place in [folder, inner, inner + "/"] {
        let data = try CIFAR10(folder: place, recordsPerBatch: 12)
        #expect(data.count(.train) == 60)
        #expect(data.count(.test) == 12)
        for (split, index, number) in [
          (CIFAR10.Split.test, 0, 0), (.test, 11, 11), (.train, 13, 1), (.train, 59, 11),
        ] {
          let (image, label) = try data.record(split, index)
          #expect(label == number % 10)
          #expect((image.width, image.height) == (32, 32))
          #expect(image[7, 30] == RGB(7, 30, UInt8(number)))
          #expect(try data.image(split, index) == image)
          #expect(try data.label(split, index) == label)
        }
      }
    }
  }

  /// The complete set contains the same images as the records read one by one.
  @Test func readsBothParts() throws {
    try withTemporaryFolder { folder in
      let inner = try Self.make(in: folder)
      let data = try CIFAR10.dataset(folder: inner, recordsPerBatch: 12)
      let records = try CIFAR10(folder: inner, recordsPerBatch: 12)
      #expect((data.train.count, data.test.count) == (60, 12))
      #expect(data.train.classNames == CIFAR10.classNames)
      for (split, set) in [(CIFAR10.Split.train, data.train), (.test, data.test)] {
        for index in 0..<set.count {
          let (image, label) = try records.record(split, index)
          #expect(try set.image(index) == image)
          #expect(Int(set.labels[index]) == label)
        }
      }
      #expect(data.fingerprint.count == 64)
    }
  }

  /// Any of the batches identifies a folder as CIFAR-10, so that the error names the missing ones.
  @Test(arguments: ["test_batch.bin", "data_batch_1.bin", "data_batch_5.bin"])
  func aBatchIsMissing(name: String) throws {
    try withTemporaryFolder { folder in
      let inner = try Self.make(in: folder, recordsPerBatch: 1)
      try FileManager.default.removeItem(atPath: inner + "/" + name)
      let error = try #require(
        imageError { () throws(ImageError) in
          try CIFAR10.dataset(folder: folder, recordsPerBatch: 1)
        })
      #expect(error.message == "cannot read \(inner)/\(name): No such file or directory")
      #expect(error.hint?.contains("six files") == true)
      let opened = imageError { () throws(ImageError) in
        try Dataset.open(folder, environment: [:])
      }
      #expect(opened?.message.contains(".bin") == true)
    }
  }

  @Test func noCopyOnThisMachine() {
    let error = imageError { () throws(ImageError) in
      try Dataset.open("cifar10", environment: ["ALEXNET_DATA": "/nonexistent"])
    }
    #expect(error?.message == "CIFAR-10 isn't on this machine")
    #expect(error?.hint?.contains("data fetch cifar10") == true)
  }

  @Test(arguments: [(CIFAR10.Split.test, 12), (.test, -1), (.train, 60), (.train, .max)])
  func missingImage(split: CIFAR10.Split, index: Int) throws {
    try withTemporaryFolder { folder in
      let data = try CIFAR10(folder: try Self.make(in: folder), recordsPerBatch: 12)
      let error = try #require(
        imageError { () throws(ImageError) in try data.image(split, index) })
      #expect(error.message.contains("CIFAR-10's \(split.rawValue) part has no image \(index)"))
      #expect(error.hint?.contains("0 to \(split == .test ? 11 : 59)") == true)
    }
  }

  @Test func damagedFiles() throws {
    try withTemporaryFolder { folder in
      let inner = try Self.make(in: folder)
      let path = inner + "/data_batch_3.bin"
      func opening() -> ImageError? {
        imageError { () throws(ImageError) in
          try CIFAR10(folder: folder, recordsPerBatch: 12)
        }
      }
      // Truncated within an image, between two, or to nothing; too long; missing; a folder.
      let whole = Self.batch(12)
      for bytes in [Array(whole.dropLast()), Self.batch(11), [], whole + [0]] {
        try Self.write(bytes, path)
        let error = try #require(opening())
        let (record, rest) = bytes.count.quotientAndRemainder(dividingBy: 3073)
        let place =
          bytes.count > whole.count
          ? "" : ": it ends \(rest == 0 ? "before" : "within") record \(record)"
        #expect(
          error.message == "\(path) has \(bytes.count) bytes instead of \(12 * 3073)" + place)
        let loading = imageError { () throws(ImageError) in
          try CIFAR10.dataset(folder: folder, recordsPerBatch: 12)
        }
        #expect(loading == error)
      }
      try FileManager.default.removeItem(atPath: path)
      #expect(opening()?.message.contains("data_batch_3.bin") == true)
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      #expect(opening()?.message.contains("folder") == true)
    }
  }

  /// Files with the name of a CIFAR-10 batch that aren't one.
  @Test(arguments: [
    ([UInt8](repeating: 1, count: 12 * 3074), "is from CIFAR-100", "CIFAR-10 binary version"),
    ([UInt8](repeating: 1, count: 60 * 3074), "is from CIFAR-100", "CIFAR-10 binary version"),
    ([0x80, 2, 0x7D, 0x71], "is a Python pickle, not a batch of CIFAR-10", "binary one"),
    ([0x1F, 0x8B, 8, 0], "is a gzip archive, not a batch of CIFAR-10", "unpack"),
    ([UInt8](repeating: 1, count: 13 * 3073), "has 39949 bytes instead of 36876", "again"),
    ([UInt8](repeating: 1, count: 100), ": it ends within record 0", "cut short"),
  ])
  func aBatchOfAnotherKind(bytes: [UInt8], says: String, hint: String) throws {
    try withTemporaryFolder { folder in
      let inner = try Self.make(in: folder)
      try Self.write(bytes, inner + "/data_batch_2.bin")
      for isWhole in [false, true] {
        let error = try #require(
          imageError { () throws(ImageError) in
            if isWhole {
              _ = try CIFAR10.dataset(folder: folder, recordsPerBatch: 12)
            } else {
              _ = try CIFAR10(folder: folder, recordsPerBatch: 12)
            }
          })
        #expect(error.message.hasPrefix(inner + "/data_batch_2.bin "), "\(error.message)")
        #expect(error.message.contains(says), "\(error.message)")
        #expect(error.hint?.contains(hint) == true, "\(error)")
      }
    }
  }

  @Test func aClassBeyondTheTen() throws {
    try withTemporaryFolder { folder in
      let inner = try Self.make(in: folder)
      var bytes = Self.batch(12)
      bytes[5 * 3073] = 10
      try Self.write(bytes, inner + "/test_batch.bin")
      let data = try CIFAR10(folder: folder, recordsPerBatch: 12)
      #expect(try data.label(.test, 4) == 4)
      let error = try #require(imageError { () throws(ImageError) in try data.image(.test, 5) })
      #expect(error.message.contains("test_batch.bin is damaged: record 5 has the class 10"))
      #expect(imageError { () throws(ImageError) in try data.pictures(.test) } == error)
    }
  }

  @Test func aFileTruncatedLater() throws {
    try withTemporaryFolder { folder in
      let inner = try Self.make(in: folder)
      let data = try CIFAR10(folder: folder, recordsPerBatch: 12)
      try #require(truncate(inner + "/test_batch.bin", 3000) == 0)
      let error = try #require(imageError { () throws(ImageError) in try data.image(.test, 0) })
      #expect(error.message.contains("test_batch.bin"))
    }
  }

  @Test func searchPath() throws {
    try withTemporaryFolder { folder in
      let inner = try Self.make(in: folder + "/alexnet/cifar10")
      let cache = ["XDG_CACHE_HOME": folder, "HOME": "/nonexistent"]
      #if !os(macOS)
        #expect(CIFAR10.locate(environment: cache) == inner)
      #endif
      let data = ["ALEXNET_DATA": folder + "/alexnet", "HOME": "/nonexistent"]
      #expect(CIFAR10.locate(environment: data) == inner)
      #expect(CIFAR10.locate(folder: inner, environment: [:]) == inner)
      // If a folder is named, no other place is tried.
      #expect(CIFAR10.locate(folder: "/nonexistent", environment: data) == nil)
      #expect(CIFAR10.locate(environment: ["ALEXNET_DATA": "/nonexistent", "HOME": "/"]) == nil)
      #expect(CIFAR10.locate(environment: [:]) == nil)
    }
  }

  /// A program that unpacks a copy of all images next to the checkout, re-encoded as JPEG by a
  /// third party, in the official layout.
  private static let unpack = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../shared/cifar10/unpack").standardized.path

  /// A Python that has what it needs: the one that `make python` installs, or the system's.
  private static let python: String? = {
    let own = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../.build/python/bin/python").standardized.path
    return [own, "python3"].first { (try? runTool([$0, "-c", "import numpy, PIL"]).status) == 0 }
  }()

  private static var canUnpack: Bool {
    FileManager.default.isExecutableFile(atPath: unpack) && python != nil
  }

  @Test(
    .enabled(
      """
      needs a copy of CIFAR-10: in $ALEXNET_DATA, in the cache folder, or next to the \
      checkout with NumPy and Pillow (make python)
      """
    ) { CIFAR10.locate() != nil || canUnpack })
  func theWholeSet() throws {
    if let folder = CIFAR10.locate() {
      try Self.checkWholeSet(folder)
    } else {
      try withTemporaryFolder { folder in
        try #require(try runTool([#require(Self.python), Self.unpack, folder]).status == 0)
        try Self.checkWholeSet(folder)
      }
    }
  }

  private static func checkWholeSet(_ folder: String) throws {
    let data = try Dataset.open(folder, environment: [:])
    #expect(data.train.classCounts == [Int](repeating: 5000, count: 10))
    #expect(data.test.classCounts == [Int](repeating: 1000, count: 10))
    let records = try CIFAR10(folder: folder)
    for index in [0, 9_999, 10_000, 49_999] {
      #expect(try data.train.image(index) == records.image(.train, index))
    }
    // Published for the official images. A copy re-encoded as JPEG differs by a few hundredths.
    let statistics = try data.train.statistics()
    for (mean, published) in zip(statistics.mean, [125.307, 122.950, 113.865]) {
      #expect(abs(mean - published) < 0.1)
    }
    for (deviation, published) in zip(statistics.deviation, [62.993, 62.089, 66.705]) {
      #expect(abs(deviation - published) < 0.7)
    }
  }
}
