import Datasets
import Foundation
import Layers
import Networks
import ReferenceEngine
import Tensors

@testable import Training

/// A run that takes only a moment: three classes of 6×6 images, one convolution.
enum KeptRun {
  static let network = Network(
    name: "small", title: "",
    input: PictureFormat(side: 6, scale: 1, mean: [0, 0, 0]),
    layers: [
      NamedLayer("conv1", .convolution(Convolution(filters: 3, window: Window(kernel: 3)))),
      NamedLayer("norm1", .batchNormalization(BatchNormalization())),
      NamedLayer("relu1", .relu),
      NamedLayer("flatten", .flatten),
      NamedLayer("drop1", .dropout(Dropout(rate: 0.5))),
      NamedLayer("fc2", .linear(Linear(outputs: 3))),
      NamedLayer("softmax", .softmax),
    ])

  /// Noise around a colour for each class.
  static func set(_ count: Int, seed: UInt64, classes: [String] = ["a", "b", "c"]) -> PictureSet {
    let random = CounterRandom("pixels", seed: seed)
    var pixels: [UInt8] = []
    for n in 0..<count {
      for i in 0..<(3 * 36) {
        let noise = Int(random.below(160, UInt64(n * 108 + i)))
        pixels.append(UInt8(noise + (i / 36 == n % 3 ? 80 : 0)))
      }
    }
    return PictureSet(
      name: "noise", classNames: classes, channels: 3, height: 6, width: 6, pixels: pixels,
      labels: (0..<count).map { UInt8($0 % 3) })
  }

  static let dataset = Dataset(name: "noise", train: set(40, seed: 1), test: set(12, seed: 2))

  static func recipe(epochs: Int = 3) -> Recipe {
    Recipe(
      name: "small-recipe", title: "", source: "", network: "small", epochs: epochs, batch: 8,
      optimizer: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), rate: 0.01,
      schedule: .plateau(Plateau()), initialization: .he,
      pictures: PictureSettings(
        mirror: true, scale: 1, mean: .image, deviation: .channels, colorNoise: .paper),
      validation: 0.2)
  }

  static func trainer(_ recipe: Recipe = recipe()) throws -> Trainer {
    try Trainer(network: network, engine: ReferenceEngine(), dataset: dataset, recipe: recipe)
  }

  static func trainer(resuming state: TrainingState) throws -> Trainer {
    try Trainer(resuming: state, engine: ReferenceEngine(), dataset: dataset)
  }

  /// The state after a complete run.
  static let state: TrainingState = {
    do {
      let trainer = try trainer()
      guard try trainer.run() == .finished else { preconditionFailure("The run did not finish.") }
      return trainer.snapshot()
    } catch {
      preconditionFailure("\(error)")
    }
  }()
}

/// A folder that exists as long as its object.
final class Folder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "alexnet-runs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in the folder.
  func callAsFunction(_ name: String) -> String { path + "/" + name }

  /// The names of the files in a subfolder.
  func files(_ name: String = ".") -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: self(name)).sorted()) ?? []
  }

  func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: self(name))))
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: self(name)))
  }
}
