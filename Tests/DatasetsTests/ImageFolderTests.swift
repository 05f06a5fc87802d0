import Foundation
import Testing

@testable import Datasets

@Suite struct ImageFolderTests {
  /// Writes a plain picture of this size at `path`, with the folders above it.
  private static func picture(
    _ path: String, width: Int = 8, height: Int = 8, gray: UInt8 = 7
  ) throws {
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
      withIntermediateDirectories: true)
    try Image(width: width, height: height, filledWith: RGB(gray: gray)).writePNG(path: path)
  }

  private static func open(_ folder: String) -> ImageError? {
    imageError { () throws(ImageError) in try Dataset.open(folder, environment: [:]) }
  }

  @Test func trainAndTest() throws {
    try withTemporaryFolder { folder in
      for (name, gray) in [("b/2", 2), ("b/10", 1), ("a/x", 0), ("Z/z", 3)] as [(String, UInt8)] {
        try Self.picture("\(folder)/train/\(name).png", gray: gray)
        try Self.picture("\(folder)/test/\(name).png", gray: 100 + gray)
      }
      try Self.picture("\(folder)/train/b/.hidden.png", gray: 9)
      try Data("notes".utf8).write(to: URL(fileURLWithPath: "\(folder)/train/b/notes.txt"))
      let data = try Dataset.open(folder, environment: [:])
      #expect(data.train.classNames == ["Z", "a", "b"])
      #expect(data.train.labels == [0, 1, 2, 2])
      #expect((0..<4).map { data.train.image($0)[0, 0].red } == [3, 0, 1, 2])
      #expect((0..<4).map { data.test.image($0)[0, 0].red } == [103, 100, 101, 102])
      #expect(data.train.size == .init(channels: 3, height: 8, width: 8))
      #expect(data.name == URL(fileURLWithPath: folder).lastPathComponent)
    }
  }

  @Test func aSixthIsKept() throws {
    try withTemporaryFolder { folder in
      for name in ["cat", "dog"] {
        for i in 0..<12 { try Self.picture("\(folder)/\(name)/\(i).png", gray: UInt8(i)) }
      }
      let data = try Dataset.open(folder + "/", environment: [:])
      #expect(data.train.classCounts == [10, 10])
      #expect(data.test.classCounts == [2, 2])
      #expect(try Dataset.open(folder, environment: [:]).fingerprint == data.fingerprint)
      let grays = (0..<2).map { label in
        [data.train, data.test].flatMap { set in
          (0..<set.count).filter { set.labels[$0] == label }.map { set.image($0)[0, 0].red }
        }.sorted()
      }
      #expect(grays == [Array(0..<12), Array(0..<12)])
    }
  }

  @Test(
    arguments: [
      ([(8, 8), (8, 8)], (8, 8)), ([(30, 20), (30, 20)], (30, 20)),
      ([(30, 20), (20, 30)], (20, 20)),
      ([(9, 9), (1, 1), (12, 50), (60, 11), (40, 40)], (11, 11)), ([(1000, 800)], (256, 256)),
      ([(1000, 800), (300, 10)], (10, 10)), ([(1000, 256)], (1000, 256)),
    ] as [([(width: Int, height: Int)], (width: Int, height: Int))])
  func oneSizeForAll(sizes: [(width: Int, height: Int)], common: (width: Int, height: Int)) {
    #expect(ImageFolder.commonSize(sizes) == common)
  }

  @Test func sizesAreUnified() throws {
    try withTemporaryFolder { folder in
      for (i, size) in [(20, 10), (10, 14), (12, 12), (50, 9)].enumerated() {
        for part in ["train", "test"] {
          for name in ["a", "b"] {
            try Self.picture(
              "\(folder)/\(part)/\(name)/\(i).png", width: size.0, height: size.1, gray: 50)
          }
        }
      }
      let data = try Dataset.open(folder, environment: [:])
      #expect(data.train.size == .init(channels: 3, height: 10, width: 10))
      #expect(data.train.pixels.allSatisfy { $0 == 50 })
    }
  }

  @Test func hostileFolders() throws {
    try withTemporaryFolder { folder in
      let missing = try #require(Self.open(folder + "/no\nsuch"))
      #expect(missing.message.contains("no\\u{a}such: there is no such folder"))
      #expect(Self.open("")?.message == "no data set is named")
      #expect(Self.open(folder)?.message.contains("is no data set") == true)
      try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/file"))
      #expect(Self.open(folder + "/file")?.message.contains("it is not a folder") == true)

      try Self.picture(folder + "/py/data_batch_1/1.png")
      #expect(Self.open(folder + "/py")?.message.contains("CIFAR-10's Python version") == true)
      try FileManager.default.removeItem(atPath: folder + "/py")

      try Self.picture(folder + "/a/1.png")
      #expect(Self.open(folder)?.message.contains("at least two folders") == true)
      try FileManager.default.createDirectory(
        atPath: folder + "/b", withIntermediateDirectories: false)
      #expect(Self.open(folder)?.message == "\(folder)/b holds no PNG or JPEG picture")
      try Self.picture(folder + "/b/1.png")
      #expect(Self.open(folder)?.message.contains("too few pictures") == true)
      for i in 2..<9 {
        try Self.picture(folder + "/a/\(i).png")
        try Self.picture(folder + "/b/\(i).png")
      }
      #expect(Self.open(folder) == nil)

      // Each of these in the place of a picture; the message names it.
      let bad = folder + "/b/5.png"
      let whole = try Data(contentsOf: URL(fileURLWithPath: folder + "/b/1.png"))
      for (bytes, says) in [
        (Data(), "is empty"), (whole.prefix(40), "damaged or incomplete PNG"),
        (Data("GIF89a".utf8), "is a GIF"), (Data("hello".utf8), "neither PNG nor JPEG"),
        (whole.dropLast(20), "damaged or incomplete PNG"),
      ] {
        try bytes.write(to: URL(fileURLWithPath: bad))
        let error = try #require(Self.open(folder))
        #expect(error.message.hasPrefix(bad) && error.message.contains(says), "\(error)")
      }
      try FileManager.default.removeItem(atPath: bad)
      try FileManager.default.createDirectory(atPath: bad, withIntermediateDirectories: false)
      #expect(Self.open(folder)?.message.contains("it is a folder") == true)
      try FileManager.default.removeItem(atPath: bad)
      try FileManager.default.createSymbolicLink(atPath: bad, withDestinationPath: bad)
      #expect(Self.open(folder)?.message.contains(bad) == true)
      try FileManager.default.removeItem(atPath: bad)
      try #require(mkfifo(bad, 0o600) == 0)
      #expect(Self.open(folder)?.message.contains("not a regular file") == true)
      try FileManager.default.removeItem(atPath: bad)

      // A class on one side only.
      try Self.picture(folder + "/train/a/1.png")
      try Self.picture(folder + "/train/b/1.png")
      try Self.picture(folder + "/test/a/1.png")
      try Self.picture(folder + "/test/c/1.png")
      #expect(Self.open(folder)?.message.contains("test has a class c that train does not") == true)
      try FileManager.default.removeItem(atPath: folder + "/test/c")
      try Self.picture(folder + "/train/c/1.png")
      try Self.picture(folder + "/test/b/1.png")
      #expect(Self.open(folder)?.message.contains("test has no class c, which train has") == true)
    }
  }
}
