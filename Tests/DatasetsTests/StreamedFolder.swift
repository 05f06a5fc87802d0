import Foundation
import Tensors

@testable import Datasets

/// A folder of small images of different sizes, written by the tests.
struct StreamedFolder {
  let path: String

  /// The images of each part and class.
  static let counts = [
    ("train", "ant", 7), ("train", "bee", 5), ("val", "ant", 3), ("val", "bee", 4),
  ]

  /// Noise of different sizes, two of the images as JPEG.
  init(_ path: String) throws {
    self.path = path
    var number = 0
    for (part, name, count) in Self.counts {
      for i in 0..<count {
        number += 1
        try Self.write(
          "\(path)/\(part)/\(name)/\(i).png", width: 9 + number % 5, height: 8 + number % 7,
          seed: UInt64(number))
      }
    }
    for (part, name) in [("train", "ant"), ("val", "bee")] {
      try FileManager.default.copyItem(
        atPath: Fixture.path("baseline.jpg"), toPath: "\(path)/\(part)/\(name)/x.jpg")
    }
  }

  /// Writes an image of noise, creating the folders above it.
  static func write(_ path: String, width: Int = 8, height: Int = 8, seed: UInt64 = 1) throws {
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
      withIntermediateDirectories: true)
    let random = CounterRandom("image", seed: seed)
    try Image(
      width: width, height: height,
      bytes: (0..<(3 * width * height)).map { UInt8(random.bits(UInt64($0)) >> 56) }
    ).writePNG(path: path)
  }

  /// Replaces a file's bytes.
  static func write(_ bytes: [UInt8], to path: String) throws {
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
      withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  /// Opens the folder; streamed unless `memory` is enough.
  func open(
    side: Int? = 8, memory: Int = 0, threads: Int? = nil, leavesOut: Bool = false,
    index: String? = nil, cache: String? = nil
  ) throws(ImageError) -> Dataset {
    var options = DatasetOptions(side: side)
    (options.memory, options.threads, options.leavesOut) = (memory, threads, leavesOut)
    options.index = index
    return try Dataset.open(
      path, options: options, environment: cache.map { ["XDG_CACHE_HOME": $0] } ?? [:])
  }

  /// All batches of two epochs of training with random crops, mirrors and noise, then of a test with
  /// ten crops; the error, if there is one, comes last.
  static func batches(
    _ dataset: Dataset, batch: Int = 3
  ) throws -> (batches: [BatchQueue.Batch], error: ImageError?) {
    let pipeline = try PicturePipeline(
      .init(center: .none, crop: 6, mirror: true), for: dataset.train)
    let queues = [
      BatchQueue(dataset.train, pipeline: pipeline, batch: batch, seed: 5, through: 2),
      BatchQueue(testing: dataset.test, pipeline: pipeline, batch: batch, crops: .tenCrop),
    ]
    var batches: [BatchQueue.Batch] = []
    do throws(ImageError) {
      for queue in queues {
        while let next = try queue.next() { batches.append(next) }
      }
    } catch {
      return (batches, error)
    }
    return (batches, nil)
  }
}

extension BatchQueue.Batch: Equatable {
  /// Whether both hold the same.
  public static func == (a: Self, b: Self) -> Bool {
    a.input == b.input && a.labels == b.labels && a.count == b.count && a.epoch == b.epoch
      && a.step == b.step && a.first == b.first && a.view == b.view && a.leftOut == b.leftOut
  }
}
