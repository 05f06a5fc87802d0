import Foundation
import Testing

@testable import Datasets

/// Sets whose images are decoded when they are needed.
@Suite struct StreamedSetTests {
  /// The same batches as from memory, for any number of threads.
  @Test(arguments: [1, 2, 4])
  func sameAsInMemory(_ threads: Int) throws {
    try withTemporaryFolder { path in
      let folder = try StreamedFolder(path)
      let memory = try folder.open(memory: .max)
      let streamed = try folder.open(threads: threads)
      #expect(!memory.isStreamed && streamed.isStreamed)
      #expect(memory.train.source == nil && streamed.train.source?.threads == threads)
      #expect(streamed.train.size == .init(channels: 3, height: 8, width: 8))
      #expect(memory.train.size == streamed.train.size)
      #expect(memory.train.labels == streamed.train.labels)
      for i in 0..<memory.train.count {
        #expect(try memory.train.image(i) == streamed.train.image(i))
      }
      let (expected, found) = try (
        StreamedFolder.batches(memory), StreamedFolder.batches(streamed)
      )
      #expect(expected.error == nil && found.error == nil)
      #expect(expected.batches.count == 2 * 4 + 3 * 10)
      #expect(found.batches == expected.batches)
      #expect(try memory.train.statistics() == streamed.train.statistics())
      // A part of a set shares its source.
      let (a, b) = (memory.train.subset([4, 1, 9]), streamed.train.subset([4, 1, 9]))
      #expect(a.labels == b.labels)
      #expect(try b.subset([2, 0]).image(1) == a.image(0))
    }
  }

  /// Without a side, the median of the shorter sides; images of one size keep it.
  @Test func sizes() throws {
    try withTemporaryFolder { path in
      let folder = try StreamedFolder(path)
      let (memory, streamed) = try (folder.open(side: nil, memory: .max), folder.open(side: nil))
      #expect(memory.train.size == streamed.train.size)
      #expect(try memory.test.image(2) == streamed.test.image(2))
      for part in ["train", "val"] {
        for name in ["a", "b"] {
          try StreamedFolder.write("\(path)/same/\(part)/\(name)/1.png", width: 12, height: 9)
        }
      }
      var options = DatasetOptions(side: 32)
      for memory in [0, 1 << 20] {
        options.memory = memory
        let same = try Dataset.open("\(path)/same", options: options, environment: [:])
        #expect(same.train.size == .init(channels: 3, height: 9, width: 12))
        #expect(same.isStreamed == (memory == 0))
      }
      // Exactly as many bytes as both parts take still fit.
      options.memory = 4 * 3 * 9 * 12
      #expect(try !Dataset.open("\(path)/same", options: options, environment: [:]).isStreamed)
      options.memory -= 1
      #expect(try Dataset.open("\(path)/same", options: options, environment: [:]).isStreamed)
    }
  }

