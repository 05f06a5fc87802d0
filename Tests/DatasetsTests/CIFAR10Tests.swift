import Foundation
import Networks
import Testing

@testable import Datasets

@Suite struct CIFAR10Tests {
  /// The classes stand with the data and with the networks, which know nothing of each other.
  @Test func theNetworksHaveTheSameClasses() {
    #expect(CIFAR10.classNames == Zoo.cifar10Labels)
    #expect(CIFAR10.classNames.count == 10)
  }

  /// Picture `i` of a batch has class `i % 10`; its red, green and blue tell row, column and `i`.
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

  /// A folder in the official layout, with as many pictures a file as asked for.
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

  @Test func readsPicturesAndClasses() throws {
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

  @Test(arguments: [(CIFAR10.Split.test, 12), (.test, -1), (.train, 60), (.train, .max)])
  func noSuchPicture(split: CIFAR10.Split, index: Int) throws {
    try withTemporaryFolder { folder in
      let data = try CIFAR10(folder: try Self.make(in: folder), recordsPerBatch: 12)
      let error = try #require(
        imageError { () throws(ImageError) in try data.image(split, index) })
      #expect(error.message.contains("no picture \(index) in CIFAR-10's \(split.rawValue) part"))
      #expect(error.hint.contains("0 to \(split == .test ? 11 : 59)"))
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
      // Cut within a picture, between two, or to nothing; too long; missing; a folder.
      let whole = Self.batch(12)
      for bytes in [Array(whole.dropLast()), Self.batch(11), [], whole + [0]] {
        try Self.write(bytes, path)
        let error = try #require(opening())
        #expect(error.message.hasPrefix("\(path) has \(bytes.count) bytes instead of \(12 * 3073)"))
      }
      try FileManager.default.removeItem(atPath: path)
      #expect(opening()?.message.contains("data_batch_3.bin") == true)
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      #expect(opening()?.message.contains("folder") == true)
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
      #expect(error.message.contains("record 5 has the class 10"))
    }
  }

  @Test func aFileThatIsCutShortLater() throws {
    try withTemporaryFolder { folder in
      let inner = try Self.make(in: folder)
      let data = try CIFAR10(folder: folder, recordsPerBatch: 12)
      try #require(truncate(inner + "/test_batch.bin", 3000) == 0)
      let error = try #require(imageError { () throws(ImageError) in try data.image(.test, 0) })
      #expect(error.message.contains("test_batch.bin"))
    }
  }

  @Test func whereItIsLookedFor() throws {
    try withTemporaryFolder { folder in
      let inner = try Self.make(in: folder + "/alexnet/cifar10")
      let cache = ["XDG_CACHE_HOME": folder, "HOME": "/nonexistent"]
      #if !os(macOS)
        #expect(CIFAR10.locate(environment: cache) == inner)
      #endif
      let data = ["ALEXNET_DATA": folder + "/alexnet", "HOME": "/nonexistent"]
      #expect(CIFAR10.locate(environment: data) == inner)
      #expect(CIFAR10.locate(folder: inner, environment: [:]) == inner)
      // What is named is meant: no second place is tried.
      #expect(CIFAR10.locate(folder: "/nonexistent", environment: data) == nil)
      #expect(CIFAR10.locate(environment: ["ALEXNET_DATA": "/nonexistent", "HOME": "/"]) == nil)
      #expect(CIFAR10.locate(environment: [:]) == nil)
    }
  }

  /// The program that unpacks a copy of all pictures beside the checkout, re-encoded as JPEG by a
  /// third party, in the official layout.
  private static let unpack = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../shared/cifar10/unpack").standardized.path

  @Test(
    .enabled("needs a copy of CIFAR-10 beside the checkout, and python3 with numpy and Pillow") {
      try FileManager.default.isExecutableFile(atPath: unpack)
        && run("python3", "-c", "import numpy, PIL") == 0
    })
  func theWholeSet() throws {
    try withTemporaryFolder { folder in
      try #require(try Self.run(Self.unpack, folder) == 0)
      let data = try CIFAR10(folder: folder)
      #expect(data.count(.train) == 50_000)
      #expect(data.count(.test) == 10_000)
      for split in CIFAR10.Split.allCases {
        var classes = [Int](repeating: 0, count: 10)
        for index in 0..<data.count(split) { classes[try data.label(split, index)] += 1 }
        #expect(classes == [Int](repeating: data.count(split) / 10, count: 10))
      }
    }
  }

  /// Runs a program silently.
  ///
  /// - Returns: its exit code.
  private static func run(_ command: String...) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
