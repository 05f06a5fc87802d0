import Basics
import Datasets
import Layers
import Networks
import Tensors

/// Runs a study: for each seed, every arm, so that a stopped study can still be compared in pairs.
package struct ExperimentRunner {
  /// One training run of the study.
  package struct Place: Hashable, Sendable {
    /// Its number among all runs of the study, from 1.
    package var number: Int
    /// The number of runs.
    package var count: Int
    /// The arm's name.
    package var arm: String
    /// The seed.
    package var seed: UInt64
    /// The learning rate of weights.
    package var rate: Double
    /// Whether it only serves to choose a learning rate.
    package var isTrial: Bool
  }

  /// What a study reports while it runs.
  package enum Event: Sendable {
    /// An event of a training run.
    case training(Place, TrainingEvent)
    /// This many of the test images are done.
    case testing(Place, done: Int, of: Int)
    /// A run is done.
    case done(Place, ExperimentRun)
  }

  /// The results so far.
  package private(set) var results: ExperimentResults

  private let dataset: Dataset
  private let engine: any Engine
  private let arms: [PreparedArm]

  /// An arm with its network and recipe.
  private struct PreparedArm {
    var name: String
    var network: Network
    var recipe: Recipe
  }

  /// Ends a run before its last epoch.
  private struct Enough: DescribedError {
    var kind: ErrorKind { .internal }
    var message: String { "the run has enough epochs" }
  }

  /// Added to the seed in runs that only choose a learning rate.
  static let trialSeedOffset: UInt64 = 1_000

  /// A study, ready to run.
  ///
  /// - Parameters:
  ///   - experiment: the study.
  ///   - budget: the budget of every arm.
  ///   - seed: the first seed; the others follow it.
  ///   - dataset: the images; the budget may use only a part of them.
  ///   - engine: the engine.
  ///   - threads: the number of threads, for the record.
  /// - Throws: `RecipeError`, `EditError`, `TrainingError` or `NetworkShapeError` if something doesn't
  ///   fit, before any work.
  package init(
    _ experiment: Experiment, budget: Experiment.Budget, seed: UInt64, dataset: Dataset,
    engine: any Engine, threads: Int
  ) throws {
    try Self.require(budget, seed: seed)
    var recipe = experiment.recipe
    recipe.network = experiment.network
    recipe.epochs = budget.epochs
    let network = try experiment.edits.reduce(recipe.zooNetwork(for: dataset)) {
      try $0.applying($1)
    }
    let size = dataset.train.size
    guard (size.channels, size.height, size.width) == (3, 32, 32) else {
      throw TrainingError(
        "the studies' networks take images of 3×32×32, but \(dataset.name) has "
          + "\(size.channels)×\(size.height)×\(size.width)",
        hint: "--data cifar10, or --data shapes")
    }
    var parameters: [String: Int] = [:]
    arms = try experiment.arms.map { arm in
      let network = try arm.edits.reduce(network) { try $0.applying($1) }
      let recipe = try arm.changes.reduce(recipe) { try $0.setting($1.field, to: $1.value) }
      try recipe.requireConsistency()
      parameters[arm.name] = try network.geometry().reduce(0) { $0 + $1.parameterCount }
      return PreparedArm(name: arm.name, network: network, recipe: recipe)
    }
    let fingerprint = dataset.fingerprint
    self.dataset = Dataset(
      name: dataset.name, train: dataset.train.part(budget.pictures, seed: seed),
      test: dataset.test.part(budget.testPictures, seed: seed))
    self.engine = engine
    results = ExperimentResults(
      experiment: experiment, budget: budget,
      seeds: (0..<UInt64(budget.seeds)).map { seed + $0 }, datasetName: dataset.name,
      datasetFingerprint: fingerprint, pictures: self.dataset.train.count,
      testPictures: self.dataset.test.count, classes: dataset.train.classNames.count,
      parameters: parameters, engine: engine.title, threads: threads)
  }

  private static func require(_ budget: Experiment.Budget, seed: UInt64) throws {
    for (field, value, least) in [
      ("seeds", budget.seeds, 1), ("epochs", budget.epochs, 1),
      ("pictures", budget.pictures ?? 1, 1), ("test images", budget.testPictures ?? 1, 1),
    ] where value < least {
      throw RecipeError(field, "takes a whole number from \(least), not \(value)")
    }
    guard budget.seeds <= 1000, seed <= UInt64(Int.max) - 2 * trialSeedOffset else {
      throw RecipeError("seeds", "takes at most 1000, and a first seed small enough for all to fit")
    }
  }

  /// The total number of runs.
  package var count: Int {
    arms.count * (results.budget.rates.count + results.seeds.count)
  }

  /// Runs what is left of the study.
  ///
  /// - Parameters:
  ///   - cancellation: once set, the current run is dropped.
  ///   - observer: called with each event; an error that it throws ends the study.
  /// - Returns: whether the study is complete.
  package mutating func run(
    cancellation: Cancellation = .never, observer: (Event, ExperimentResults) throws -> Void
  ) throws -> Bool {
    for arm in arms where !results.budget.rates.isEmpty {
      guard try chooseRate(of: arm, cancellation, observer) else { return false }
    }
    for seed in results.seeds {
      for arm in arms
      where !results.runs.contains(where: { $0.arm == arm.name && $0.seed == seed }) {
        let place = Place(
          number: results.trials.count + results.runs.count + 1, count: count, arm: arm.name,
          seed: seed, rate: results.chosenRates[arm.name] ?? arm.recipe.rate, isTrial: false)
        guard let run = try train(arm, place, most: nil, cancellation, observer) else {
          return false
        }
        results.runs.append(run)
        try observer(.done(place, run), results)
      }
    }
    return true
  }

  /// Tries every rate of the budget once, each no longer than the best so far took.
  private mutating func chooseRate(
    of arm: PreparedArm, _ cancellation: Cancellation,
    _ observer: (Event, ExperimentResults) throws -> Void
  ) throws -> Bool {
    var best: (rate: Double, score: RateScore)?
    for rate in results.budget.rates {
      if let known = results.trials.first(where: { $0.arm == arm.name && $0.rate == rate }) {
        let score = RateScore(epochs: results.value(of: known), run: known)
        if score.isBetter(than: best?.score) { best = (rate, score) }
        continue
      }
      let place = Place(
        number: results.trials.count + 1, count: count, arm: arm.name,
        seed: results.seeds[0] + Self.trialSeedOffset, rate: rate, isTrial: true)
      let most = best?.score.epochs.map { Int(clamping: $0.rounded(.up)) }
      guard let run = try train(arm, place, most: most, cancellation, observer) else {
        return false
      }
      results.trials.append(run)
      let score = RateScore(epochs: results.value(of: run), run: run)
      if score.isBetter(than: best?.score) { best = (rate, score) }
      results.chosenRates[arm.name] = best?.rate
      try observer(.done(place, run), results)
    }
    return true
  }

  /// Trains one network; nil if it was cancelled.
  private func train(
    _ arm: PreparedArm, _ place: Place, most: Int?, _ cancellation: Cancellation,
    _ observer: (Event, ExperimentResults) throws -> Void
  ) throws -> ExperimentRun? {
    do {
      return try trained(arm, place, most: most, cancellation, observer)
    } catch is Cancelled {
      return nil
    }
  }

  private func trained(
    _ arm: PreparedArm, _ place: Place, most: Int?, _ cancellation: Cancellation,
    _ observer: (Event, ExperimentResults) throws -> Void
  ) throws -> ExperimentRun {
    let start = ContinuousClock.now
    var recipe = arm.recipe
    // Bias rates keep their ratio to weight rates.
    recipe.biasRate *= place.rate / recipe.rate
    (recipe.rate, recipe.seed) = (place.rate, place.seed)
    let trainer = try Trainer(
      network: arm.network, engine: engine, dataset: dataset, recipe: recipe,
      threads: results.threads, cancellation: cancellation)
    // The verdict is on the whole budget, and some networks begin to learn late.
    trainer.endsWhenStuck = false
    var run = ExperimentRun(
      arm: arm.name, seed: place.seed, rate: place.rate, epochs: [], seconds: 0)
    var parametersAreFinite = true
    do {
      let outcome = try trainer.run(cancellation: cancellation) { event in
        try observer(.training(place, event), results)
        guard case .epoch = event else { return }
        run.epochs = trainer.history
        if isEnough(run, most: most) { throw Enough() }
      }
      switch outcome {
      case .finished: break
      case .cancelled: throw Cancelled()
      case .diverged(let divergence):
        run.divergence = divergence.reason
        parametersAreFinite = divergence.parametersAreFinite
      }
    } catch is Enough {}
    if case .testError = results.experiment.measure, parametersAreFinite {
      let seen = try Evaluation.evaluate(
        trainer.network, parameters: trainer.snapshot().parameters, on: dataset.test,
        pipeline: trainer.pipeline, crops: recipe.crops, engine: engine, cancellation: cancellation
      ) { try observer(.testing(place, done: $0, of: $1), results) }
      run.testError = 1 - seen.accuracy
    }
    run.seconds = (ContinuousClock.now - start) / .seconds(1)
    return run
  }

  /// Whether a run can stop: it has reached what is measured, or it is a trial that has taken
  /// as long as a better one.
  private func isEnough(_ run: ExperimentRun, most: Int?) -> Bool {
    if let most, run.epochs.count >= most { return true }
    guard case .epochs(let target) = results.experiment.measure else { return false }
    return results.epochs(of: run, to: target) != nil
  }
}

/// How well a learning rate did: by the epochs it took, or else by the error it reached.
private struct RateScore {
  var epochs: Double?
  var error: Double

  init(epochs: Double?, run: ExperimentRun) {
    self.epochs = epochs
    error = run.divergence == nil ? run.testError ?? run.trainingError ?? 1 : 1
  }

  func isBetter(than other: RateScore?) -> Bool {
    guard let other else { return true }
    switch (epochs, other.epochs) {
    case (let own?, let others?): return own < others
    case (_?, nil): return true
    case (nil, _?): return false
    case (nil, nil): return error < other.error
    }
  }
}

extension PictureSet {
  /// At most this many images, equally from each class; all if there aren't more.
  fileprivate func part(_ most: Int?, seed: UInt64) -> PictureSet {
    guard let most, most < count else { return self }
    return subset(Split.stratified(labels: labels, validation: most, seed: seed).validation)
  }
}
