import Foundation
import Tensors
import Testing

@testable import Datasets

@Suite struct BatchQueueTests {
  /// `count` pictures of 3×4×4 of noise, of three classes.
  static func noise(_ count: Int, side: Int = 4) -> PictureSet {
    let random = CounterRandom("pixels", seed: 1)
    return PictureSet(
      name: "noise", classNames: ["a", "b", "c"], channels: 3, height: side, width: side,
      pixels: (0..<(count * 3 * side * side)).map { UInt8(random.bits(UInt64($0)) >> 56) },
      labels: (0..<count).map { UInt8($0 % 3) })
  }

  private static func all(_ queue: BatchQueue, pausing pause: TimeInterval = 0) -> [BatchQueue
    .Batch]
  {
    var batches: [BatchQueue.Batch] = []
    while let batch = queue.next() {
      batches.append(batch)
      if pause > 0 { Thread.sleep(forTimeInterval: pause) }
    }
    return batches
  }

  @Test func stepsAndEpochs() throws {
    let set = Self.noise(23)
    let pipeline = try PicturePipeline(.init(), for: set)
    let queue = BatchQueue(set, pipeline: pipeline, batch: 5, seed: 1, through: 2)
    #expect(queue.stepsPerEpoch == 4)
    let batches = Self.all(queue)
    #expect(batches.map { [$0.epoch, $0.step] } == (0..<8).map { [$0 / 4, $0 % 4] })
    for batch in batches {
      #expect(batch.input.shape == [5, 3, 4, 4])
      #expect(batch.labels.count == 5)
      #expect(batch.count == 5)
    }
  }

  @Test(arguments: [(0, 0), (0, 3), (1, 0), (1, 2), (2, 3), (0, 4), (3, 0)])
  func beginsAnywhere(epoch: Int, step: Int) throws {
    let set = Self.noise(23)
    let pipeline = try PicturePipeline(.init(padding: 1, crop: 4, mirror: true), for: set)
    func run(_ start: (Int, Int), depth: Int, pause: TimeInterval) -> [BatchQueue.Batch] {
      Self.all(
        BatchQueue(
          set, pipeline: pipeline, batch: 5, seed: 9, from: start, through: 3, depth: depth),
        pausing: pause)
    }
    let whole = run((0, 0), depth: 3, pause: 0)
    let part = run((epoch, step), depth: 1, pause: 0.001)
    #expect(part.map(\.input) == whole.dropFirst(epoch * 4 + step).map(\.input))
    #expect(part.map(\.labels) == whole.dropFirst(epoch * 4 + step).map(\.labels))
  }
}
