import Basics
import Datasets
import Layers
import Networks
import Parallel
import Splitting
import Tensors

/// Trains a network with a recipe on an engine.
///
/// Everything random depends only on the recipe's seed and the place in the run, and nothing
/// depends on the clock: the same recipe, data, engine and threads give the same network bit for
/// bit, stopped and resumed or not. Use a trainer from one thread.
package final class Trainer {
  /// The recipe.
  package let recipe: Recipe
  /// The network, with the recipe's initialization and dropout, and the input format that it is
  /// trained with.
  package let network: Network
  /// How images are prepared, with the statistics of the training part.
  package let pipeline: PicturePipeline
  /// Steps in an epoch: the number of whole batches.
  package let stepsPerEpoch: Int
  /// The number of training images, and of images held back for validation.
  package let counts: (training: Int, validation: Int)

  /// The engine.
  let engine: any Engine
  let threads: Int
  /// The processes that train together.
  package let ranks: any Collective
  /// How they share the work.
  package let mode: ParallelMode
  /// What this rank has sent in the steps so far, and how long it has waited in them.
  package internal(set) var traffic = Traffic()
  /// How a batch is split, and which parts this rank computes.
  package let shards: Shards
  let datasetName: String
  let datasetFingerprint: String
  let training: PictureSet
  let validation: PictureSet?
  let geometry: [LayerGeometry]
  /// The plan of the last of this rank's shards; usually of each of them, one after the other.
  let plan: any Plan
  /// A plan for each of this rank's shards, the last of which is `plan`, if a layer needs sums over the whole
  /// batch, or all ranks for each image; else none.
  let shardPlans: [any Plan]
  let lockstep: Lockstep
  var rules: StepRules
  var masks: [(layer: Int, masks: DropoutMasks, tensor: Tensor)] = []
  var evaluator: NetworkEvaluator?

  // The place in the run.

  /// Completed epochs.
  package internal(set) var epoch = 0
  /// Completed steps of the current epoch.
  package internal(set) var step = 0
  /// The records of completed epochs.
  package internal(set) var history: [EpochRecord] = []
  /// The epoch that did best on validation so far.
  package internal(set) var best: BestEpoch?
  var sums: EpochSums
  var schedule = ScheduleState()

  /// Whether the run ends, as diverged, when after some epochs it still gives all classes the same
  /// probability.
  package var endsWhenStuck = true

  /// A new run.
  ///
  /// - Parameters:
  ///   - network: the network; `recipe.network(for:)` gives the recipe's.
  ///   - engine: the engine.
  ///   - dataset: the images; test images aren't used.
  ///   - recipe: the recipe.
  ///   - threads: the engine's number of threads, for the record.
  ///   - shards: the equal parts of a batch whose gradients are added; nil for one per rank. Runs with as
  ///     many shards end with the same bytes, however many ranks share them.
  ///   - ranks: the processes that train together, with the same arguments.
  ///   - mode: how they share the work.
  ///   - starting: trained parameters to start from, by their names; the others are drawn.
  ///   - cancellation: polled while parameters are drawn.
  ///   - progress: called with the number of images that the statistics of the training images have
  ///     taken and the total; an error that it throws ends the work.
  /// - Throws: `RecipeError`, `TrainingError` or `NetworkShapeError` if recipe, network and images
  ///   don't fit together, before any work; `ImageError` if a streamed image can't be read;
  ///   `Unsupported` if the engine can't compute a layer;
  ///   `Cancelled`.
  package convenience init(
    network: Network, engine: any Engine, dataset: Dataset, recipe: Recipe, threads: Int = 1,
    shards: Int? = nil, ranks: any Collective = SingleProcess(), mode: ParallelMode = .data,
    starting: [String: Tensor] = [:], cancellation: Cancellation = .never,
    progress: (_ done: Int, _ of: Int) throws -> Void = { _, _ in }
  ) throws {
    let parts = try TrainingParts(
      network: network, dataset: dataset, recipe: recipe, ranks: ranks, progress: progress)
    try self.init(
      parts, engine: engine, threads: threads, shards: shards, ranks: ranks, mode: mode)
    for layer in geometry where !layer.parameters.isEmpty {
      if starting[layer.name(of: layer.parameters[0])] != nil {
        plan.setParameters(
          try layer.parameters(from: starting, network: network.name), of: layer.index)
        continue
      }
      // Drawn a layer at a time, to avoid a second copy of all parameters.
      var weights = Weights(seed: recipe.seed)
      plan.setParameters(
        try weights.parameters(
          of: layer, initialization: self.network.layers[layer.index].initialization,
          cancellation: cancellation),
        of: layer.index)
    }
    try requireSameStart()
  }

  init(
    _ parts: TrainingParts, engine: any Engine, threads: Int, shards: Int?, ranks: any Collective,
    mode: ParallelMode
  ) throws {
    (recipe, network, pipeline) = (parts.recipe, parts.network, parts.pipeline)
    (training, validation) = (parts.training, parts.validation)
    self.shards = try Shards(shards, among: ranks, mode, of: parts)
    (self.ranks, self.mode) = (ranks, mode)
    let batch = recipe.batch / self.shards.count
    geometry = try network.geometry(batch: batch)
    (datasetName, datasetFingerprint) = (parts.datasetName, parts.datasetFingerprint)
    (self.engine, self.threads) = (engine, threads)
    stepsPerEpoch = training.count / recipe.batch
    counts = (training.count, validation?.count ?? 0)
    sums = EpochSums(
      countingTopFive: TopFive.isCounted(classes: training.classNames.count))
    // A rank by itself trains as usual.
    let splits = mode == .columns || mode != .data && ranks.size > 1
    let needsBatch = self.shards.count > 1 && parts.normalizesBatch
    let plans = needsBatch ? self.shards.own.count : 1
    try Self.requireMemory(parts, self.shards, plans: plans)
    let (layers, input) = (network.layers.map(\.layer), network.input.shape(batch: batch))
    let all: [any Plan] =
      splits
      ? [try parts.splitPlan(geometry, mode, among: ranks, engine: engine)]
      : try (0..<plans).map { _ in
        try engine.prepare(layers, input: input, mode: .training, keeping: .outputsOnly)
      }
    if !parts.frozen.isEmpty { for plan in all { plan.freeze(parts.frozen) } }
    (plan, shardPlans) = (all[plans - 1], needsBatch || splits ? all : [])
    lockstep = Lockstep(plans, ranks: ranks)
    for (shard, plan) in shardPlans.enumerated() where needsBatch {
      guard let plan = plan as? any StatisticsSharingPlan else {
        throw TrainingError(
          "the engine \(engine.name) can't normalize a batch that is split into shards",
          hint: "another engine can, or leave mpirun and --shards out")
      }
      plan.parts = lockstep.parts(for: shard)
    }
    rules = StepRules(recipe, geometry: geometry, frozen: parts.frozen)
    for layer in geometry {
      guard case .dropout(let dropout) = layer.layer else { continue }
      masks.append(
        (
          layer.index, DropoutMasks(layer: layer.name, rate: dropout.rate, seed: recipe.seed),
          Tensor(zeros: split?.maskShape(of: layer.index) ?? layer.input)
        ))
    }
  }

  /// Throws if the run would need more memory than is available, and suggests a batch that fits.
  private static func requireMemory(_ parts: TrainingParts, _ shards: Shards, plans: Int) throws {
    let memories = if case .adam = parts.recipe.optimizer { 2 } else { 1 }
    // Sums of gradients that wait for others of the same size: one for each factor of 2.
    let sums = shards.own.count.trailingZeroBitCount
    func needed(_ batch: Int) throws -> ByteCount {
      let one = try parts.network.trainingMemory(
        batch: max(1, batch / shards.count), memories: memories + sums, waiting: 1)
      return (1..<plans).reduce(one) { sum, _ in sum + one }
    }
    guard let available = Memory.available else { return }
    let most = try needed(parts.recipe.batch)
    guard most > available else { return }
    var batch = parts.recipe.batch / 2
    while batch > 0, try needed(batch) > available { batch /= 2 }
    try Memory.require(
      most, for: "training \(parts.network.name) at batch \(parts.recipe.batch)",
      hint: batch > 0
        ? "--batch \(batch) takes about \(try needed(batch))"
        : "a smaller network needs less: --network quick32")
  }

  /// `epoch 2, step 30`: how far the run has come.
  package var whereItStopped: String {
    let step = "step \(NumberFormat.grouped(step))"
    return epoch == 0
      ? "\(step) of epoch 1"
      : "epoch \(NumberFormat.grouped(epoch))" + (self.step > 0 ? ", \(step)" : "")
  }

  /// The plan, if its layers are split over the ranks.
  var split: SplitPlan? { plan as? SplitPlan }

  /// How the ranks share a batch, in one line; nil for one process with whole batches.
  package var sharing: String? {
    let rows = recipe.batch / shards.count
    let words = NumberFormat.count(ranks.size, "rank") + ", "
    switch mode {
    case .columns: return words + "each with half of every layer, on all \(recipe.batch) images"
    case .hybrid where split != nil:
      return words + "each convolves \(rows) of \(recipe.batch) images per step and has a part of "
        + "each fully connected layer (\(mode.name))"
    case .data, .hybrid:
      guard shards.count > 1 else { return nil }
      return words + "each trains on \(rows * shards.own.count) of "
        + "\(recipe.batch) images per step, \(rows) at a time"
    }
  }

  /// Whether the run counts the top-5 error.
  var countsTopFive: Bool { TopFive.isCounted(classes: training.classNames.count) }

  /// The run's place for the schedule.
  var place: SchedulePlace { place(step: step) }

  private func place(step: Int) -> SchedulePlace {
    SchedulePlace(
      epoch: epoch, step: epoch * stepsPerEpoch + step, steps: recipe.epochs * stepsPerEpoch)
  }

  /// The learning rate of weights at the next step, in layers without their own.
  package var rate: Double { rate(step: step) }

  /// The learning rate of weights at a step of this epoch; steps count from 0.
  func rate(step: Int) -> Double {
    recipe.rate
      * recipe.schedule.factor(
        layer: "", role: .weight, at: place(step: step), state: schedule)
  }
}
