import Basics
import Layers
import Networks
import Parallel
import ReferenceEngine
import Tensors
import TestSupport
import Testing

@testable import Training

/// Training with layers split over ranks, which here are threads: the same run as in one process, apart from
/// the order of sums.
@Suite struct SplitTrainingTests {
  /// Dropout before and between fully connected layers, whose outputs 2 and 4 ranks can't share equally.
  static let connected: Network = {
    var network = ShardTests.network
    network.name = "connected"
    let classifier = network.layers.suffix(2)
    network.layers.removeLast(2)
    network.layers += [
      NamedLayer("fc0", .linear(Linear(outputs: 11)), Initialization(deviation: 0.2, bias: 0.1)),
      NamedLayer("relu2", .relu),
      NamedLayer("drop2", .dropout(Dropout(rate: 0.25, convention: .inverted))),
    ]
    network.layers += classifier
    return network
  }()

  /// The paper's two columns: normalization across them, groups, a convolution that sees both.
  static let grouped: Network = {
    var network = connected
    network.name = "grouped"
    let tail = network.layers.drop { $0.name != "flatten" }
    func convolution(_ name: String, _ filters: Int, groups: Int) -> NamedLayer {
      NamedLayer(
        name,
        .convolution(
          Convolution(filters: filters, window: Window(kernel: 3, padding: 1), groups: groups)),
        Initialization(deviation: 0.2))
    }
    network.layers =
      [
        convolution("conv1", 6, groups: 1), NamedLayer("relu1", .relu),
        NamedLayer("norm1", .localResponseNormalization(LocalResponseNormalization(alpha: 0.01))),
        convolution("conv2", 4, groups: 2), NamedLayer("bn2", .batchNormalization(.init())),
        convolution("conv3", 4, groups: 1), NamedLayer("relu3", .relu),
        NamedLayer("pool1", .maxPooling(Pooling(window: Window(kernel: 2, stride: 2)))),
      ] + tail
    return network
  }()

  static func network(_ mode: ParallelMode) -> Network { mode == .columns ? grouped : connected }

  static func recipe(_ network: Network, _ change: (inout Recipe) -> Void = { _ in }) -> Recipe {
    SmallRun.recipe {
      ($0.network, $0.batch) = (network.name, 16)
      change(&$0)
    }
  }

  static func trainer(
    _ network: Network, _ mode: ParallelMode = .data, _ ranks: any Collective = SingleProcess(),
    shards: Int? = nil, _ change: (inout Recipe) -> Void = { _ in }
  ) throws -> Trainer {
    try Trainer(
      network: network, engine: ReferenceEngine(), dataset: SmallRun.dataset,
      recipe: recipe(network, change), shards: shards, ranks: ranks, mode: mode)
  }

  /// After `steps` steps each number differs by no more than what the roundings of as many gradients add
  /// up to: a sum of fewer than 2,000 terms on the longest way, with momentum 0.9 up to ten times.
  static func expect(
    _ result: ShardTests.Result, like alone: ShardTests.Result, _ words: String = ""
  ) {
    let bound = 2 * 2000 * 10 * Float(alone.losses.count) * .ulpOfOne
    for (loss, expected) in zip(result.losses, alone.losses) {
      #expect(abs(loss - expected) <= Double(bound) * (1 + expected), "\(words)")
    }
    #expect(result.losses.count == alone.losses.count)
    for (all, expected) in [
      (result.parameters, alone.parameters), (result.memory, alone.memory),
    ] {
      #expect(Set(all.keys) == Set(expected.keys))
      for (name, expected) in expected {
        guard let tensor = all[name], tensor.shape == expected.shape else {
          Issue.record("\(name) is missing or has another shape")
          continue
        }
        let largest = expected.values.map(abs).max() ?? 0
        let worst = zip(tensor.values, expected.values).map { abs($0 - $1) }.max() ?? 0
        #expect(worst <= bound * max(largest, 0.1), "\(words) \(name): off by \(worst)")
      }
    }
  }

  struct Case: Sendable, CustomStringConvertible {
    var mode: ParallelMode
    var size: Int
    /// The last layer has three outputs, so there can't be four ranks; in-parts divides by their square.
    var batch: Int { size == 3 ? 18 : 16 }
    var description: String { "\(mode.name), \(size) ranks" }
  }

