import Foundation
import TensorFiles
import Tensors
import Testing

@testable import Datasets

@Suite struct ShardPreparationTests {
  /// A folder of 11 training and 5 test images in two classes, with sizes from 20×30 up; the JPEG
  /// fixtures among them.
  static func write(_ folder: String) throws {
    for (number, name) in SquareDecodingTests.squares.enumerated() where number < 8 {
      let part = number < 6 ? "train" : "val"
      try TarShardTests.write(
        Fixture.bytes(name + ".jpg"),
        "\(folder)/\(part)/\(number % 2 == 0 ? "ant" : "bee")/\(name).JPEG")
    }
    for number in 0..<8 {
      let image = TestCard.image.centerCropped(width: 60 + number, height: 50)
      let part = number < 5 ? "train" : "val"
      try TarShardTests.write(
        try image.encodePNG(), "\(folder)/\(part)/\(number % 2 == 0 ? "ant" : "bee")/\(number).png")
    }
  }

  static func prepare(
    _ source: String, _ out: String, seed: UInt64 = 1, leavesOut: Bool = false,
    report: (ShardPreparation.Progress) -> Void = { _ in }
  ) throws -> ShardPreparation.Outcome {
    var options = DatasetOptions()
    options.leavesOut = leavesOut
    let index = try DatasetIndex.listing(source) { _ throws(ImageError) in }
    return try ShardPreparation(
      index, into: out, seed: seed, imagesPerShard: 4, options: options
    ).run(cancellation: .never, report: report)
  }

  /// All files of a folder by name.
  static func files(_ folder: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name != "index" {
      files[name] = try Data(contentsOf: URL(filePath: folder + "/" + name))
    }
    return files
  }

