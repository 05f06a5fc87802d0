import Datasets
import Foundation
import Layers
import Networks
import ReferenceEngine
import TensorFiles
import Tensors
import Testing

@testable import Training

/// The top-5 error: in tests, in training, in the files of a run.
@Suite struct TopFiveTests {
  static let classes = 12

  /// Images of 12 classes: noise.
  static func pictures(_ count: Int, _ name: String) -> PictureSet {
    let random = CounterRandom(name, seed: 11)
    return PictureSet(
      name: name, classNames: (0..<classes).map { "class \($0)" }, channels: 3, height: 4, width: 4,
      pixels: (0..<(count * 48)).map { .init(random.below(256, UInt64($0))) },
      labels: (0..<count).map { ($0 * 5) % classes })
  }

  static let dataset = Dataset(
    name: "many", train: pictures(60, "many train"), test: pictures(48, "many test"))

  static func network(_ classes: Int = classes) -> Network {
    Network(
      name: "flat", title: "", input: PictureFormat(side: 4, scale: 1, mean: [0, 0, 0]),
      layers: [
        NamedLayer("flatten", .flatten),
        NamedLayer(
          "fc1", .linear(Linear(outputs: classes)), Initialization(deviation: 0.3)),
        NamedLayer("softmax", .softmax),
      ])
  }

  static func recipe(_ change: (inout Recipe) -> Void = { _ in }) -> Recipe {
    var recipe = Recipe(
      name: "flat", title: "", source: "these tests", network: "flat", epochs: 2, batch: 8,
      optimizer: .pytorch(momentum: 0.9), rate: 0.05,
      pictures: PictureSettings(scale: 1), validation: 0.2, seed: 5)
    change(&recipe)
    return recipe
  }

  static func trainer(_ recipe: Recipe = recipe()) throws -> Trainer {
    try Trainer(
      network: network(), engine: ReferenceEngine(), dataset: dataset, recipe: recipe)
  }

  /// How many labels are among the first five after sorting, which is the definition in other words.
  static func sorted(_ rows: [[Double]], _ labels: [Int]) -> Int {
    zip(rows, labels).count { row, label in
      guard !row.contains(where: \.isNaN) else { return false }
      let order = row.indices.sorted { row[$0] == row[$1] ? $0 < $1 : row[$0] > row[$1] }
      return order.prefix(5).contains(label)
    }
  }

  /// Values with many ties, and NaN here and there.
  @Test(arguments: [1, 3, 5, 6, 12, 40]) func counts(_ classes: Int) {
    let random = CounterRandom("ties", seed: UInt64(classes))
    var rows: [[Double]] = []
    var labels: [Int] = []
    for n in 0..<400 {
      rows.append(
        (0..<classes).map { c in
          let draw = random.below(1000, UInt64(n * 64 + c))
          return draw == 0 ? .nan : draw == 1 ? -.infinity : Double(draw % 4)
        })
      labels.append(Int(random.below(classes, UInt64(n * 64 + 63))))
    }
    let output = Tensor(
      shape: [rows.count, classes], values: rows.joined().map { Float($0) })
    let found = TopFive.count(output, labels: labels)
    #expect(found == Self.sorted(rows, labels))
    #expect(classes <= 5 ? found >= 380 : found < 400)
  }

  /// Of equal outputs, the class with the lower number comes first: of twelve, the first five count.
  @Test func ties() {
    let output = Tensor(shape: [12, 12], values: [Float](repeating: 0.5, count: 144))
    #expect(TopFive.count(output, labels: Array(0..<12)) == 5)
  }

  @Test(arguments: [TestCrops.center, .tenCrop]) func evaluates(_ crops: TestCrops) throws {
    let set = Self.pictures(48, "evaluated")
    let random = CounterRandom("weights", seed: 3)
    let side = crops == .center ? 4 : 3
    let inputs = 3 * side * side
    let weights = (0..<(12 * inputs)).map { Float(random.below(2001, UInt64($0))) / 1000 - 1 }
    var network = Self.network()
    network.input = PictureFormat(side: side, scale: 1, mean: [0, 0, 0])
    let found = try Evaluation.evaluate(
      network,
      parameters: [
        "fc1.weight": Tensor(shape: [12, inputs], values: weights),
        "fc1.bias": Tensor(zeros: [12]),
      ], on: set,
      pipeline: PicturePipeline(
        PicturePipeline.Options(scale: 1, center: .none, crop: side), for: set),
      crops: crops, engine: ReferenceEngine(), batch: 7)
    // The same in Double: every corner and the centre, plain and mirrored, averaged.
    let places =
      crops == .center ? [(0, 0)] : [(0, 0), (0, 1), (1, 0), (1, 1), (0, 0)]
    var rows: [[Double]] = []
    for n in 0..<set.count {
      var means = [Double](repeating: 0, count: 12)
      for (top, left) in places {
        for isMirrored in crops == .center ? [false] : [false, true] {
          let logits = (0..<12).map { o in
            (0..<inputs).reduce(0.0) { sum, i in
              let (c, y, x) = (i / (side * side), i / side % side, i % side)
              let column = left + (isMirrored ? side - 1 - x : x)
              let pixel = Double(set.pixels[n * 48 + c * 16 + (top + y) * 4 + column]) / 255
              return sum + pixel * Double(weights[o * inputs + i])
            }
          }
          let powers = logits.map { exp($0) }
          for o in 0..<12 { means[o] += powers[o] / powers.reduce(0, +) }
        }
      }
      rows.append(means)
      // Rounding can't change the answer.
      let ranked = means.sorted(by: >)
      #expect(ranked[4] / ranked[5] > 1 + 1e-5)
    }
    #expect(found.topFive == Self.sorted(rows, set.labels.map(Int.init)))
    #expect(found.topFive > found.correct && found.topFive < 48)
    #expect(found.topFiveAccuracy == Double(found.topFive) / 48)
  }

