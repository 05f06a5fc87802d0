import Basics
import Datasets
import Layers
import Networks
import Tensors

extension Trainer {
  /// Trains until all epochs are done, the run is cancelled, or it diverges.
  ///
  /// - Parameters:
  ///   - cancellation: once set, the current step is finished and the run stops.
  ///   - observer: called with each step and epoch; an error that it throws ends the run between
  ///     two steps.
  /// - Throws: `ImageError` between two steps if an image of the next one can't be read.
  /// - Returns: how it ended. A cancelled run can be continued.
  package func run(
    cancellation: Cancellation = .never, observer: (TrainingEvent) throws -> Void = { _ in }
  ) throws -> TrainingOutcome {
    while epoch < recipe.epochs {
      if let outcome = try makeSteps(cancellation, observer) { return outcome }
      if let outcome = try closeEpoch(cancellation, observer) { return outcome }
    }
    return .finished
  }

  /// Runs the remaining steps of the epoch; returns nil when they are done. Prepared batches are
  /// freed at the end, so that validation can use their memory.
  private func makeSteps(
    _ cancellation: Cancellation, _ observer: (TrainingEvent) throws -> Void
  ) throws -> TrainingOutcome? {
    guard step < stepsPerEpoch else { return nil }
    let queue = BatchQueue(
      training,
      pipeline: recipe.pictures.isNoisy(epoch: epoch) ? pipeline : try pipeline.withoutColorNoise(),
      batch: recipe.batch, seed: recipe.seed, from: (epoch: epoch, step: step), through: epoch + 1,
      depth: BatchQueue.depth(of: network.input.shape(batch: recipe.batch)))
    var meter = StepMeter()
    while step < stepsPerEpoch {
      if cancellation.isCancelled { return .cancelled }
      meter.begin()
      guard let batch = try queue.next() else {
        preconditionFailure("The queue ended at epoch \(epoch), step \(step).")
      }
      let rate = self.rate
      let (loss, correct, topFive) = try makeStep(batch)
      queue.recycle(batch)
      guard Self.canGoOn(after: loss) else {
        return .diverged(divergence(loss: loss, rate: rate))
      }
      sums.loss += loss
      sums.correct += correct
      sums.topFive? += topFive
      step += 1
      sums.seconds += meter.tick()
      try observer(.step(record(loss, correct, rate, meter)))
    }
    return nil
  }

  /// One step: forward, loss, backward, reduction, update. A NaN or excessive loss
  /// updates nothing.
  private func makeStep(
    _ batch: BatchQueue.Batch
  ) throws -> (loss: Double, correct: Int, topFive: Int) {
    precondition(
      batch.epoch == epoch && batch.step == step,
      "The queue is at epoch \(batch.epoch), step \(batch.step), the run at \(epoch), \(step).")
    let place = self.place
    for index in masks.indices {
      masks[index].masks.fill(&masks[index].tensor, step: place.step)
      plan.setMask(masks[index].tensor, of: masks[index].layer)
    }
    plan.setInput(batch.input)
    try plan.forward(cancellation: .never)
    let loss = plan.loss(labels: batch.labels)
    guard let output = plan.output(of: plan.layers.count - 1) else {
      preconditionFailure("A plan keeps its last output.")
    }
    let correct = Self.correct(output, labels: batch.labels)
    let topFive = countsTopFive ? TopFive.count(output, labels: batch.labels) : 0
    guard Self.canGoOn(after: loss) else { return (loss, correct, topFive) }
    plan.clearGradients()
    try plan.backward(labels: batch.labels, cancellation: .never)
    try reduction.reduce(plan)
    rules.set(at: place, state: schedule)
    plan.update(rules.rules)
    return (loss, correct, topFive)
  }

  private func record(
    _ loss: Double, _ correct: Int, _ rate: Double, _ meter: StepMeter
  ) -> StepRecord {
    let left = recipe.epochs * stepsPerEpoch - place.step
    let perStep = meter.seconds / Double(meter.steps)
    return StepRecord(
      epoch: epoch + 1, epochs: recipe.epochs, step: step, steps: stepsPerEpoch, loss: loss,
      accuracy: Double(correct) / Double(recipe.batch), epochLoss: sums.loss / Double(step),
      epochAccuracy: Double(sums.correct) / Double(step * recipe.batch), rate: rate,
      imagesPerSecond: Double(recipe.batch) / max(perStep, 1e-9),
      secondsLeft: Double(left) * perStep)
  }

  /// How many rows of the output are largest at their label. Of equal outputs the first counts;
  /// rows with NaN don't count.
  static func correct(_ output: Tensor, labels: [Int]) -> Int {
    let classes = output.shape.c
    return output.withUnsafeBufferPointer { p in
      labels.indices.count { n in
        let row = p[(n * classes)..<((n + 1) * classes)]
        guard let largest = row.indexOfLargest else { return false }
        return !row[largest].isNaN && largest - row.startIndex == labels[n]
      }
    }
  }
}

/// Measures how long steps take.
struct StepMeter {
  private var start = ContinuousClock.now
  /// The seconds of all steps.
  private(set) var seconds = 0.0
  /// The number of steps.
  private(set) var steps = 0

  /// A step starts.
  mutating func begin() { start = ContinuousClock.now }

  /// A step is done; returns how long it took.
  mutating func tick() -> Double {
    let took = (ContinuousClock.now - start) / .seconds(1)
    (seconds, steps) = (seconds + took, steps + 1)
    return took
  }
}
