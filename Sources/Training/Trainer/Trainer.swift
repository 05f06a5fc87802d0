import Basics
import Datasets
import Layers
import Networks
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
  let reduction: any GradientReduction
  let datasetName: String
  let datasetFingerprint: String
  let training: PictureSet
  let validation: PictureSet?
  let geometry: [LayerGeometry]
  let plan: any Plan
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

  /// A new run.
  ///
  /// - Parameters:
  ///   - network: the network; `recipe.network(for:)` gives the recipe's.
  ///   - engine: the engine.
  ///   - dataset: the images; test images aren't used.
  ///   - recipe: the recipe.
  ///   - threads: the engine's number of threads, for the record.
  ///   - reduction: what happens to gradients before the update.
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
    reduction: any GradientReduction = SingleProcess(), starting: [String: Tensor] = [:],
    cancellation: Cancellation = .never,
    progress: (_ done: Int, _ of: Int) throws -> Void = { _, _ in }
  ) throws {
    let parts = try TrainingParts(
      network: network, dataset: dataset, recipe: recipe, progress: progress)
    try self.init(parts, engine: engine, threads: threads, reduction: reduction)
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
  }

  init(
    _ parts: TrainingParts, engine: any Engine, threads: Int, reduction: any GradientReduction
  ) throws {
    (recipe, network, pipeline) = (parts.recipe, parts.network, parts.pipeline)
    (training, validation) = (parts.training, parts.validation)
    geometry = parts.geometry
    (datasetName, datasetFingerprint) = (parts.datasetName, parts.datasetFingerprint)
    (self.engine, self.threads, self.reduction) = (engine, threads, reduction)
    stepsPerEpoch = training.count / recipe.batch
    counts = (training.count, validation?.count ?? 0)
    sums = EpochSums(
      countingTopFive: TopFive.isCounted(classes: training.classNames.count))
    try Self.requireMemory(parts)
    plan = try engine.prepare(
      network.layers.map(\.layer), input: network.input.shape(batch: recipe.batch),
      mode: .training, keeping: .outputsOnly)
    if !parts.frozen.isEmpty { plan.freeze(parts.frozen) }
    rules = StepRules(recipe, geometry: geometry, frozen: parts.frozen)
    for layer in geometry {
      guard case .dropout(let dropout) = layer.layer else { continue }
      masks.append(
        (
          layer.index, DropoutMasks(layer: layer.name, rate: dropout.rate, seed: recipe.seed),
          Tensor(zeros: layer.input)
        ))
    }
  }

  /// Throws if the run would need more memory than is available, and suggests a batch that fits.
  private static func requireMemory(_ parts: TrainingParts) throws {
    let memories = if case .adam = parts.recipe.optimizer { 2 } else { 1 }
    func needed(_ batch: Int) throws -> ByteCount {
      try parts.network.trainingMemory(batch: batch, memories: memories, waiting: 1)
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
