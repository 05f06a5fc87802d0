import Foundation
import TensorFiles
import TestSupport
import Testing

@testable import Datasets

@Suite struct TarShardTests {
  /// The bytes of a shard with these members.
  static func shard(_ members: [(String, [UInt8])], end: [UInt8] = TarFormat.end) -> [UInt8] {
    members.flatMap { TarFormat.member($0.0, $0.1) } + end
  }

  static func write(_ bytes: [UInt8], _ path: String) throws {
    try FileManager.default.createDirectory(
      at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(filePath: path))
  }

  static func error(_ bytes: [UInt8]) throws -> ImageError? {
    try withTemporaryFolder { folder in
      try write(bytes, folder + "/x.tar")
      return imageError { () throws(ImageError) in try TarShard(folder + "/x.tar") }
    }
  }

  private static let label = Array("1".utf8)

  @Test func imagesAndLabels() throws {
    try withTemporaryFolder { folder in
      let bytes = Self.shard([
        ("a/x.jpg", [1, 2, 3]), ("a/x.cls", Array("65534\n".utf8)), ("notes.txt", [9]),
        ("a/x.mask.jpg", [8]), ("b.cls", Array(" 7".utf8)), ("b.json", [4]),
        ("b.PNG", [UInt8](repeating: 5, count: 512)),
      ])
      try Self.write(bytes, folder + "/x.tar")
      let samples = try TarShard(folder + "/x.tar").samples
      #expect(samples.map(\.name) == ["a/x.jpg", "b.PNG"])
      #expect(samples.map(\.label) == [65534, 7])
      #expect(samples.map(\.length) == [3, 512])
      #expect(samples.map { bytes[$0.offset] } == [1, 5])
    }
  }

  /// Python's tarfile reads what is written; its archives, in every format, are read.
  @Test func formats() throws {
    try withTemporaryFolder { folder in
      let script = """
        import io, sys, tarfile
        folder = sys.argv[1]
        written = tarfile.open(folder + "/ours.tar")
        assert [m.name for m in written] == ["000.jpg", "000.cls"], written.getnames()
        assert all((m.mode, m.mtime, m.uid) == (0o644, 0, 0) and m.isreg() for m in written)
        assert written.extractfile("000.jpg").read() == bytes(range(200)) * 3
        for name, format in [("pax", tarfile.PAX_FORMAT), ("gnu", tarfile.GNU_FORMAT), ("ustar", tarfile.USTAR_FORMAT)]:
            with tarfile.open(f"{folder}/{name}.tar", "w", format=format) as tar:
                for i in range(3):
                    key = "d" * 60 + "/" + "é" * 20 + "x" * 30 + str(i)
                    for ending, data in [(".jpg", bytes([i]) * 700), (".cls", str(i).encode())]:
                        member = tarfile.TarInfo(key + ending)
                        member.size, member.mtime = len(data), 1.5
                        tar.addfile(member, io.BytesIO(data))
        """
      try Self.write(
        Self.shard([
          ("000.jpg", (0..<600).map { UInt8($0 % 200) }), ("000.cls", Self.label),
        ]), folder + "/ours.tar")
      let python = try runTool(["python3", "-c", script, folder])
      // 127: there is no Python.
      guard python.status != 127 else { return }
      #expect(python.status == 0, "\(python.output)")
      for name in ["pax", "gnu", "ustar"] {
        let path = "\(folder)/\(name).tar"
        let bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
        let samples = try TarShard(path).samples
        #expect(samples.map(\.label) == [0, 1, 2], "\(name)")
        for (number, sample) in samples.enumerated() {
          #expect(sample.length == 700)
          #expect(
            bytes[sample.offset..<(sample.offset + 700)].allSatisfy { $0 == number }, "\(name)")
        }
      }
    }
  }

  @Test(
    arguments: [
      ([("a.jpg", [1]), ("a.cls", label), ("a.jpg", [2])], "has two images for the key a"),
      ([("a.jpg", [1]), ("a.png", [2]), ("a.cls", label)], "has two images for the key a"),
      ([("a.jpg", [1]), ("a.cls", label), ("a.cls", label)], "has two labels for the key a"),
      ([("a.jpg", [1]), ("b.jpg", [1]), ("b.cls", label)], "a.cls is missing"),
      ([("a.cls", label)], "has a label for the key a, but no image"),
      ([("a.jpg", [1]), ("a.cls", Array("cat".utf8))], "a.cls holds 'cat', not a label"),
      ([("a.jpg", [1]), ("a.cls", Array("-1".utf8))], "a.cls holds '-1', not a label"),
      ([("a.jpg", [1]), ("a.cls", [])], "a.cls holds '', not a label"),
      ([("a.jpg", [1]), ("a.cls", Array("65535".utf8))], "the label 65535; the largest is 65534"),
      ([("notes.txt", [1])], "holds no images"),
    ] as [([(String, [UInt8])], String)])
  func wrongMembers(members: [(String, [UInt8])], says: String) throws {
    let message = try #require(try Self.error(Self.shard(members))).message
    #expect(message.contains("x.tar ") && message.contains(says), "\(message)")
    #expect(!message.contains("\n"))
  }

  /// A shard that is cut anywhere, also between two members, is noticed.
  @Test func cutShort() throws {
    let bytes = Self.shard([
      ("a.jpg", [UInt8](repeating: 1, count: 700)), ("a.cls", Self.label), ("b.jpg", [2]),
      ("b.cls", Self.label),
    ])
    let whole = bytes.count - TarFormat.end.count
    for count in [0, 100, 512, 600, 1024, 1536, 1600, 2560, 3000, whole - 512, whole, whole + 100] {
      let message = try Self.error(Array(bytes[..<count]))?.message
      #expect(message?.contains("x.tar") == true, "cut to \(count)")
    }
    #expect(try Self.error(Array(bytes[..<(whole + 512)])) == nil)
  }

  @Test func otherFiles() throws {
    #expect(
      try Self.error([0x1F, 0x8B, 8, 0])?.message.contains("not an uncompressed tar") == true)
    #expect(try Self.error(Array("hello".utf8)) != nil)
    #expect(
      try Self.error([UInt8](repeating: 0, count: 10240))?.message.contains("no images") == true)
    #expect(imageError { () throws(ImageError) in try TarShard("nowhere.tar") } != nil)
  }
}

