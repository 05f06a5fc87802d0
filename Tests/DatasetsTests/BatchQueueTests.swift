import Foundation
import Tensors
import Testing

@testable import Datasets

@Suite struct BatchQueueTests {
  /// `count` images of 3×4×4 with noise, in three classes.
  static func noise(_ count: Int, side: Int = 4) -> PictureSet {
    let random = CounterRandom("pixels", seed: 1)
    return PictureSet(
      name: "noise", classNames: ["a", "b", "c"], channels: 3, height: side, width: side,
      pixels: (0..<(count * 3 * side * side)).map { UInt8(random.bits(UInt64($0)) >> 56) },
      labels: (0..<count).map { UInt8($0 % 3) })
  }

  private static func all(_ queue: BatchQueue, pausing pause: TimeInterval = 0) throws
    -> [BatchQueue
    .Batch]
  {
    var batches: [BatchQueue.Batch] = []
    while let batch = try queue.next() {
      batches.append(batch)
      if pause > 0 { Thread.sleep(forTimeInterval: pause) }
    }
    return batches
  }

  /// If no thread can be started, the same batches are prepared on demand.
  @Test(arguments: [1, 3])
  func withoutAThread(_ depth: Int) throws {
    let set = Self.noise(23)
    let pipeline = try PicturePipeline(.init(), for: set)
    for order in [BatchMaker.Order.shuffled(seed: 7), .sequential(crops: 2)] {
      let maker = BatchMaker(set, pipeline, size: 5, order: order)
      let with = BatchQueue(maker, steps: 4, from: 1, to: 8, depth: depth)
      let without = BatchQueue(
        maker, steps: 4, from: 1, to: 8, depth: depth, startThread: { _ in nil })
      #expect(without.exchange.hasFinished)
      var count = 0
      while let expected = try with.next() {
        let found = try #require(try without.next())
        #expect(found.input == expected.input && found.labels == expected.labels)
        #expect(
          (found.epoch, found.step, found.view) == (expected.epoch, expected.step, expected.view))
        with.recycle(expected)
        without.recycle(found)
        count += 1
      }
      #expect(try count == 7 && without.next() == nil)
    }
  }

  @Test func stepsAndEpochs() throws {
    let set = Self.noise(23)
    let pipeline = try PicturePipeline(.init(), for: set)
    let queue = BatchQueue(set, pipeline: pipeline, batch: 5, seed: 1, through: 2)
    #expect(queue.stepsPerEpoch == 4)
    let batches = try Self.all(queue)
    #expect(batches.map { [$0.epoch, $0.step] } == (0..<8).map { [$0 / 4, $0 % 4] })
    for batch in batches {
      #expect(batch.input.shape == [5, 3, 4, 4])
      #expect(batch.labels.count == 5)
      #expect(batch.count == 5)
    }
  }

  @Test(arguments: [(0, 0), (0, 3), (1, 0), (1, 2), (2, 3), (0, 4), (3, 0)])
  func startsAnywhere(epoch: Int, step: Int) throws {
    let set = Self.noise(23)
    let pipeline = try PicturePipeline(.init(padding: 1, crop: 4, mirror: true), for: set)
    func run(_ start: (Int, Int), depth: Int, pause: TimeInterval) throws -> [BatchQueue.Batch] {
      try Self.all(
        BatchQueue(
          set, pipeline: pipeline, batch: 5, seed: 9, from: start, through: 3, depth: depth),
        pausing: pause)
    }
    let whole = try run((0, 0), depth: 3, pause: 0)
    let part = try run((epoch, step), depth: 1, pause: 0.001)
    #expect(part.map(\.input) == whole.dropFirst(epoch * 4 + step).map(\.input))
    #expect(part.map(\.labels) == whole.dropFirst(epoch * 4 + step).map(\.labels))
  }

  /// Each image occurs at most once per epoch, in a different order for each epoch and seed.
  @Test func shuffles() throws {
    let set = Self.marked(23)
    let pipeline = try PicturePipeline(.init(center: .none), for: set)
    func order(seed: UInt64) throws -> [[Float]] {
      let queue = BatchQueue(set, pipeline: pipeline, batch: 5, seed: seed, through: 2)
      var epochs: [[Float]] = [[], []]
      while let batch = try queue.next() {
        for n in 0..<5 {
          let mark = batch.input[n, 0, 0, 0]
          #expect(batch.labels[n] == Int(mark) % 10)
          epochs[batch.epoch].append(mark)
        }
      }
      return epochs
    }
    let first = try order(seed: 1)
    for epoch in first { #expect(Set(epoch).count == 20) }
    #expect(first[0] != first[1])
    #expect(try order(seed: 1) == first)
    #expect(try order(seed: 2) != first)
    for epoch in 0..<5 {
      let order = BatchMaker.shuffled(23, seed: 4, epoch: epoch)
      #expect(order.sorted() == Array(0..<23))
    }
  }

  /// Three consecutive images of an epoch share a crop and a flip, also across batches; their
  /// colour noise is not shared.
  @Test func sharedCrops() throws {
    // Every sample is its own position, so that a crop and its flip can be read off.
    let set = PictureSet(
      name: "places", classNames: ["a"], channels: 1, height: 12, width: 12,
      pixels: (0..<(12 * 144)).map { UInt8($0 % 144) }, labels: [UInt8](repeating: 0, count: 12))
    func places(chunk: Int) throws -> [[Float]] {
      let pipeline = try PicturePipeline(
        .init(center: .none, crop: 2, mirror: true, cropChunk: chunk), for: set)
      return try Self.all(BatchQueue(set, pipeline: pipeline, batch: 4, seed: 5, through: 2))
        .flatMap { batch in (0..<4).map { Array(batch.input.values[(4 * $0)..<(4 * $0 + 2)]) } }
    }
    let shared = try places(chunk: 3)
    try #require(shared.count == 24)
    for first in stride(from: 0, to: 24, by: 3) {
      #expect(Set(shared[first..<(first + 3)]).count == 1, "images \(first) to \(first + 2)")
    }
    // 8 draws among 242 places and flips, and 24 of them.
    #expect(Set(shared).count >= 6)
    #expect(Set(try places(chunk: 1)).count >= 18)
    // Each epoch draws again.
    #expect(Array(shared.prefix(12)) != Array(shared.suffix(12)))
  }

  @Test func noiseIsNotShared() throws {
    let set = Self.noise(8)
    let pipeline = try PicturePipeline(
      .init(center: .none, cropChunk: 8, colorNoise: .init(amount: .deviations)), for: set)
    let plain = try PicturePipeline(.init(center: .none), for: set)
    let (noisy, quiet) = (
      try #require(try BatchQueue(set, pipeline: pipeline, batch: 8, seed: 1, through: 1).next()),
      try #require(try BatchQueue(set, pipeline: plain, batch: 8, seed: 1, through: 1).next())
    )
    let shifts = (0..<8).map { noisy.input[$0, 0, 0, 0] - quiet.input[$0, 0, 0, 0] }
    #expect(Set(shifts).count == 8)
  }

  /// All orders of three are equally frequent.
  @Test func shufflesFairly() {
    var counts: [[UInt32]: Int] = [:]
    for epoch in 0..<6000 { counts[BatchMaker.shuffled(3, seed: 1, epoch: epoch), default: 0] += 1 }
    #expect(counts.count == 6)
    // 1,000 each, with a standard deviation of 29.
    #expect(counts.values.allSatisfy { (850...1150).contains($0) }, "\(counts)")
  }

  /// `count` images of one grey pixel, whose value is the image's index.
  private static func marked(_ count: Int) -> PictureSet {
    PictureSet(
      name: "marked", classNames: (0..<10).map(String.init), channels: 1, height: 1, width: 1,
      pixels: (0..<count).map { UInt8($0) }, labels: (0..<count).map { UInt8($0 % 10) })
  }

  @Test(
    arguments: [
      (10, 5, [5, 5]), (11, 5, [5, 5, 1]), (3, 5, [3]), (5, 1, [1, 1, 1, 1, 1]), (0, 5, []),
    ] as [(Int, Int, [Int])])
  func testsUseAllInOrder(pictures: Int, batch size: Int, counts: [Int]) throws {
    let set = Self.marked(pictures)
    let pipeline = try PicturePipeline(.init(center: .none), for: set)
    let batches = try Self.all(BatchQueue(testing: set, pipeline: pipeline, batch: size))
    #expect(batches.map(\.count) == counts)
    var seen: [Float] = []
    for (step, batch) in batches.enumerated() {
      #expect((batch.step, batch.first, batch.view, batch.epoch) == (step, step * size, 0, 0))
      #expect(batch.input.shape == [size, 1, 1, 1])
      #expect(batch.labels == batch.input.values.map { Int($0) % 10 })
      // The last batch is filled up with copies of its last image.
      #expect(
        batch.input.values[(batch.count - 1)...].allSatisfy {
          Int($0) == batch.first + batch.count - 1
        })
      seen += batch.input.values.prefix(batch.count)
    }
    #expect(seen == (0..<pictures).map(Float.init))
  }

  /// Parts of a test follow each other, also if there are more of them than batches.
  @Test(arguments: [1, 2, 3, 8]) func partsOfATest(_ parts: Int) throws {
    let set = Self.marked(11)
    let pipeline = try PicturePipeline(.init(center: .none), for: set)
    let whole = try Self.all(BatchQueue(testing: set, pipeline: pipeline, batch: 2))
    var joined: [BatchQueue.Batch] = []
    for part in 0..<parts {
      joined += try Self.all(
        BatchQueue(testing: set, pipeline: pipeline, batch: 2, part: part, of: parts))
    }
    #expect(joined.map(\.step) == whole.map(\.step))
    #expect(joined.map(\.input) == whole.map(\.input))
    #expect(joined.map(\.count) == whole.map(\.count))
  }

  @Test func testsWithCrops() throws {
    let set = Self.noise(5)
    let pipeline = try PicturePipeline(.init(crop: 3), for: set)
    let queue = BatchQueue(testing: set, pipeline: pipeline, batch: 2, crops: .tenCrop)
    #expect(queue.stepsPerEpoch == 30)
    let batches = try Self.all(queue)
    #expect(batches.map(\.view) == (0..<30).map { $0 % 10 })
    #expect(batches.map(\.first) == (0..<30).map { $0 / 10 * 2 })
    for batch in batches {
      let expected = PipelineResult.test(pipeline, set, batch.first, view: batch.view)
      #expect(Array(batch.input.values.prefix(27)) == expected)
    }
  }

  /// Buffers are reused: a queue of depth 2 with one batch in use at a time needs at most four.
  @Test func buffersAreReused() throws {
    let set = Self.noise(40)
    let pipeline = try PicturePipeline(.init(), for: set)
    let queue = BatchQueue(set, pipeline: pipeline, batch: 4, seed: 1, through: 10, depth: 2)
    var places: Set<UInt> = []
    var count = 0
    while let batch = try queue.next() {
      batch.input.withUnsafeBufferPointer { _ = places.insert(UInt(bitPattern: $0.baseAddress)) }
      count += 1
      queue.recycle(batch)
    }
    #expect(count == 100)
    #expect(places.count <= 4, "\(places.count)")
  }

  /// A copy of a batch keeps its numbers when the batch is refilled, and recycling a batch of
  /// another queue does no harm.
  @Test func recyclingKeepsCopies() throws {
    let set = Self.noise(40)
    let pipeline = try PicturePipeline(.init(), for: set)
    let whole = try Self.all(BatchQueue(set, pipeline: pipeline, batch: 4, seed: 1, through: 2))
    let queue = BatchQueue(set, pipeline: pipeline, batch: 4, seed: 1, through: 2, depth: 1)
    let other = BatchQueue(set, pipeline: pipeline, batch: 3, seed: 1, through: 1)
    var kept: [Tensor] = []
    while let batch = try queue.next() {
      kept.append(batch.input)
      queue.recycle(batch)
      if let stranger = try other.next() { queue.recycle(stranger) }
    }
    #expect(kept == whole.map(\.input))
  }

  /// The batches are the same whether the producer or the consumer is slower.
  @Test(arguments: [0, 0.002])
  func timingChangesNothing(pause: TimeInterval) throws {
    let set = Self.noise(64, side: 16)
    let pipeline = try PicturePipeline(
      .init(resize: 40, crop: 32, mirror: true, colorNoise: .init()), for: set)
    let whole = try Self.all(BatchQueue(set, pipeline: pipeline, batch: 8, seed: 3, through: 2))
    for depth in [1, 2, 9] {
      let queue = BatchQueue(set, pipeline: pipeline, batch: 8, seed: 3, through: 2, depth: depth)
      #expect(try Self.all(queue, pausing: pause).map(\.input) == whole.map(\.input))
      #expect(try queue.next() == nil)
    }
  }

  /// A queue dropped at once, halfway or later, while its thread is waiting or working: the thread
  /// has ended when `deinit` returns.
  @Test(arguments: [0, 1, 2], [0, 0.01])
  func droppedEarly(taken: Int, pause: TimeInterval) throws {
    let set = Self.noise(300, side: 32)
    let pipeline = try PicturePipeline(.init(resize: 227), for: set)
    var queue: BatchQueue? = BatchQueue(
      set, pipeline: pipeline, batch: 100, seed: 1, through: 1_000_000, depth: 2)
    let exchange = try #require(queue?.exchange)
    for _ in 0..<taken { #expect(try queue?.next() != nil) }
    Thread.sleep(forTimeInterval: pause)
    #expect(!exchange.hasFinished)
    queue = nil
    #expect(exchange.hasFinished)
  }

  @Test func nothingLeftToDo() throws {
    let set = Self.noise(10)
    let pipeline = try PicturePipeline(.init(), for: set)
    for (epoch, step, epochs) in [(0, 0, 0), (2, 0, 2), (1, 2, 2), (5, 1, 2)] {
      let queue = BatchQueue(
        set, pipeline: pipeline, batch: 5, seed: 1, from: (epoch, step), through: epochs)
      #expect(try queue.next() == nil)
    }
  }
}
