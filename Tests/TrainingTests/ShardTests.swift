import Basics
import Datasets
import Layers
import Networks
import Parallel
import ReferenceEngine
import Tensors
import TestSupport
import Testing

@testable import Training

/// Batches that are split into shards, in one process and among several ranks, which here are threads.
@Suite struct ShardTests {
  /// The small network without batch normalization, with dropout on an odd number of elements per image.
  static let network: Network = {
    var network = SmallRun.network
    network.name = "sharded"
    network.layers[0].layer = .convolution(
      Convolution(filters: 5, window: Window(kernel: 3, padding: 1)))
    network.layers.removeAll { $0.name == "bn1" }
    return network
  }()

  static func recipe(_ change: (inout Recipe) -> Void = { _ in }) -> Recipe {
    SmallRun.recipe {
      ($0.network, $0.batch) = ("sharded", 12)
      change(&$0)
    }
  }

  static func trainer(
    _ shards: Int?, _ ranks: any Collective = SingleProcess(), network: Network = network,
    recipe: Recipe = recipe()
  ) throws -> Trainer {
    try Trainer(
      network: network, engine: ReferenceEngine(), dataset: SmallRun.dataset, recipe: recipe,
      shards: shards, ranks: ranks)
  }

  /// A finished run: its checkpoint's contents and what was reported.
  struct Result: Equatable, Sendable {
    var parameters: [String: Tensor]
    var memory: [String: Tensor]
    var history: [EpochRecord]
    var losses: [Double]
    var shards: Int

    init(_ trainer: Trainer, _ trace: Trace) {
      let state = trainer.snapshot()
      (parameters, memory, shards) = (state.parameters, state.memory, state.shards)
      (history, losses) = (state.history.map(\.withoutClock), trace.losses)
    }
  }

  static func finish(_ trainer: Trainer) throws -> Result {
    var trace = Trace()
    #expect(try trainer.run { trace.note($0) } == .finished)
    return Result(trainer, trace)
  }

  static func run(_ size: Int, shards: Int?) throws -> [Result] {
    try ThreadRanks.run(size) { try finish(trainer(shards, $0)) }.map { try $0.get() }
  }

