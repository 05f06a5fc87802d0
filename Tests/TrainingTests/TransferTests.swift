import Layers
import Networks
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Training

/// Which trained layers a run starts with, and what it says about the others.
@Suite struct TransferTests {
  /// A network trained for an epoch, in a checkpoint.
  static let state: TrainingState = {
    do {
      let trainer = try SmallRun.trainer(SmallRun.recipe { $0.epochs = 1 })
      _ = try trainer.run()
      return trainer.snapshot()
    } catch {
      preconditionFailure("The small run trains: \(error)")
    }
  }()

  /// The weights of that checkpoint, opened from a file.
  static func source() throws -> WeightSource {
    var source: WeightSource?
    try inTemporaryFolder { folder in
      try Checkpoint(state, contents: .weights).write(to: folder + "/w.safetensors")
      source = try WeightSource(path: folder + "/w.safetensors", name: "w", preferred: nil)
    }
    return try #require(source)
  }

  /// The trained network, as `network load` would have it, with changes.
  static func network(
    _ classes: [String], _ change: (inout Network) -> Void = { _ in }
  ) -> Network {
    var network = state.network.telling(classes)
    change(&network)
    return network
  }

  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let network: Network
    let taken: [String]
    let new: [Transfer.NewLayer]
    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "the same classes", network: network(["red", "green", "blue"]),
      taken: ["conv1", "bn1", "fc1"], new: []),
    Case(
      name: "other classes", network: network(["a", "b", "c"]), taken: ["conv1", "bn1"],
      new: [.init(name: "fc1", reason: "there its classes are red, green, blue")]),
    Case(
      name: "fewer classes", network: network(["a", "b"]), taken: ["conv1", "bn1"],
      new: [.init(name: "fc1", reason: "fc1.weight is 3×36 there and 2×36 here")]),
    Case(
      name: "a larger kernel, and another layer",
      network: network(["red", "green", "blue"]) {
        $0.layers[0].layer = .convolution(
          Convolution(filters: 4, window: Window(kernel: 5, padding: 2)))
        $0.layers.insert(NamedLayer("bn2", .batchNormalization(BatchNormalization())), at: 3)
      }, taken: ["bn1", "fc1"],
      new: [
        .init(name: "conv1", reason: "conv1.weight is 4×3×3×3 there and 4×3×5×5 here"),
        .init(name: "bn2", reason: nil),
      ]),
  ]

  @Test(arguments: cases)
  func takes(_ it: Case) throws {
    let transfer = try Self.source().transfer(to: it.network)
    #expect(transfer.taken == it.taken && transfer.new == it.new)
    for (name, tensor) in transfer.parameters { #expect(tensor == Self.state.parameters[name]) }
    let layers = Set(transfer.parameters.keys.map { String($0.prefix { $0 != "." }) })
    #expect(layers == Set(it.taken))
  }

  /// A run starts with exactly these parameters; the others are drawn as without weights.
  @Test func starts() throws {
    let recipe = SmallRun.recipe { $0.seed = 8 }
    var network = Self.network(["red", "green", "blue"])
    network.labels = ["a", "b", "c"]
    let transfer = try Self.source().transfer(to: network)
    let trainer = try Trainer(
      network: network, engine: referenceUnderTest.engine, dataset: SmallRun.dataset,
      recipe: recipe, starting: transfer.parameters)
    let drawn = try SmallRun.trainer(recipe).snapshot().parameters
    for (name, tensor) in trainer.snapshot().parameters {
      let isNew = name.hasPrefix("fc1")
      #expect(tensor == (isNew ? drawn[name] : Self.state.parameters[name]), "\(name)")
    }
  }

  /// A file that fits nothing is refused, with the first reason and what the file is.
  @Test func fitsNothing() throws {
    var other = SmallRun.network
    other.name = "other"
    other.layers = [
      NamedLayer("conv1", .convolution(Convolution(filters: 2, window: Window(kernel: 5)))),
      NamedLayer("flatten", .flatten), NamedLayer("fc9", .linear(Linear(outputs: 3))),
    ]
    let error = #expect(throws: (any Error).self) { _ = try Self.source().transfer(to: other) }
    #expect(
      "\(error!)" == "w: none of its tensors fits other: conv1.weight is 4×3×3×3 there and "
        + "2×3×5×5 here; they are those of small")
  }

  /// A file of plain weights: whole for the network that it fits, and in part, by its names, for one
  /// with other classes, for which the file doesn't say its own.
  @Test func plainWeights() throws {
    try inTemporaryFolder { folder in
      let path = folder + "/w.safetensors"
      try Weights(seed: 5).save(SmallRun.network, to: path)
      let whole = try WeightSource(path: path, name: "w", preferred: SmallRun.network)
      #expect(whole.network == SmallRun.network && whole.network(chosen: nil) == whole.network)
      #expect(try whole.transfer(to: SmallRun.network).new.isEmpty)

      let other = SmallRun.network.telling(["a", "b"])
      let part = try WeightSource(path: path, name: "w", preferred: other)
      #expect(part.network == nil && part.network(chosen: other) == other)
      #expect(part.start == whole.start)
      let transfer = try part.transfer(to: other)
      #expect(transfer.taken == ["conv1", "bn1"] && transfer.takenWords == "conv1, bn1")
      #expect(transfer.newWords == "fc1")
      #expect(
        transfer.new == [
          .init(name: "fc1", reason: "fc1.weight is 3×36, but fc1.weight of small is 2×36")
        ])
    }
  }

  /// The recipe records the file and takes over how its images were prepared.
  @Test func recipe() throws {
    let source = try Self.source()
    guard case .file("w", let digest) = source.start else {
      Issue.record("\(source.start)")
      return
    }
    #expect(digest.utf8.count == 64)
    let plain = SmallRun.recipe().starting(from: source, in: Self.network(["a", "b"]))
    let input = Self.state.network.input
    #expect(plain.from == source.start && plain.network == "small")
    guard case .values(let mean) = plain.pictures.mean,
      case .values(let deviation) = plain.pictures.deviation
    else {
      Issue.record("\(plain.pictures)")
      return
    }
    // The same numbers in Float, which images are prepared in.
    #expect(plain.pictures.scale == 1 && mean.map { Float($0) } == input.mean.map { Float($0) })
    #expect(deviation.map { Float($0) } == input.deviation.map { Float($0) })
    #expect(mean.allSatisfy { "\($0)".count <= 12 })
    #expect(plain.pictures.crop == 6 && plain.pictures.resize == nil)
    #expect(plain.pictures.colorNoise == .paper)
  }

  /// `fine-tune` takes a tenth of the rate that the weights were trained with, and twice as much for
  /// biases, once; other recipes keep theirs. The small run's rate is 0.05.
  @Test func rates() throws {
    let source = try Self.source()
    func tuned(_ recipe: Recipe?) -> Recipe {
      let source = WeightSource(
        Self.state.parameters, of: Self.state.network, trainedBy: recipe, name: "loaded")
      return Recipe.fineTune.starting(from: source, in: Self.state.network)
    }
    let fromFile = Recipe.fineTune.starting(from: source, in: Self.state.network)
    #expect(abs(fromFile.rate - 0.005) < 1e-12 && abs(fromFile.biasRate - 0.01) < 1e-12)
    #expect(tuned(Self.state.recipe).rate == fromFile.rate)
    #expect(tuned(fromFile).rate == fromFile.rate)
    #expect(tuned(.adam).rate == 0.001 && tuned(nil).rate == 0.001)
    #expect(tuned(nil).biasRate == 0.002)
    #expect(SmallRun.recipe().starting(from: source, in: Self.state.network).rate == 0.05)
  }

  /// `fine-tune` scales and crops to the network's size: the sides of the input, the resized image and
  /// the crop.
  @Test(arguments: [(227, 256, 227), (224, 256, 224), (32, 32, nil), (24, 32, 24)])
  func sides(_ side: Int, _ resize: Int, _ crop: Int?) throws {
    var network = SmallRun.network
    network.input = PictureFormat(side: side, scale: 255, mean: [1, 2, 3])
    let pictures = Recipe.fineTune.starting(from: try Self.source(), in: network).pictures
    #expect(pictures.resize == resize && pictures.crop == crop)
    #expect(pictures.mirror)
  }
}
