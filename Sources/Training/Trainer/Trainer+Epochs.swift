import Datasets
import Layers
import Networks
import Tensors

extension Trainer {
  /// Networks up to this many parameters keep a second copy, so that validation starts at once;
  /// larger ones copy them for each validation and free the copy afterwards.
  static let mostKeptTwice = 10_000_000

  /// The size of validation batches: the training batch, or an eighth of it if a second plan of that
  /// size would raise the memory by more than half.
  private var validationBatch: Int {
    // The same for any number of ranks, like everything that affects the results.
    network.input.shape(batch: recipe.batch).count > BatchQueue.large
      ? max(1, recipe.batch / 8) : recipe.batch
  }

  /// Validates and closes the epoch whose steps are done; nil if the run continues.
  func closeEpoch(
    _ cancellation: Cancellation, _ observer: (TrainingEvent) throws -> Void
  ) throws -> TrainingOutcome? {
    if anyRank(cancellation.isCancelled) { return .cancelled }
    if let parameter = firstBrokenParameter() {
      return .diverged(divergence(parameter: parameter))
    }
    let start = ContinuousClock.now
    var seen: Evaluation?
    var isCancelled = false
    do {
      seen = try validate(cancellation, observer)
    } catch is Cancelled {
      isCancelled = true
    }
    if anyRank(isCancelled) { return .cancelled }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let pictures = stepsPerEpoch * recipe.batch
    let record = EpochRecord(
      epoch: epoch + 1, trainLoss: sums.loss / Double(stepsPerEpoch),
      trainAccuracy: Double(sums.correct) / Double(pictures),
      trainTopFive: sums.topFive.map { Double($0) / Double(pictures) },
      validationLoss: seen?.loss, validationAccuracy: seen?.accuracy,
      validationTopFive: countsTopFive ? seen?.topFiveAccuracy : nil, rate: rate(step: step - 1),
      seconds: sums.seconds + seconds,
      imagesPerSecond: Double(pictures) / max(sums.seconds, 1e-9))
    if let loss = seen?.loss, !loss.isFinite {
      return .diverged(divergence(validationLoss: loss))
    }
    var isBest = false
    if let seen {
      recipe.schedule.advance(&schedule, validationError: 1 - seen.accuracy)
      isBest = best.map { seen.accuracy > $0.accuracy } ?? true
      if isBest { best = BestEpoch(epoch: epoch + 1, accuracy: seen.accuracy) }
    }
    history.append(record)
    (epoch, step, sums) = (epoch + 1, 0, EpochSums(countingTopFive: countsTopFive))
    try observer(.epoch(record, isBest: isBest))
    return stalled().map { .diverged($0) }
  }

  /// Whether this holds on any rank. All must ask at the same time.
  package func anyRank(_ holds: Bool) -> Bool {
    ranks.gather([holds ? 1 : 0]).contains([1])
  }

  /// Classifies the validation images with the current network.
  private func validate(
    _ cancellation: Cancellation, _ observer: (TrainingEvent) throws -> Void
  ) throws -> Evaluation? {
    guard let validation else { return nil }
    let evaluator =
      try self.evaluator
      ?? NetworkEvaluator(network, engine: engine, batch: validationBatch, pipeline: pipeline)
    evaluator.takeParameters(from: plan)
    if geometry.reduce(0, { $0 + $1.parameterCount }) <= Self.mostKeptTwice {
      self.evaluator = evaluator
    }
    return try evaluator.evaluate(
      validation, crops: .center, ranks: ranks, cancellation: cancellation
    ) {
      try observer(.validating(done: $0, of: $1))
    }
  }

  /// The name of the first parameter that isn't finite.
  private func firstBrokenParameter() -> String? {
    for layer in geometry where !layer.parameters.isEmpty {
      for (parameter, tensor) in zip(layer.parameters, plan.parameters(of: layer.index))
      where !tensor.isFinite {
        return layer.name(of: parameter)
      }
    }
    return nil
  }

  /// Whether every parameter is a finite number.
  var parametersAreFinite: Bool { firstBrokenParameter() == nil }
}

extension Tensor {
  /// Whether every element is a finite number.
  var isFinite: Bool {
    withUnsafeBufferPointer { values in
      // x · 0 is 0 for finite x, else NaN, which stays in the sum.
      var sum: Float = 0
      for value in values { sum += value * 0 }
      return sum == 0
    }
  }
}
