import Datasets
import Foundation
import Networks
import ReferenceEngine
import Tensors
import Testing

@testable import Training

/// Training on images that are decoded when they are needed.
@Suite struct StreamedTrainingTests {
  /// Writes a data set as a folder of images.
  private static func write(_ dataset: Dataset, to path: String) throws {
    for (set, part) in [(dataset.train, "train"), (dataset.test, "test")] {
      for name in set.classNames {
        try FileManager.default.createDirectory(
          atPath: "\(path)/\(part)/\(name)", withIntermediateDirectories: true)
      }
      for i in 0..<set.count {
        let name = set.classNames[Int(set.labels[i])]
        try set.image(i).writePNG(path: "\(path)/\(part)/\(name)/\(1000 + i).png")
      }
    }
  }

  private static func open(
    _ path: String, memory: Int = 0, threads: Int = 2, leavesOut: Bool = false
  ) throws -> Dataset {
    var options = DatasetOptions()
    (options.memory, options.threads, options.leavesOut) = (memory, threads, leavesOut)
    return try Dataset.open(path, options: options, environment: [:])
  }

  private static func run(
    _ dataset: Dataset, _ recipe: Recipe
  ) throws -> (Trace, TrainingState) {
    let trainer = try SmallRun.trainer(recipe, dataset: dataset)
    var trace = Trace()
    #expect(try trainer.run { trace.note($0) } == .finished)
    return (trace, trainer.snapshot())
  }

  /// The same run as from memory, for any number of threads, stopped and resumed or not.
  @Test func sameAsInMemory() throws {
    let folder = try Folder()
    defer { withExtendedLifetime(folder) {} }
    let path = folder.path
    try Self.write(SmallRun.dataset, to: path)
    let recipe = SmallRun.recipe()
    let (expected, state) = try Self.run(Self.open(path, memory: .max), recipe)
    for threads in [1, 2, 4] {
      let dataset = try Self.open(path, threads: threads)
      #expect(dataset.isStreamed)
      let (found, end) = try Self.run(dataset, recipe)
      #expect(found == expected)
      #expect(end.parameters == state.parameters && end.pipeline == state.pipeline)
    }
    // Stopped after the seventh step, and resumed with another number of threads.
    let cancellation = Cancellation()
    let first = try SmallRun.trainer(recipe, dataset: Self.open(path, threads: 3))
    var steps = 0
    _ = try first.run(cancellation: cancellation) { event in
      if case .step = event { steps += 1 }
      if steps == 7 { cancellation.cancel() }
    }
    let second = try Trainer(
      resuming: first.snapshot(), engine: ReferenceEngine(), dataset: Self.open(path, threads: 1))
    #expect(try second.run() == .finished)
    #expect(second.snapshot().parameters == state.parameters)
    #expect(second.snapshot().memory == state.memory)
  }

  /// An image that can't be read stops the run between two steps, where it can be saved and resumed
  /// once the image is mended.
  @Test func unreadableImage() throws {
    let folder = try Folder()
    defer { withExtendedLifetime(folder) {} }
    let path = folder.path
    try Self.write(SmallRun.dataset, to: path)
    let recipe = SmallRun.recipe {
      $0.pictures.mean = .none
      $0.pictures.deviation = .none
      $0.pictures.colorNoise = nil
      $0.pictures.colorEpochs = nil
      $0.validation = 0
    }
    let (_, expected) = try Self.run(Self.open(path), recipe)
    let dataset = try Self.open(path)
    let bad = "\(path)/train/green/1004.png"
    let whole = try Data(contentsOf: URL(fileURLWithPath: bad))
    // Of the same length: so the fingerprint stays.
    var broken = whole
    broken[whole.count / 2] ^= 0x55
    try broken.write(to: URL(fileURLWithPath: bad))
    let trainer = try SmallRun.trainer(recipe, dataset: dataset)
    let error = #expect(throws: ImageError.self) { try trainer.run() }
    #expect(error?.message.hasPrefix(bad) == true)
    let state = trainer.snapshot()
    #expect(state.epoch < 3)
    // Left out, the run goes on, with the image's name.
    let without = try Self.open(path, leavesOut: true)
    let other = try Trainer(resuming: state, engine: ReferenceEngine(), dataset: without)
    #expect(try other.run() == .finished)
    #expect(without.leftOut.map(\.message) == [error?.message])
    #expect(other.snapshot().parameters != expected.parameters)
    // Mended, it ends as if nothing had been.
    try whole.write(to: URL(fileURLWithPath: bad))
    let mended = try Trainer(resuming: state, engine: ReferenceEngine(), dataset: Self.open(path))
    #expect(try mended.run() == .finished)
    #expect(mended.snapshot().parameters == expected.parameters)
  }

  /// In a test, an image that is left out isn't counted.
  @Test func leftOutOfATest() throws {
    let folder = try Folder()
    defer { withExtendedLifetime(folder) {} }
    let path = folder.path
    try Self.write(SmallRun.dataset, to: path)
    let trainer = try SmallRun.trainer(dataset: Self.open(path))
    func evaluate(_ set: PictureSet, _ crops: TestCrops) throws -> Evaluation {
      try Evaluation.evaluate(
        trainer.network, parameters: trainer.snapshot().parameters, on: set,
        pipeline: trainer.pipeline,
        crops: crops, engine: ReferenceEngine(), batch: 7)
    }
    let whole = try Self.open(path).test
    try Data("GIF89a".utf8).write(to: URL(fileURLWithPath: "\(path)/test/green/1004.png"))
    let left = try Self.open(path, leavesOut: true).test
    // Ten images of each class: the second green one is left out.
    let rest = whole.subset((0..<30).filter { $0 != 11 })
    for crops in TestCrops.allCases {
      let found = try evaluate(left, crops)
      let expected = try evaluate(rest, crops)
      #expect(found.count == 29 && found.confusion == expected.confusion)
      #expect(abs(found.loss - expected.loss) < 1e-12)
    }
  }

  /// Statistics of a part of the images, which a resumed run keeps.
  @Test func sampledStatistics() throws {
    let folder = try Folder()
    defer { withExtendedLifetime(folder) {} }
    let path = folder.path
    try Self.write(SmallRun.dataset, to: path)
    let dataset = try Self.open(path)
    let recipe = SmallRun.recipe { $0.pictures.statistics = 12 }
    var reported: [Int] = []
    let trainer = try Trainer(
      network: SmallRun.network, engine: ReferenceEngine(), dataset: dataset, recipe: recipe
    ) { done, total in
      #expect(total == 12)
      reported.append(done)
    }
    #expect(reported == [0, 12])
    let training = DatasetSplit(recipe, of: dataset).training
    #expect(
      try trainer.pipeline
        == PicturePipeline(
          recipe.pictures.options, for: training, statistics: training.sample(12).statistics()))
    #expect(try trainer.pipeline != SmallRun.trainer(dataset: dataset).pipeline)
    let resumed = try Trainer(
      resuming: trainer.snapshot(), engine: ReferenceEngine(), dataset: dataset)
    #expect(resumed.pipeline == trainer.pipeline)
    // An error from the progress ends the work.
    #expect(throws: Cancelled.self) {
      try Trainer(
        network: SmallRun.network, engine: ReferenceEngine(), dataset: dataset, recipe: recipe
      ) { _, _ in throw Cancelled() }
    }
  }
}