  static let cases: [Case] = ParallelMode.all.filter { $0 != .data }.flatMap { mode in
    (mode == .columns ? [2] : [1, 2, 3]).map { Case(mode: mode, size: $0) }
  }

  /// Several epochs with momentum, decay and dropout: each rank ends with the same checkpoint, and it is
  /// that of one process within the bound.
  @Test(arguments: cases) func trainsLikeOneProcess(_ example: Case) throws {
    let network = Self.network(example.mode)
    let alone = try ShardTests.finish(Self.trainer(network) { $0.batch = example.batch })
    let ranks = ThreadRanks.run(example.size) { ranks in
      try ShardTests.finish(
        Self.trainer(network, example.mode, ranks) { $0.batch = example.batch })
    }
    let first = try ranks[0].get()
    for rank in ranks { #expect(try rank.get() == first) }
    Self.expect(first, like: alone)
    #expect(first.history.count == 3)
    for (epoch, expected) in zip(first.history, alone.history) {
      #expect(epoch.epoch == expected.epoch && epoch.rate == expected.rate)
      #expect(abs(epoch.trainAccuracy - expected.trainAccuracy) < 0.05)
    }
    // Twice the same bytes.
    let again = ThreadRanks.run(example.size) { ranks in
      try ShardTests.finish(
        Self.trainer(network, example.mode, ranks) { $0.batch = example.batch })
    }
    #expect(try again[0].get() == first)
  }

  /// Batch normalization below the split layers uses the statistics of all ranks' images.
  @Test func batchNormalization() throws {
    var network = Self.connected
    network.layers.insert(NamedLayer("bn1", .batchNormalization(.init())), at: 1)
    let made = network
    let alone = try ShardTests.finish(Self.trainer(made))
    let ranks = ThreadRanks.run(2) {
      try ShardTests.finish(Self.trainer(made, .hybrid(.inParts), $0))
    }
    Self.expect(try ranks[1].get(), like: alone)
  }

  /// Trains for some steps and returns what rank 0 would write.
  static func stopped(_ trainer: Trainer, after count: Int) throws -> (any SavableRun, [Double]) {
    struct Stop: Error {}
    var losses: [Double] = []
    do {
      _ = try trainer.run { event in
        if case .step(let step) = event { losses.append(step.loss) }
        if losses.count == count { throw Stop() }
      }
    } catch is Stop {}
    return (trainer.savable(), losses)
  }

  /// A checkpoint of split layers is the ordinary one: any mode and number of ranks continues it.
  @Test func resumesInAnyMode() throws {
    let network = Self.grouped
    let alone = try ShardTests.finish(Self.trainer(network) { $0.batch = 18 })
    let dataset = SmallRun.dataset
    let first = try ThreadRanks.run(2) { ranks in
      let trainer = try Self.trainer(network, .columns, ranks) { $0.batch = 18 }
      let (run, losses) = try Self.stopped(trainer, after: 1)
      // Only rank 0 keeps the tensors.
      #expect((run.parameters(of: 0).isEmpty && run.groupCount == 1) == (ranks.rank > 0))
      return (try #require(run as? TrainingState), losses)
    }.map { try $0.get() }[0]
    #expect(first.0.mode == .columns && first.0.step == 1)
    let second = try ThreadRanks.run(3) { ranks in
      let trainer = try Trainer(
        resuming: first.0, engine: ReferenceEngine(), dataset: dataset, ranks: ranks,
        mode: .hybrid(.oneByOne))
      let (run, losses) = try Self.stopped(trainer, after: 2)
      return (try #require(run as? TrainingState), losses, first.0.notes(continuingAs: trainer))
    }.map { try $0.get() }[0]
    #expect(second.2.count == 2)
    #expect(
      second.2[0].hasPrefix(
        "the ranks shared the work as columns, and now as hybrid, one-by-one"))
    let third = try Trainer(
      resuming: second.0, engine: ReferenceEngine(), dataset: dataset, shards: 1)
    var result = try ShardTests.finish(third)
    result.losses = first.1 + second.1 + result.losses
    Self.expect(result, like: alone)
  }

  /// A divergence, a request to stop and an unlike start reach all ranks at once.
  @Test func endsTogether() throws {
    for mode in [ParallelMode.hybrid(.inParts), .columns] {
      let network = Self.network(mode)
      let outcomes = ThreadRanks.run(2) {
        try Self.trainer(network, mode, $0) { $0.rate = 1e30 }.run()
      }
      let first = try outcomes[0].get()
      guard case .diverged = first else {
        Issue.record("\(first)")
        continue
      }
      #expect(try outcomes[1].get() == first)
      let places = ThreadRanks.run(2) { ranks in
        let (trainer, cancellation) = (
          try Self.trainer(network, mode, ranks), Cancellation()
        )
        let outcome = try trainer.run(cancellation: cancellation) {
          if case .step(let step) = $0, step.step == 1, ranks.rank == 1 { cancellation.cancel() }
        }
        #expect(outcome == .cancelled)
        return [trainer.epoch, trainer.step]
      }
      for place in places { #expect(try place.get() == [0, 1]) }
    }
    let unlike = ThreadRanks.run(2) { ranks in
      try Self.trainer(Self.connected, ranks.rank == 0 ? .data : .hybrid(.all), ranks).epoch
    }
    for result in unlike {
      let error = #expect(throws: TrainingError.self) { try result.get() }
      #expect(error?.message.hasPrefix("rank 1 differs from rank 0 in the mode") == true)
    }
  }

  /// What a step sends is what `Trainer.traffic` counts: neither validation nor checkpoints.
  @Test func traffic() throws {
    let bytes = try ThreadRanks.run(2) { ranks in
      let trainer = try Self.trainer(Self.connected, .hybrid(.all), ranks)
      var seen: [Int] = []
      _ = try trainer.run { event in
        if case .step = event { seen.append(trainer.traffic.bytes) }
      }
      _ = trainer.savable()
      seen.append(trainer.traffic.bytes)
      return seen
    }.map { try $0.get() }[0]
    let steps = zip(bytes, bytes.dropFirst()).map { $1 - $0 }
    // Every step sends the same, and the checkpoint isn't a step.
    #expect(Set(steps.dropLast()).count == 1 && steps.last == 0)
  }

  struct Refusal: Sendable {
    var mode: ParallelMode
    var size = 2
    var shards: Int?
    var batch = 16
    var freeze: [String] = []
    var message: String
  }

  static let refusals = [
    Refusal(mode: .hybrid(.all), shards: 4, message: "--shards is for data parallel training"),
    Refusal(mode: .columns, size: 1, message: "columns takes 2 ranks, not 1"),
    Refusal(
      mode: .hybrid(.all), batch: 9, message: "a batch of 9 can't be split into 2 equal shards"),
    Refusal(
      mode: .hybrid(.all), freeze: ["conv1"], message: "layers can only be frozen in data parallel"),
  ]

  @Test(arguments: refusals) func refuses(_ example: Refusal) throws {
    for result in ThreadRanks.run(
      example.size,
      { ranks in
        try Self.trainer(
          Self.network(example.mode), example.mode, ranks, shards: example.shards
        ) { ($0.batch, $0.freeze) = (example.batch, example.freeze) }.epoch
      })
    {
      guard case .failure(let failure) = result else {
        Issue.record("\(example.message)")
        continue
      }
      let error = failure as? any DescribedError
      #expect(error?.message.hasPrefix(example.message) == true, "\(String(describing: error))")
      #expect(error?.hint != nil)
    }
  }

  /// One line says how the work is shared.
  @Test func sharing() throws {
    func line(_ mode: ParallelMode) throws -> String? {
      try ThreadRanks.run(2) { try Self.trainer(Self.network(mode), mode, $0).sharing }[1].get()
    }
    #expect(
      try line(.hybrid(.inParts))
        == "2 ranks, each convolves 8 of 16 images per step and has a part of each fully connected "
        + "layer (hybrid, in-parts)")
    #expect(try line(.columns) == "2 ranks, each with half of every layer, on all 16 images")
  }
}
