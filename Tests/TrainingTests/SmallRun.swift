import Datasets
import Layers
import Networks
import ReferenceEngine
import Tensors

@testable import Training

/// Images, a network and a recipe for a run that takes only a moment.
enum SmallRun {
  /// Images of 3×8×8 in three classes: noise, with one brighter channel per class.
  static func pictures(_ count: Int, name: String, brighter: Int = 90) -> PictureSet {
    let random = CounterRandom(name, seed: 7)
    let labels = (0..<count).map { UInt8($0 % 3) }
    var pixels = [UInt8](repeating: 0, count: count * 192)
    for i in pixels.indices {
      let isOwn = (i / 64) % 3 == Int(labels[i / 192])
      pixels[i] = UInt8(random.below(120, UInt64(i)) + (isOwn ? brighter : 0))
    }
    return PictureSet(
      name: name, classNames: ["red", "green", "blue"], channels: 3, height: 8, width: 8,
      pixels: pixels, labels: labels)
  }

  static let dataset = Dataset(
    name: "colours", train: pictures(60, name: "colours train"),
    test: pictures(30, name: "colours test"))

  /// Images that don't depend on their class.
  static let noise = Dataset(
    name: "noise", train: pictures(60, name: "noise train", brighter: 0),
    test: pictures(30, name: "noise test", brighter: 0))

  /// Everything that affects training: batch normalization, dropout, a side of 6.
  static let network = Network(
    name: "small", title: "",
    input: PictureFormat(side: 6, scale: 1, mean: [0, 0, 0]),
    layers: [
      NamedLayer(
        "conv1", .convolution(Convolution(filters: 4, window: Window(kernel: 3, padding: 1))),
        Initialization(deviation: 0.2)),
      NamedLayer("bn1", .batchNormalization(BatchNormalization())),
      NamedLayer("relu1", .relu),
      NamedLayer("pool1", .maxPooling(Pooling(window: Window(kernel: 2, stride: 2)))),
      NamedLayer("flatten", .flatten),
      NamedLayer("drop1", .dropout(Dropout(rate: 0.25, convention: .inverted))),
      NamedLayer("fc1", .linear(Linear(outputs: 3)), Initialization(deviation: 0.1)),
      NamedLayer("softmax", .softmax),
    ])

  /// Three epochs of five steps.
  static func recipe(_ change: (inout Recipe) -> Void = { _ in }) -> Recipe {
    var recipe = Recipe(
      name: "small", title: "", source: "these tests", network: "small", epochs: 3, batch: 9,
      optimizer: .paper(momentum: 0.9), rate: 0.05, biasRate: 0.1, decay: 0.001,
      pictures: PictureSettings(
        crop: 6, mirror: true, scale: 1, mean: .image, deviation: .channels, colorNoise: .paper,
        colorEpochs: 2),
      validation: 0.2, seed: 3)
    change(&recipe)
    return recipe
  }

  static func trainer(
    _ recipe: Recipe = recipe(), network: Network = network, dataset: Dataset = dataset
  ) throws -> Trainer {
    try Trainer(network: network, engine: ReferenceEngine(), dataset: dataset, recipe: recipe)
  }
}

/// The results of a run, without times.
struct Trace: Equatable {
  var losses: [Double] = []
  var accuracies: [Double] = []
  var rates: [Double] = []
  var epochs: [EpochRecord] = []
  var best: [Bool] = []

  mutating func note(_ event: TrainingEvent) {
    switch event {
    case .step(let record):
      losses.append(record.loss)
      accuracies.append(record.epochAccuracy)
      rates.append(record.rate)
    case .epoch(let record, let isBest):
      epochs.append(record.withoutClock)
      best.append(isBest)
    case .validating: break
    }
  }
}

extension EpochRecord {
  /// The record without times.
  var withoutClock: EpochRecord {
    var record = self
    (record.seconds, record.imagesPerSecond) = (0, 0)
    return record
  }
}