  /// An epoch of one step: its training figures are those of the network before it.
  @Test func trains() throws {
    let recipe = Self.recipe {
      ($0.epochs, $0.batch, $0.validation) = (1, 60, 0)
    }
    let trainer = try Self.trainer(recipe)
    let before = trainer.snapshot()
    let expected = try Evaluation.evaluate(
      before.network, parameters: before.parameters, on: Self.dataset.train,
      pipeline: before.pipeline, engine: ReferenceEngine())
    #expect(try trainer.run() == .finished)
    let record = try #require(trainer.history.first)
    #expect(record.trainAccuracy == expected.accuracy)
    #expect(record.trainTopFive == expected.topFiveAccuracy)
    #expect(expected.topFive > expected.correct && record.validationTopFive == nil)
  }

  @Test func validates() throws {
    let trainer = try Self.trainer()
    #expect(try trainer.run() == .finished)
    let state = trainer.snapshot()
    let split = DatasetSplit(state.recipe, of: Self.dataset)
    let expected = try Evaluation.evaluate(
      state.network, parameters: state.parameters, on: try #require(split.validation),
      pipeline: state.pipeline, engine: ReferenceEngine())
    #expect(trainer.history.map { $0.trainTopFive != nil } == [true, true])
    #expect(trainer.history.last?.validationTopFive == expected.topFiveAccuracy)
    #expect(state.sums.topFive == 0)
  }

  /// Stopped after each step and resumed from a file, the records are those of a run that never
  /// stopped.
  @Test(arguments: 0...12) func resumes(_ stop: Int) throws {
    let straight = try Self.trainer()
    #expect(try straight.run() == .finished)
    let cancellation = Cancellation()
    if stop == 0 { cancellation.cancel() }
    var steps = 0
    let first = try Self.trainer()
    _ = try first.run(cancellation: cancellation) { event in
      if case .step = event { steps += 1 }
      if steps == stop { cancellation.cancel() }
    }
    let folder = try Folder()
    try Checkpoint(first.snapshot()).write(to: folder("run.safetensors"))
    let state = try Checkpoint(path: folder("run.safetensors")).state
    #expect(state.sums.topFive == first.sums.topFive)
    let second = try Trainer(resuming: state, engine: ReferenceEngine(), dataset: Self.dataset)
    #expect(try second.run() == .finished)
    #expect(second.history.map(\.withoutClock) == straight.history.map(\.withoutClock))
  }

  /// A run of many classes from before the top 5 was counted: the epoch it stopped in has no training
  /// figure, later ones do.
  @Test(arguments: [0, 3]) func resumesOldRuns(_ stop: Int) throws {
    let cancellation = Cancellation()
    if stop == 0 { cancellation.cancel() }
    var steps = 0
    let first = try Self.trainer()
    _ = try first.run(cancellation: cancellation) { event in
      if case .step = event { steps += 1 }
      if steps == stop { cancellation.cancel() }
    }
    var state = first.snapshot()
    state.sums.topFive = nil
    let second = try Trainer(resuming: state, engine: ReferenceEngine(), dataset: Self.dataset)
    #expect(try second.run() == .finished)
    #expect(second.history.map { $0.trainTopFive != nil } == [stop == 0, true])
    #expect(second.history.allSatisfy { $0.validationTopFive != nil })
    let straight = try Self.trainer()
    #expect(try straight.run() == .finished)
    #expect(second.history.map(\.trainLoss) == straight.history.map(\.trainLoss))
  }

  @Test func files() throws {
    let trainer = try Self.trainer()
    #expect(try trainer.run() == .finished)
    var metrics = Metrics(trainer.snapshot())
    metrics.test = .init(
      epoch: 2, accuracy: 0.25, loss: 2, pictures: 48, crops: "center", topFive: 0.625)
    let lines = metrics.csv.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(
      lines[0] == [
        "epoch", "train_loss", "train_accuracy", "train_top5_accuracy", "validation_loss",
        "validation_accuracy", "validation_top5_accuracy", "rate", "seconds", "images_per_s",
      ])
    for (line, record) in zip(lines.dropFirst(), trainer.history) {
      #expect(Double(line[3]) == record.trainTopFive)
      #expect(Double(line[6]) == record.validationTopFive)
    }
    let folder = try Folder()
    try folder.write(Array(metrics.json.utf8), to: "metrics.json")
    #expect(try Metrics(path: folder("metrics.json")) == metrics)
    #expect(metrics.curves.map(\.title) == ["loss", "accuracy", "top-5 accuracy"])
    #expect(metrics.curves[2].lines.map(\.name) == ["training", "validation"])
    // Without the figures, the file is as before.
    for index in metrics.epochs.indices {
      metrics.epochs[index].trainTopFive = nil
      metrics.epochs[index].validationTopFive = nil
    }
    metrics.test?.topFive = nil
    #expect(!metrics.csv.contains("top5") && !metrics.json.contains("top5"))
    #expect(metrics.curves.count == 2)
  }
}