  /// The first image of the order that can't be read ends the batches, after those before it.
  @Test func unreadableImage() throws {
    try withTemporaryFolder { path in
      let folder = try StreamedFolder(path)
      let whole = try StreamedFolder.batches(folder.open())
      let bad = "\(path)/train/bee/2.png"
      let bytes = try Data(contentsOf: URL(fileURLWithPath: bad))
      try StreamedFolder.write(Array(bytes.prefix(60)), to: bad)
      var found: [(Int, ImageError)] = []
      for threads in [1, 2, 4] {
        // The sizes of so few images are read at first, so the header of this one is whole.
        let (batches, error) = try StreamedFolder.batches(folder.open(threads: threads))
        #expect(batches == Array(whole.batches.prefix(batches.count)))
        found.append((batches.count, try #require(error)))
      }
      #expect(found[0].1.message.hasPrefix("\(bad) is a damaged or incomplete PNG"))
      for other in found {
        #expect(other.0 == found[0].0 && other.0 < 4)
        #expect(other.1 == found[0].1)
      }
      #expect(
        imageError { () throws(ImageError) in try folder.open().train.statistics() } == found[0].1)
    }
  }

  /// Images that can't be read are replaced by the next one of the order in training, and don't count
  /// in a test.
  @Test func leavingOut() throws {
    try withTemporaryFolder { path in
      let folder = try StreamedFolder(path)
      let whole = try folder.open(memory: .max)
      let (before, _) = try StreamedFolder.batches(whole)
      let bad = ["train/bee/2.png", "train/ant/0.png", "val/bee/1.png"].map { "\(path)/\($0)" }
      for file in bad { try StreamedFolder.write(Array("GIF89a".utf8), to: file) }
      var results: [[BatchQueue.Batch]] = []
      for threads in [1, 2, 4] {
        let dataset = try folder.open(threads: threads, leavesOut: true)
        let (batches, error) = try StreamedFolder.batches(dataset)
        #expect(error == nil)
        #expect(
          dataset.leftOut.map(\.message)
            == [bad[1], bad[0], bad[2]].map { "\($0) is a GIF, neither PNG nor JPEG" })
        results.append(batches)
      }
      #expect(results[0] == results[1] && results[0] == results[2])
      // Training: places of readable images are as before; in the others is the next image.
      let order = (0..<2).map { BatchMaker.shuffled(13, seed: 5, epoch: $0) }
      let isBad = { (index: UInt32) in [0, 7 + 1 + 2].contains(Int(index)) }
      var replaced = 0
      for (new, old) in zip(results[0], before).prefix(8) {
        for n in 0..<3 {
          let place = old.first + n
          let isSame = (0..<36).allSatisfy {
            new.input[n, 0, $0 / 6, $0 % 6] == old.input[n, 0, $0 / 6, $0 % 6]
          }
          #expect(isSame == !isBad(order[old.epoch][place]))
          let next = (0..<13).map { order[old.epoch][(place + $0) % 13] }.first { !isBad($0) }
          #expect(new.labels[n] == Int(whole.train.labels[Int(next ?? 0)]))
          if !isSame { replaced += 1 }
        }
      }
      #expect(replaced == order.flatMap { $0.prefix(12) }.filter(isBad).count && replaced > 1)
      // The test: that image's place counts in none of the ten crops.
      let place = 4
      for batch in results[0].dropFirst(8) {
        let expected = (0..<batch.count).filter { batch.first + $0 == place }
        #expect(batch.leftOut == expected)
      }
      // In memory they are left out of the set.
      let memory = try folder.open(memory: .max, leavesOut: true)
      #expect((memory.train.count, memory.test.count) == (11, 7))
      #expect(
        memory.leftOut.map(\.message).sorted()
          == bad.sorted().map { "\($0) is a GIF, neither PNG nor JPEG" })
      let streamed = try folder.open(leavesOut: true)
      #expect(try memory.train.statistics() == streamed.train.statistics())
      // If none can be read, there is nothing to replace them by.
      for (part, name, count) in StreamedFolder.counts where part == "train" {
        for i in 0..<count { try StreamedFolder.write([1], to: "\(path)/\(part)/\(name)/\(i).png") }
      }
      try FileManager.default.removeItem(atPath: "\(path)/train/ant/x.jpg")
      let nothing = try folder.open(leavesOut: true)
      #expect(
        try StreamedFolder.batches(nothing).error?.message
          == "no image of \(whole.name) train can be read")
    }
  }

  /// A streamed set is identified by names, lengths and labels, whatever the threads.
  @Test func fingerprints() throws {
    try withTemporaryFolder { path in
      let folder = try StreamedFolder(path + "/one")
      let first = try folder.open().fingerprint
      #expect(try folder.open(threads: 3).fingerprint == first)
      #expect(try folder.open(memory: .max).fingerprint != first)
      try FileManager.default.moveItem(atPath: path + "/one", toPath: path + "/other")
      let moved = StreamedFolder(at: path + "/other")
      #expect(try moved.open().fingerprint == first)
      try FileManager.default.moveItem(
        atPath: path + "/other/train/ant/1.png", toPath: path + "/other/train/ant/1b.png")
      #expect(try moved.open().fingerprint != first)
      try FileManager.default.moveItem(
        atPath: path + "/other/train/ant/1b.png", toPath: path + "/other/train/ant/1.png")
      #expect(try moved.open().fingerprint == first)
      try StreamedFolder.write(path + "/other/train/ant/1.png", width: 20, height: 20)
      #expect(try moved.open().fingerprint != first)
    }
  }

  /// A sample for statistics: as many of each class, always the same.
  @Test func sampledStatistics() throws {
    let set = BatchQueueTests.noise(300)
    let part = set.sample(30)
    #expect(part.classCounts == [10, 10, 10])
    #expect(try part.statistics() == set.sample(30).statistics())
    #expect(try part.statistics() != set.statistics())
    #expect(set.sample(300).count == 300 && set.sample(nil).count == 300)
    #expect(set.sample(1).count == 1)
  }

  /// 65,535 classes.
  @Test func manyClasses() throws {
    let count = PictureSet.mostClasses
    let set = PictureSet(
      name: "many", classNames: (0..<count).map { "c\($0)" }, channels: 1, height: 1, width: 1,
      pixels: (0..<count).map { UInt8($0 % 251) }, labels: Array(0..<count))
    #expect(set.labels.last == 65_534 && set.classCounts.allSatisfy { $0 == 1 })
    let (train, test) = Split.stratified(labels: set.labels, validation: 5, seed: 1)
    #expect((train.count, test.count) == (count - 5, 5))
    let pipeline = try PicturePipeline(.init(center: .none), for: set)
    let queue = BatchQueue(testing: set, pipeline: pipeline, batch: count)
    #expect(try queue.next()?.labels == Array(0..<count))
    // The second byte of the labels counts.
    func fingerprint(_ labels: [UInt16]) -> String {
      Fingerprint.of([
        PictureSet(
          name: "", classNames: set.classNames, channels: 1, height: 1, width: 1, pixels: [0, 0],
          labels: labels)
      ])
    }
    #expect(fingerprint([1, 2]) != fingerprint([1, 258]))
  }
}

extension StreamedFolder {
  /// A folder that is there.
  init(at path: String) { self.path = path }
}
