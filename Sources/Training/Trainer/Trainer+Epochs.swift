import Datasets
import Layers
import Networks
import Tensors

extension Trainer {
  /// Parameters of networks up to this many are kept twice, so that validation begins at once; larger
  /// ones are copied for each validation and given up after it.
  static let mostKeptTwice = 10_000_000

  /// How many pictures are looked at together: as many as are learned from, or an eighth where those
  /// are so large that a second plan for as many would take half as much memory again.
  private var validationBatch: Int {
    network.input.shape(batch: recipe.batch).count > BatchQueue.large
      ? max(1, recipe.batch / 8) : recipe.batch
  }

  /// Validates and closes the epoch whose steps are done; nil where the run goes on.
  func closeEpoch(
    _ cancellation: Cancellation, _ observer: (TrainingEvent) throws -> Void
  ) throws -> TrainingOutcome? {
    if cancellation.isCancelled { return .cancelled }
    if let parameter = firstBrokenParameter() {
      return .diverged(divergence(parameter: parameter))
    }
    let start = ContinuousClock.now
    let seen: Evaluation?
    do {
      seen = try validate(cancellation, observer)
    } catch is Cancelled {
      return .cancelled
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let pictures = stepsPerEpoch * recipe.batch
    step -= 1
    let lastRate = rate
    step += 1
    let record = EpochRecord(
      epoch: epoch + 1, trainLoss: sums.loss / Double(stepsPerEpoch),
      trainAccuracy: Double(sums.correct) / Double(pictures), validationLoss: seen?.loss,
      validationAccuracy: seen?.accuracy, rate: lastRate, seconds: sums.seconds + seconds,
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
    (epoch, step, sums) = (epoch + 1, 0, EpochSums())
    try observer(.epoch(record, isBest: isBest))
    return fruitless().map { .diverged($0) }
  }

  /// Looks at the pictures that were held back, as the network stands.
  private func validate(
    _ cancellation: Cancellation, _ observer: (TrainingEvent) throws -> Void
  ) throws -> Evaluation? {
    guard let validation else { return nil }
    let evaluator =
      try self.evaluator
      ?? Evaluator(network, engine: engine, batch: validationBatch, pipeline: pipeline)
    evaluator.takeParameters(from: plan)
    if geometry.reduce(0, { $0 + $1.parameterCount }) <= Self.mostKeptTwice {
      self.evaluator = evaluator
    }
    return try evaluator.evaluate(validation, views: .center, cancellation: cancellation) {
      try observer(.validating(done: $0, of: $1))
    }
  }

  /// The name of the first parameter that holds a number that is none.
  private func firstBrokenParameter() -> String? {
    for layer in geometry where !layer.parameters.isEmpty {
      for (parameter, tensor) in zip(layer.parameters, plan.parameters(of: layer.index))
      where !tensor.isFinite {
        return "\(layer.name).\(parameter.name)"
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
