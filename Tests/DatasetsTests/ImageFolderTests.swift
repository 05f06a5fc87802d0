import Foundation
import Testing

@testable import Datasets

@Suite struct ImageFolderTests {
  /// Writes a single-coloured image of this size at `path`, creating the folders above it.
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
      #expect(try (0..<4).map { try data.train.image($0)[0, 0].red } == [3, 0, 1, 2])
      #expect(try (0..<4).map { try data.test.image($0)[0, 0].red } == [103, 100, 101, 102])
      #expect(data.train.size == .init(channels: 3, height: 8, width: 8))
      #expect(data.name == URL(fileURLWithPath: folder).lastPathComponent)
    }
  }

  @Test func aSixthIsForTesting() throws {
    try withTemporaryFolder { folder in
      for name in ["cat", "dog"] {
        for i in 0..<12 { try Self.picture("\(folder)/\(name)/\(i).png", gray: UInt8(i)) }
      }
      let data = try Dataset.open(folder + "/", environment: [:])
      #expect(data.train.classCounts == [10, 10])
      #expect(data.test.classCounts == [2, 2])
      #expect(try Dataset.open(folder, environment: [:]).fingerprint == data.fingerprint)
      let grays = try (0..<2).map { label in
        try [data.train, data.test].flatMap { set in
          try (0..<set.count).filter { set.labels[$0] == label }.map { try set.image($0)[0, 0].red }
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
    #expect(DatasetIndex.commonSize(sizes) == common)
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

  /// Images are recognized by their contents, at any depth, and skipped files are reported.
  @Test func imagesByContent() throws {
    let data = try Dataset.open(Fixture.path("folder-skips"), environment: [:])
    #expect(data.train.count + data.test.count == 16)
    #expect(data.notes == [])
    try withTemporaryFolder { folder in
      for name in ["a", "b"] {
        for i in 0..<6 { try Self.picture("\(folder)/\(name)/\(i).png", gray: UInt8(i)) }
      }
      try Self.picture("\(folder)/a/more/deep/0.png", gray: 6)
      // No extension, an extension of another kind, a folder named like an image.
      try Self.picture("\(folder)/a/noending", gray: 7)
      try Self.picture("\(folder)/b/0.gif", gray: 8)
      try Self.picture("\(folder)/b/x.png/0.jfif", gray: 9)
      try Data("P5\n1 1\n255\n ".utf8).write(to: URL(fileURLWithPath: folder + "/a/0.pgm"))
      try Data("GIF89a".utf8).write(to: URL(fileURLWithPath: folder + "/a/more/1.gif"))
      try Data("notes".utf8).write(to: URL(fileURLWithPath: folder + "/b/notes.txt"))
      try Data("hidden".utf8).write(to: URL(fileURLWithPath: folder + "/b/.DS_Store"))
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/b/link", withDestinationPath: folder)
      try Self.picture("\(folder)/loose.png")
      try Data("read me".utf8).write(to: URL(fileURLWithPath: folder + "/README"))
      let data = try Dataset.open(folder, environment: [:])
      #expect(zip(data.train.classCounts, data.test.classCounts).map(+) == [8, 8])
      #expect(
        data.notes == [
          "5 files skipped: loose.png (outside the classes' folders), "
            + "a/0.pgm (a Netpbm image (PBM, PGM or PPM)), a/more/1.gif (a GIF), …"
        ])
      // An error about a class whose files are all of other kinds names the kinds.
      try FileManager.default.removeItem(atPath: folder + "/a")
      try FileManager.default.createDirectory(
        atPath: folder + "/a", withIntermediateDirectories: false)
      try Data("GIF89a".utf8).write(to: URL(fileURLWithPath: folder + "/a/1.gif"))
      #expect(
        Self.open(folder)?.message
          == "\(folder)/a holds no PNG or JPEG image, only a/1.gif (a GIF)")
    }
  }

  /// The test part may have several names, in upper or lower case.
  @Test(
    arguments: [
      ("train", "val", "val is the test part"), ("train", "valid", "valid is the test part"),
      ("train", "validation", "validation is the test part"), ("Train", "Test", nil),
      ("TRAIN", "Val", "Val is the test part"), ("training", "testing", nil),
    ] as [(String, String, String?)])
  func namesOfParts(train: String, test: String, note: String?) throws {
    try withTemporaryFolder { folder in
      for name in ["a", "b"] {
        try Self.picture("\(folder)/\(train)/\(name)/1.png", gray: 1)
        try Self.picture("\(folder)/\(test)/\(name)/1.png", gray: 2)
      }
      let data = try Dataset.open(folder, environment: [:])
      #expect(data.train.pixels.allSatisfy { $0 == 1 } && data.train.count == 2)
      #expect(data.test.pixels.allSatisfy { $0 == 2 } && data.test.count == 2)
      #expect(data.notes.count == (note == nil ? 0 : 1))
      #expect(data.notes.first?.hasPrefix(note ?? "") ?? true)
    }
  }

  @Test func testComesBeforeValidation() throws {
    let data = try Dataset.open(Fixture.path("folder-train-val"), environment: [:])
    #expect((data.train.count, data.test.count) == (4, 4))
    #expect(data.notes == ["val is the test part: folder-train-val has no folder called test"])
    try withTemporaryFolder { folder in
      for (part, gray) in [("train", 1), ("val", 2), ("test", 3)] as [(String, UInt8)] {
        for name in ["a", "b"] { try Self.picture("\(folder)/\(part)/\(name)/1.png", gray: gray) }
      }
      let data = try Dataset.open(folder, environment: [:])
      #expect(data.test.pixels.allSatisfy { $0 == 3 })
      #expect(data.notes == ["not read: val; the data are train and test"])
      // Without a test part, its classes must not become one class called train.
      try FileManager.default.removeItem(atPath: folder + "/test")
      try FileManager.default.moveItem(atPath: folder + "/val", toPath: folder + "/other")
      let error = try #require(Self.open(folder))
      #expect(error.message == "\(folder) has a folder train, but no test part")
      #expect(error.hint?.contains("val") == true)
    }
  }

  /// A class called train is a class like any other.
  @Test func aClassCalledTrain() throws {
    try withTemporaryFolder { folder in
      for name in ["car", "train"] {
        for i in 0..<6 { try Self.picture("\(folder)/\(name)/\(i).png") }
      }
      #expect(try Dataset.open(folder, environment: [:]).train.classNames == ["car", "train"])
    }
  }

  /// é as one character in one part, and as e plus an accent in the other: each folder is opened by
  /// its actual name.
  @Test func namesSpelledInTwoWays() throws {
    let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
    try withTemporaryFolder { folder in
      for (part, name) in [("train", composed), ("test", decomposed)] {
        try Self.picture("\(folder)/\(part)/\(name)/1.png", gray: 1)
        try Self.picture("\(folder)/\(part)/tea/1.png", gray: 2)
      }
      let data = try Dataset.open(folder, environment: [:])
      #expect(data.train.classNames == [composed, "tea"])
      #expect(data.train.classNames[0].utf8.elementsEqual(composed.utf8))
      #expect(data.test.pixels == data.train.pixels && data.test.labels == [0, 1])
      // Within the same folder they can't be distinguished. (Some file systems keep only one.)
      try Self.picture("\(folder)/train/\(decomposed)/1.png", gray: 1)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/train")
      if names.count == 3 {
        #expect(Self.open(folder)?.message.contains("names look the same") == true)
      }
    }
  }

  #if os(Linux)
    /// A name that isn't UTF-8 can be listed but not opened.
    @Test func nameThatIsNotUTF8() throws {
      try withTemporaryFolder { folder in
        for name in ["a", "b"] {
          for i in 0..<6 { try Self.picture("\(folder)/\(name)/\(i).png") }
        }
        let path = Array(folder.utf8) + Array("/a/caf".utf8) + [0xE9] + Array(".png".utf8) + [0]
        let file = path.withUnsafeBufferPointer { bytes in
          bytes.withMemoryRebound(to: CChar.self) { creat($0.baseAddress!, 0o600) }
        }
        try #require(file >= 0)
        close(file)
        let data = try Dataset.open(folder, environment: [:])
        #expect(data.notes == ["1 file skipped: a/caf\u{FFFD}.png (a name that isn't UTF-8)"])
      }
    }
  #endif

  @Test func aFileInPlaceOfTheFolder() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/cifar-10-binary.tar.gz"
      try Data([0x1F, 0x8B, 8, 0]).write(to: URL(fileURLWithPath: path))
      let error = try #require(Self.open(path))
      #expect(error.message == "cannot read \(path): it is a gzip archive, not a folder")
      #expect(error.hint?.contains("unpack") == true)
    }
  }

  @Test func hostileFolders() throws {
    try withTemporaryFolder { folder in
      let missing = try #require(Self.open(folder + "/no\nsuch"))
      #expect(missing.message.contains("no\\u{a}such: the folder doesn't exist"))
      #expect(Self.open("")?.message == "no data set is named")
      #expect(Self.open(folder)?.message.contains("isn't a data set") == true)
      try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/file"))
      #expect(Self.open(folder + "/file")?.message.contains("it is not a folder") == true)

      try Self.picture(folder + "/py/data_batch_1/1.png")
      #expect(Self.open(folder + "/py")?.message.contains("CIFAR-10's Python version") == true)
      try FileManager.default.removeItem(atPath: folder + "/py")

      try Self.picture(folder + "/a/1.png")
      #expect(Self.open(folder)?.message.contains("at least two folders") == true)
      try FileManager.default.createDirectory(
        atPath: folder + "/b", withIntermediateDirectories: false)
      #expect(Self.open(folder)?.message == "\(folder)/b holds no PNG or JPEG image")
      try Self.picture(folder + "/b/1.png")
      #expect(Self.open(folder)?.message.contains("too few images") == true)
      for i in 2..<9 {
        try Self.picture(folder + "/a/\(i).png")
        try Self.picture(folder + "/b/\(i).png")
      }
      #expect(Self.open(folder) == nil)

      // Each of these in place of an image; the error names it.
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
      try FileManager.default.createSymbolicLink(atPath: bad, withDestinationPath: bad)
      #expect(Self.open(folder)?.message.contains(bad) == true)
      try FileManager.default.removeItem(atPath: bad)
      try #require(mkfifo(bad, 0o600) == 0)
      #expect(Self.open(folder)?.message.contains("not a regular file") == true)
      try FileManager.default.removeItem(atPath: bad)

      // A class that exists in only one part.
      try Self.picture(folder + "/train/a/1.png")
      try Self.picture(folder + "/train/b/1.png")
      try Self.picture(folder + "/test/a/1.png")
      try Self.picture(folder + "/test/c/1.png")
      #expect(
        Self.open(folder)?.message.contains("test has a class c that train doesn't have") == true)
      try FileManager.default.removeItem(atPath: folder + "/test/c")
      try Self.picture(folder + "/train/c/1.png")
      try Self.picture(folder + "/test/b/1.png")
      #expect(Self.open(folder)?.message.contains("test has no class c, which train has") == true)
    }
  }
}