@Suite struct ShardFolderTests {
  /// Writes a shard of grey images of 8×8; the grey is 10 times the label.
  static func write(_ path: String, labels: [Int]) throws {
    let members = try labels.enumerated().flatMap { number, label in
      let image = Image(width: 8, height: 8, filledWith: RGB(gray: UInt8(10 * label)))
      return [
        ("\(number).png", try image.encodePNG()), ("\(number).cls", Array("\(label)".utf8)),
      ]
    }
    try TarShardTests.write(TarShardTests.shard(members), path)
  }

  static func open(_ folder: String) throws(ImageError) -> Dataset {
    try Dataset.open(folder, environment: [:])
  }

  @Test(arguments: [
    ("train-0.tar", "val-0.tar"), ("imagenet-train-00.tar", "imagenet-validation-00.tar"),
    ("train/0.tar", "test/0.tar"), ("train/train-0.tar", "val/val-0.tar"),
  ])
  func twoParts(train: String, test: String) throws {
    try withTemporaryFolder { folder in
      try Self.write("\(folder)/\(train)", labels: [1, 0, 2, 1])
      try Self.write("\(folder)/\(test)", labels: [2, 2])
      let data = try Self.open(folder)
      #expect(data.train.labels == [1, 0, 2, 1] && data.test.labels == [2, 2])
      #expect(data.train.classNames == ["0", "1", "2"])
      #expect(try (0..<4).map { try data.train.image($0)[0, 0].red } == [10, 0, 20, 10])
      try TarShardTests.write(Array("ant\nbee\ncat\n".utf8), folder + "/classes.txt")
      #expect(try Self.open(folder).train.classNames == ["ant", "bee", "cat"])
    }
  }

  @Test func withoutParts() throws {
    try withTemporaryFolder { folder in
      try Self.write(folder + "/a.tar", labels: [0, 1, 0, 1, 0, 1])
      try Self.write(folder + "/b.tar", labels: [1, 0, 1, 0, 1, 0])
      let data = try Self.open(folder)
      #expect((data.train.count, data.test.count) == (10, 2))
      #expect(data.test.classCounts == [1, 1])
    }
  }

  @Test func misfits() throws {
    func message(_ files: [(String, [Int])], classes: String? = nil) throws -> String {
      try withTemporaryFolder { folder in
        for (name, labels) in files { try Self.write("\(folder)/\(name)", labels: labels) }
        if let classes {
          try TarShardTests.write(Array(classes.utf8), folder + "/classes.txt")
        }
        return imageError { () throws(ImageError) in try Self.open(folder) }?.message ?? ""
      }
    }
    let parts = [("train-0.tar", [0, 1, 2]), ("val-0.tar", [0])]
    #expect(try message(parts) == "")
    let beyond = try message(parts, classes: "a\nb\n")
    #expect(
      beyond.contains("2.png in") && beyond.contains("has the label 2, but classes.txt names 2"))
    #expect(try message(parts, classes: "a\nb\nc\nd").contains("no training image of class 3 (d)"))
    #expect(try message([("train-0.tar", [0, 2])]).contains("no training image of class 1 (1)"))
    #expect(try message([("val-0.tar", [0, 1])]).contains("none to train on"))
    #expect(try message(parts + [("x.tar", [0])]).contains("x.tar belongs to no part"))
    #expect(try message(parts, classes: "").contains("names 0 classes"))
  }
}