  @Test func isWhatItWasPreparedFrom() throws {
    try withTemporaryFolder { folder in
      try Self.write(folder + "/in")
      var last: ShardPreparation.Progress?
      let outcome = try Self.prepare(folder + "/in", folder + "/out") { last = $0 }
      #expect((outcome.train, outcome.test, outcome.classes) == (11, 5, 2))
      #expect((outcome.shards, outcome.before) == (5, 0))
      #expect(last == .init(done: 16, total: 16, before: 0))
      let names = try Self.files(folder + "/out").keys.sorted()
      #expect(
        names == [
          "classes.txt", "prepared.json", "train-000000.tar", "train-000001.tar",
          "train-000002.tar", "val-000000.tar", "val-000001.tar",
        ])
      var options = DatasetOptions(side: 256)
      options.memory = 0
      let (before, after) = (
        try Dataset.open(folder + "/in", options: options, environment: [:]),
        try Dataset.open(folder + "/out", options: options, environment: [:])
      )
      #expect(after.train.classNames == ["ant", "bee"])
      #expect(after.test.labels == before.test.labels)
      #expect(after.train.labels != before.train.labels)
      #expect(after.train.classCounts == before.train.classCounts)
      for index in 0..<5 {
        let (a, b) = (try before.test.samples(index), try after.test.samples(index))
        let differences = zip(a, b).map { abs(Int($0) - Int($1)) }
        // Quality 95, colours at half the resolution: the test card's edges lose most.
        #expect(Double(differences.reduce(0, +)) / Double(a.count) < 6, "image \(index)")
      }
      // The index in the folder is used while the shards' lengths are right, else they are listed.
      #expect(try ShardFolder(folder + "/out").index.sizes?.isUniform == true)
      try FileManager.default.removeItem(atPath: folder + "/out/train-000002.tar")
      #expect(try ShardFolder(folder + "/out").index.train.count == 8)
    }
  }

  /// A killed preparation continues with the first shard that is missing, and ends with the same bytes.
  @Test func continues() throws {
    try withTemporaryFolder { folder in
      try Self.write(folder + "/in")
      _ = try Self.prepare(folder + "/in", folder + "/out")
      let whole = try Self.files(folder + "/out")
      for name in ["train-000001.tar", "val-000001.tar", "index"] {
        try FileManager.default.removeItem(atPath: folder + "/out/" + name)
      }
      try TarShardTests.write([1, 2, 3], folder + "/out/.abc.tmp")
      var first: ShardPreparation.Progress?
      let outcome = try Self.prepare(folder + "/in", folder + "/out") { first = first ?? $0 }
      #expect(first == .init(done: 11, total: 16, before: 11))
      #expect((outcome.shards, outcome.before) == (5, 3))
      #expect(try Self.files(folder + "/out") == whole)
      #expect(try Self.prepare(folder + "/in", folder + "/out").before == 5)
      #expect(try Self.files(folder + "/out") == whole)
      let other = try Self.prepare(folder + "/in", folder + "/other", seed: 2)
      #expect(other.train == 11)
      #expect(try Self.files(folder + "/other")["train-000000.tar"] != whole["train-000000.tar"])
    }
  }

  /// Killed before the first shard: there are only a part of the plan, or the plan without the classes.
  @Test(arguments: [[".1a2b.tmp"], ["prepared.json"], ["prepared.json", ".1a2b.tmp"]])
  func continuesFromTheStart(_ left: [String]) throws {
    try withTemporaryFolder { folder in
      try Self.write(folder + "/in")
      _ = try Self.prepare(folder + "/in", folder + "/whole")
      let whole = try Self.files(folder + "/whole")
      for name in left {
        try TarShardTests.write(
          whole[name].map { [UInt8]($0) } ?? [1, 2, 3], "\(folder)/out/\(name)")
      }
      _ = try Self.prepare(folder + "/in", folder + "/out")
      let found = try Self.files(folder + "/out")
      #expect(found.filter { $0.key != ".1a2b.tmp" } == whole)
      #expect(found[".1a2b.tmp"] == nil || !left.contains("prepared.json"))
    }
  }

  @Test func refusesOtherFolders() throws {
    try withTemporaryFolder { folder in
      try Self.write(folder + "/in")
      _ = try Self.prepare(folder + "/in", folder + "/out")
      let whole = try Self.files(folder + "/out")
      func message(_ out: String, seed: UInt64 = 1) -> String {
        do {
          _ = try Self.prepare(folder + "/in", out, seed: seed)
          return ""
        } catch {
          return (error as? ImageError)?.message ?? "\(error)"
        }
      }
      #expect(message(folder + "/out", seed: 2).contains("with other settings"))
      #expect(message(folder + "/in").contains("it isn't empty"))
      #expect(message(folder + "/in/train/ant/0.png").contains("not a folder"))
      #expect(try Self.files(folder + "/out") == whole)
    }
  }

  @Test func imagesThatCannotBeRead() throws {
    try withTemporaryFolder { folder in
      try Self.write(folder + "/in")
      try TarShardTests.write([0xFF, 0xD8, 0xFF, 1], folder + "/in/train/ant/bad.jpg")
      do {
        _ = try Self.prepare(folder + "/in", folder + "/out")
        Issue.record("the bad image was accepted")
      } catch let error as ImageError {
        #expect(error.message.contains("train/ant/bad.jpg is a damaged"), "\(error)")
      }
      // Nothing of the shard that it belongs to is left.
      let left = try FileManager.default.contentsOfDirectory(atPath: folder + "/out")
      #expect(left.allSatisfy { !$0.hasSuffix(".tmp") }, "\(left)")
      let outcome = try Self.prepare(folder + "/in", folder + "/other", leavesOut: true)
      #expect(outcome.train == 11 && outcome.leftOut.count == 1)
      #expect(outcome.leftOut.first?.contains("bad.jpg is a damaged") == true)
      let again = try Self.prepare(folder + "/in", folder + "/other", leavesOut: true)
      #expect(again.leftOut.first?.hasSuffix("train/ant/bad.jpg") == true)
    }
  }
}
