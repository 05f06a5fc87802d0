import Basics
import Datasets
import Layers
import Networks
import Parallel
import Splitting

/// The parts of a run apart from the engine, checked for consistency.
struct TrainingParts {
  let recipe: Recipe
  let network: Network
  let geometry: [LayerGeometry]
  /// The positions of the layers whose parameters stay as they are.
  let frozen: Set<Int>
  let training: PictureSet
  let validation: PictureSet?
  let pipeline: PicturePipeline
  let datasetName: String
  let datasetFingerprint: String

  /// Whether a layer uses the statistics of the batch.
  var normalizesBatch: Bool {
    geometry.contains { $0.layer.kind == .batchNormalization && !frozen.contains($0.index) }
  }

  /// The network as a plan whose layers are split over ranks.
  func splitPlan(
    _ geometry: [LayerGeometry], _ mode: ParallelMode, among ranks: any Collective,
    engine: any Engine
  ) throws -> SplitPlan {
    guard frozen.isEmpty else {
      throw TrainingError(
        "layers can only be frozen in data parallel training",
        hint: "train with --parallel data, or without --freeze")
    }
    return try SplitPlan(geometry, mode, among: ranks, engine: engine)
  }

  /// The parts of a new run.
  ///
  /// - Parameter ranks: the processes that share the pass over the training images. All must have the same
  ///   images and recipe.
  init(
    network: Network, dataset: Dataset, recipe: Recipe, ranks: any Collective = SingleProcess(),
    progress: (_ done: Int, _ of: Int) throws -> Void = { _, _ in }
  ) throws {
    try recipe.requireConsistency()
    var network = try network.initialized(by: recipe.initialization)
    if let convention = recipe.dropout { network = network.dropping(by: convention) }
    try self.init(recipe, network, dataset, ranks, pipeline: nil, progress)
  }

  /// The parts of a resumed run.
  init(resuming state: TrainingState, dataset: Dataset, ranks: any Collective) throws {
    try state.recipe.requireConsistency()
    try self.init(state.recipe, state.network, dataset, ranks, pipeline: state.pipeline) { _, _ in }
  }

  private init(
    _ recipe: Recipe, _ network: Network, _ dataset: Dataset, _ ranks: any Collective,
    pipeline given: PicturePipeline?, _ progress: (_ done: Int, _ of: Int) throws -> Void
  ) throws {
    try Self.require(network, takes: dataset.train)
    let recipe = try recipe.namingLastLayer(of: network)
    frozen = try recipe.frozenLayers(in: network)
    try Self.require(recipe.layers.keys.sorted(), recipe.schedule, in: network)
    let split = DatasetSplit(recipe, of: dataset)
    guard split.trainingCount >= recipe.batch else {
      throw RecipeError(
        "batch",
        "is \(recipe.batch), but there are only \(split.trainingCount) images to train on",
        hint: "\(dataset.name) has \(dataset.train.count), of which "
          + (split.unusedCount > 0
            ? "images_per_class=\(recipe.imagesPerClass ?? 0) leaves out \(split.unusedCount) and "
            : "")
          + "\(split.heldBackCount) are held back for validation")
    }
    if recipe.validation > 0, split.validationCount == 0 {
      throw RecipeError(
        "validation", "is \(NumberFormat.shortest(recipe.validation)), which holds no image back",
        hint: "no class of \(dataset.name) has enough images; validation=0 holds none back")
    }
    (training, validation) = (split.training, split.validation)
    try ranks.requireSame([
      ("data", "\(dataset.name), fingerprint \(dataset.fingerprint.prefix(12))…"),
      ("recipe", recipe.json),
    ])
    pipeline =
      try given ?? recipe.pictures.pipeline(for: training, ranks: ranks, progress: progress)
    let (c, h, w) = pipeline.output
    guard (c, h, w) == (network.input.channels, network.input.height, network.input.width) else {
      let takes = network.input
      throw TrainingError(
        "\(network.name) takes images of \(takes.channels)×\(takes.height)×\(takes.width), "
          + "but the recipe gives \(c)×\(h)×\(w) for \(dataset.name)",
        hint: "set pictures.resize=\(takes.height), or another network")
    }
    var trained = network
    trained.input = pipeline.format(of: network.input)
    trained.labels = training.classNames
    var resolved = recipe
    resolved.network = network.name
    (self.recipe, self.network) = (resolved, trained)
    geometry = try trained.geometry(batch: recipe.batch)
    (datasetName, datasetFingerprint) = (dataset.name, dataset.fingerprint)
  }

  /// The chain must end with a softmax over the data's classes.
  private static func require(_ network: Network, takes set: PictureSet) throws {
    _ = try network.geometry()
    guard network.layers.last?.layer == .softmax, let classes = network.classCount else {
      throw TrainingError(
        "\(network.name) doesn't end with a softmax, which training needs",
        hint: "insert softmax after its last layer")
    }
    guard classes == set.classNames.count else {
      let last = network.layers.last { $0.layer.kind == .linear }
      throw TrainingError(
        "\(network.name) has \(classes) classes, but \(set.name) has "
          + "\(set.classNames.count)",
        hint: last.map { "set \($0.name).outputs \(set.classNames.count)" })
    }
    guard try network.geometry().contains(where: { $0.trainableCount > 0 }) else {
      throw TrainingError("\(network.name) has no parameters to train")
    }
  }

  /// Layers named in the recipe must exist and have parameters.
  private static func require(
    _ names: [String], _ schedule: Schedule, in network: Network
  ) throws {
    let known = try network.geometry().filter { $0.trainableCount > 0 }.map(\.name)
    var named = names.map { (field: "layers.\($0)", layer: $0) }
    if case .steps(let steps) = schedule {
      named += steps.compactMap { step in
        step.layer.map { (field: "schedule.steps", layer: $0) }
      }
    }
    for (field, layer) in named where !known.contains(layer) {
      throw RecipeError(
        field, "names \(layer), but \(network.name) has no layer of that name with parameters",
        hint: Suggestion.didYouMean(layer, among: known, else: "they are"))
    }
  }
}