  /// One, two and four ranks end with the same bytes, and report the same at every step.
  @Test func anyNumberOfRanks() throws {
    let alone = try Self.finish(Self.trainer(4))
    #expect(alone.losses.count == 12 && alone.shards == 4)
    for size in [1, 2, 4] {
      for rank in try Self.run(size, shards: 4) { #expect(rank == alone, "\(size) ranks") }
    }
    // Without a number there is a shard per rank; three ranks are possible too.
    #expect(try Self.run(2, shards: nil)[0] == Self.finish(Self.trainer(2)))
    #expect(try Self.run(3, shards: nil)[2] == Self.run(3, shards: 3)[0])
    #expect(try Self.run(3, shards: 6)[0] == Self.run(6, shards: 6)[5])
  }

  /// With batch normalization too: its statistics are those of the whole batch.
  @Test func anyNumberOfRanksWithBatchNormalization() throws {
    @Sendable func trainer(
      _ shards: Int, _ ranks: any Collective = SingleProcess()
    ) throws -> Trainer {
      try Self.trainer(shards, ranks, network: SmallRun.network)
    }
    let alone = try Self.finish(trainer(4))
    for size in [1, 2, 4] {
      let ranks = ThreadRanks.run(size) { try Self.finish(trainer(4, $0)) }
      for rank in ranks { #expect(try rank.get() == alone, "\(size) ranks") }
    }
    // The same as without shards, apart from the order of sums.
    let whole = try Self.finish(trainer(1))
    let (first, split) = (whole.losses[0], alone.losses[0])
    #expect(abs(first - split) <= 1e-5 * abs(first))
    #expect(abs(whole.losses[3] - alone.losses[3]) <= 1e-3 * abs(whole.losses[3]))
    for name in ["bn1.running_mean", "bn1.running_var"] {
      let pairs = zip(
        try #require(whole.parameters[name]).values, try #require(alone.parameters[name]).values)
      #expect(pairs.allSatisfy { abs($0 - $1) <= 1e-2 * (1 + abs($0)) }, "\(name)")
    }
  }

  /// Shards change only the order of sums. After one step every gradient is within the bound of two sums
  /// of the batch's terms, each of which is rounded once per addition. Batch normalization sums in Double, so
  /// its running statistics differ at most in how they are rounded to Float.
  @Test(arguments: [2, 4], [network, SmallRun.network])
  func oneStepWithAndWithoutShards(_ shards: Int, _ network: Network) throws {
    let recipe = Self.recipe { ($0.epochs, $0.decay, $0.biasDecay) = (1, 0, 0) }
    struct Stop: Error {}
    func step(_ shards: Int) throws -> (gradients: [[Float]], statistics: [Tensor]) {
      let trainer = try Self.trainer(shards, network: network, recipe: recipe)
      #expect(throws: Stop.self) {
        try trainer.run { if case .step = $0 { throw Stop() } }
      }
      var gradients: [[Float]] = []
      trainer.plan.forEachGradient { gradients.append(Array($0)) }
      let normalized = trainer.geometry.filter { $0.layer.kind == .batchNormalization }
      return (gradients, normalized.flatMap { trainer.plan.parameters(of: $0.index).suffix(2) })
    }
    let (whole, split) = try (step(1), step(shards))
    #expect(whole.statistics.count == (network.name == "small" ? 2 : 0))
    for (whole, split) in zip(whole.statistics, split.statistics) {
      for (a, b) in zip(whole.values, split.values) {
        #expect(abs(a - b) <= max(a.ulp, b.ulp), "\(a), \(b)")
      }
    }
    var differing = 0
    for (whole, split) in zip(whole.gradients, split.gradients) {
      // A bias of conv1 sums most terms: 12 images of 36 places.
      let terms = 12 * 36
      let largest = whole.map(abs).max() ?? 0
      for (a, b) in zip(whole, split) {
        #expect(abs(a - b) <= 2 * Float(terms) * Float.ulpOfOne * max(largest, 1e-3))
        if a != b { differing += 1 }
      }
    }
    #expect(differing > 0, "the order of the sums should show in some last digit")
  }

  /// A run stopped on four ranks continues on two, and then on one.
  @Test func resumesWithOtherNumbersOfRanks() throws {
    let straight = try Self.finish(Self.trainer(4))
    @Sendable func stopped(_ ranks: any Collective, after count: Int, _ trainer: Trainer) throws
      -> TrainingState
    {
      let cancellation = Cancellation()
      var steps = 0
      let outcome = try trainer.run(cancellation: cancellation) {
        if case .step = $0 { steps += 1 }
        // Asked on the last rank alone.
        if steps == count, ranks.rank == ranks.size - 1 { cancellation.cancel() }
      }
      #expect(outcome == .cancelled)
      return trainer.snapshot()
    }
    let first = try ThreadRanks.run(4) { ranks in
      try stopped(ranks, after: 2, Self.trainer(4, ranks))
    }.map { try $0.get() }
    #expect(first.allSatisfy { ($0.epoch, $0.step) == (0, 2) })
    let second = try ThreadRanks.run(2) { ranks in
      let trainer = try Trainer(
        resuming: first[0], engine: ReferenceEngine(), dataset: SmallRun.dataset, ranks: ranks)
      return try stopped(ranks, after: 3, trainer)
    }.map { try $0.get() }
    let third = try Trainer(
      resuming: second[1], engine: ReferenceEngine(), dataset: SmallRun.dataset)
    #expect(third.shards.count == 4)
    var result = try Self.finish(third)
    result.losses = straight.losses
    #expect(result == straight)
  }

  /// A request to stop during validation stops all ranks before the epoch is closed.
  @Test func stopsDuringValidation() throws {
    let states = ThreadRanks.run(2) { ranks in
      let (trainer, cancellation) = (try Self.trainer(2, ranks), Cancellation())
      let outcome = try trainer.run(cancellation: cancellation) {
        if case .step(let step) = $0, step.step == step.steps, ranks.rank == 1 {
          cancellation.cancel()
        }
      }
      #expect(outcome == .cancelled)
      return (trainer.epoch, trainer.step)
    }
    for state in states { #expect(try state.get() == (0, 4)) }
  }

  /// All ranks see the same divergence, also if only one shard's loss is at fault.
  @Test func divergesTogether() throws {
    let outcomes = ThreadRanks.run(4) { ranks in
      try Self.trainer(4, ranks, recipe: Self.recipe { $0.rate = 1e30 }).run()
    }
    let first = try outcomes[0].get()
    guard case .diverged(let divergence) = first else {
      Issue.record("\(first)")
      return
    }
    #expect(divergence.reason.contains("the loss became"))
    for outcome in outcomes { #expect(try outcome.get() == first) }
  }

  /// A rank with another recipe, other images or another network is named by every rank.
  @Test func differentStarts() throws {
    func refusals(_ make: @escaping @Sendable (any Collective) throws -> Trainer) -> [String] {
      ThreadRanks.run(3) { try make($0).epoch }.map { result in
        guard case .failure(let error as TrainingError) = result else { return "\(result)" }
        return error.message
      }
    }
    let recipes = refusals { ranks in
      try Self.trainer(nil, ranks, recipe: Self.recipe { if ranks.rank == 2 { $0.rate = 0.5 } })
    }
    #expect(recipes == Array(repeating: "rank 2 differs from rank 0 in the recipe", count: 3))
    let data = refusals { ranks in
      try Trainer(
        network: Self.network, engine: ReferenceEngine(),
        dataset: ranks.rank == 1 ? SmallRun.noise : SmallRun.dataset, recipe: Self.recipe(),
        ranks: ranks)
    }
    #expect(data.allSatisfy { $0 == data[0] })
    #expect(
      data[0].hasPrefix("rank 1 differs from rank 0 in the data: noise, fingerprint ")
        && data[0].hasSuffix("… on rank 0"))
    let weights = refusals { ranks in
      try Trainer(
        network: Self.network, engine: ReferenceEngine(), dataset: SmallRun.dataset,
        recipe: Self.recipe(), ranks: ranks,
        starting: ranks.rank == 1
          ? [
            "fc1.weight": Tensor(zeros: [3, 45]), "fc1.bias": Tensor(zeros: [3]),
          ] : [:])
    }
    #expect(weights[2].hasPrefix("rank 1 differs from rank 0 in the weights"))
  }

  struct Refusal: Sendable {
    var size: Int
    var shards: Int?
    var batch = 12
    var network = ShardTests.network
    var message: String
  }

  static let refusals = [
    Refusal(size: 1, shards: 5, message: "a batch of 12 can't be split into 5 equal shards"),
    Refusal(size: 1, shards: 0, message: "a batch of 12 can't be split into 0 equal shards"),
    Refusal(size: 1, shards: 24, message: "a batch of 12 can't be split into 24 equal shards"),
    Refusal(
      size: 2, shards: nil, batch: 9, message: "a batch of 9 can't be split into 2 equal shards"),
    Refusal(size: 4, shards: 6, message: "4 ranks can't share 6 shards equally"),
    Refusal(size: 1, shards: 3, message: "1 rank can't share 3 shards equally"),
    Refusal(size: 2, shards: 1, message: "2 ranks can't share 1 shard equally"),
  ]

  @Test(arguments: refusals) func refuses(_ example: Refusal) throws {
    for result in ThreadRanks.run(
      example.size,
      { ranks in
        try Self.trainer(
          example.shards, ranks, network: example.network,
          recipe: Self.recipe { $0.batch = example.batch }
        ).epoch
      })
    {
      let error = #expect(throws: TrainingError.self) { try result.get() }
      #expect(error?.message.hasPrefix(example.message) == true, "\(String(describing: error))")
      #expect(error?.hint != nil)
    }
  }

  /// An image that one rank can't read stops all of them between two steps, with its name.
  @Test func unreadableImage() throws {
    let bad = ImageError("a.png: it isn't an image", hint: "remove it")
    let all = ThreadRanks.run(2) { ranks in
      var report = RankReport()
      report.losses = [Double(ranks.rank), .nan]
      (report.correct, report.topFive) = (3 + ranks.rank, 5)
      if ranks.rank == 1 { report.failure = bad }
      return report.total(over: ranks)
    }
    for result in all {
      let total = try result.get()
      #expect(
        total.failure == ImageError("rank 1: a.png: it isn't an image", hint: "remove it"))
      #expect(total.correct == 7 && total.topFive == 10)
      #expect(total.losses.count == 4 && total.losses[2] == 1 && total.brokenLoss?.isNaN == true)
    }
  }

  /// Ranks share a test's answers, in the order of the images; what stops one stops all.
  @Test func sharedAnswers() throws {
    func answer(_ label: Int, _ sums: [Double]) throws -> Answer {
      try #require(Answer(sums[...], count: 1, label: label, areProbabilities: true))
    }
    let all = [
      try answer(0, [0.5, 0.25, 0.25]), try answer(2, [0.5, 0.5, 0]), try answer(1, [.nan, 0, 1]),
    ]
    #expect(abs(all[0].loss - 0.6931) < 1e-4 && all[0].guess == 0 && all[2].guess == nil)
    // The second of three has none.
    let parts = [[all[0]], [], [all[1], all[2]]]
    let shared = ThreadRanks.run(3) { ranks in
      try SharedAnswers.all(of: ranks) { parts[ranks.rank] }.map(\.bytes)
    }
    for shared in shared { #expect(try shared.get() == all.map(\.bytes)) }
    let unread = ThreadRanks.run(2) { ranks in
      try SharedAnswers.all(of: ranks) {
        if ranks.rank == 1 { throw ImageError("a.png: it isn't an image", hint: "remove it") }
        throw Cancelled()
      }.count
    }
    for shared in unread {
      let error = #expect(throws: ImageError.self) { try shared.get() }
      #expect(error == ImageError("rank 1: a.png: it isn't an image", hint: "remove it"))
    }
    let stopped = ThreadRanks.run(2) { ranks in
      try SharedAnswers.all(of: ranks) {
        if ranks.rank == 0 { throw Cancelled() }
        return []
      }.count
    }
    for shared in stopped { #expect(throws: Cancelled.self) { try shared.get() } }
  }

  /// A shard's mask is a part of the whole batch's.
  @Test(arguments: [1, 2, 3, 4, 7, 23]) func masksOfShards(_ count: Int) {
    let masks = DropoutMasks(layer: "drop1", rate: 0.4, seed: 9)
    var whole = Tensor(zeros: [1, 161])
    masks.fill(&whole, step: 6)
    var joined: [Float] = []
    for start in stride(from: 0, to: 161, by: count) {
      var part = Tensor(repeating: 9, shape: [1, min(count, 161 - start)])
      masks.fill(&part, step: 6, from: start)
      joined += part.values
    }
    #expect(joined == whole.values)
  }

  /// The batches of all shards together are those of the whole batch: images, crops, mirrors and noise.
  @Test func batchesOfShards() throws {
    let pipeline = try Self.recipe().pictures.pipeline(for: SmallRun.dataset.train)
    func batches(_ shards: Shards) throws -> [BatchQueue.Batch] {
      let queue = BatchQueue(
        SmallRun.dataset.train, pipeline: pipeline, batch: 12, shards: shards, seed: 4,
        from: (epoch: 0, step: 2), through: 2)
      var batches: [BatchQueue.Batch] = []
      while let batch = try queue.next() { batches.append(batch) }
      return batches
    }
    let whole = try batches(.whole)
    #expect(whole.count == 8)
    let (upper, lower) = try (
      batches(Shards(count: 4, own: 0..<2)), batches(Shards(count: 4, own: 2..<4))
    )
    for (index, batch) in whole.enumerated() {
      let parts =
        [2 * index, 2 * index + 1].map { upper[$0] } + [2 * index, 2 * index + 1].map { lower[$0] }
      #expect(parts.flatMap(\.labels) == batch.labels)
      #expect(parts.flatMap(\.input.values) == batch.input.values)
    }
  }

  /// The line about the ranks says how many images each trains on.
  @Test func sharing() throws {
    #expect(try Self.trainer(nil).sharing == nil)
    let lines = ThreadRanks.run(2) { try Self.trainer(4, $0).sharing }
    #expect(
      try lines[1].get() == "2 ranks, each trains on 6 of 12 images per step, 3 at a time")
  }
}
