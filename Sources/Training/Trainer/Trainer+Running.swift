import Basics
import Datasets
import Layers
import Networks
import Parallel
import Splitting
import Synchronization
import Tensors

extension Trainer {
  /// Trains until all epochs are done, the run is cancelled, or it diverges.
  ///
  /// - Parameters:
  ///   - cancellation: once set on any rank, the current step is finished and all ranks stop.
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
      batch: recipe.batch, shards: shards, seed: recipe.seed, from: (epoch: epoch, step: step),
      through: epoch + 1,
      depth: BatchQueue.depth(of: network.input.shape(batch: recipe.batch / shards.count)))
    var meter = StepMeter()
    while step < stepsPerEpoch {
      meter.begin()
      let rate = self.rate
      guard let report = try makeStep(queue, cancellation) else { return .cancelled }
      if let loss = report.brokenLoss { return .diverged(divergence(loss: loss, rate: rate)) }
      sums.loss += report.loss
      sums.correct += report.correct
      sums.topFive? += report.topFive
      step += 1
      sums.seconds += meter.tick()
      try observer(.step(record(report.loss, report.correct, rate, meter)))
    }
    return nil
  }

  /// One step: forward, loss and backward for each of this rank's shards, the sum of all gradients,
  /// update. A NaN or excessive loss, or an image that can't be read, on any rank updates nothing.
  ///
  /// - Throws: `ImageError` on every rank if one of them can't read an image.
  /// - Returns: nil if the run was cancelled on any rank before the step.
  private func makeStep(
    _ queue: BatchQueue, _ cancellation: Cancellation
  ) throws -> RankReport? {
    let before = ranks.traffic
    defer { traffic = traffic + (ranks.traffic - before) }
    if anyRank(cancellation.isCancelled) { return nil }
    var (report, gradients, labels) = (RankReport(), ShardSum(), [Int]())
    do {
      if shardPlans.isEmpty {
        labels = try computeInTurn(queue, &report, &gradients)
      } else {
        try computeTogether(queue, &report, &gradients)
      }
    } catch let error as ImageError {
      report.failure = error
    }
    if mode == .columns, !ranks.isFirst { report.forgetResults() }
    let total = report.total(over: ranks)
    if let failure = total.failure { throw failure }
    guard total.brokenLoss == nil else { return total }
    try sumGradients(&gradients, labels)
    rules.set(at: place, state: schedule)
    plan.update(rules.rules)
    return total
  }

  /// Runs the last backward pass, if it's still to come, and turns this rank's gradients into the batch's.
  private func sumGradients(_ gradients: inout ShardSum, _ labels: [Int]) throws {
    let scale = 1 / Float(shards.count)
    if let split {
      for layer in split.whole.reversed() {
        split.withParameterGradients(of: layer) { ranks.sum($0, scale: 1) }
      }
    } else if shardPlans.isEmpty, ranks.sendsMessages, let plan = plan as? any GradientStreamingPlan
    {
      // The fully connected layers' gradients come first, and are most of the bytes.
      traffic.seconds -= try BackgroundSums(ranks, scale: scale).sum { add in
        try plan.backward(labels: labels) { gradient in
          gradients.complete(gradient)
          add(gradient)
        }
      }
    } else {
      if shardPlans.isEmpty { try plan.backward(labels: labels, cancellation: .never) }
      if shards.count > 1 {
        plan.forEachGradient { gradient in
          gradients.complete(gradient)
          ranks.sum(gradient, scale: scale)
        }
      }
    }
  }

  /// Forward, loss and backward for this rank's shards one after the other, without the last backward pass.
  ///
  /// - Returns: the last shard's labels.
  private func computeInTurn(
    _ queue: BatchQueue, _ report: inout RankReport, _ gradients: inout ShardSum
  ) throws -> [Int] {
    var labels: [Int] = []
    for shard in shards.own {
      labels = try takeBatch(queue, plan, shard: shard)
      try plan.forward(cancellation: .never)
      report.add(result(of: plan, labels))
      plan.clearGradients()
      guard report.brokenLoss == nil, shard < shards.own.upperBound - 1 else { continue }
      try plan.backward(labels: labels, cancellation: .never)
      gradients.add(plan)
    }
    return labels
  }

  /// Forward, loss and backward for all of this rank's shards side by side.
  private func computeTogether(
    _ queue: BatchQueue, _ report: inout RankReport, _ gradients: inout ShardSum
  ) throws {
    var (labels, failure) = ([[Int]](), ImageError?.none)
    do {
      for (plan, shard) in zip(shardPlans, shards.own) {
        labels.append(try takeBatch(queue, plan, shard: shard))
      }
    } catch let error as ImageError {
      failure = error
    }
    // The others' sums would wait for this rank.
    let isStopped = anyRank(failure != nil)
    if let failure { throw failure }
    guard !isStopped else { return }
    for other in shardPlans.dropLast() {
      for layer in geometry where !layer.parameters.isEmpty {
        other.setParameters(plan.parameters(of: layer.index), of: layer.index)
      }
    }
    // Only the thread whose turn it is uses them.
    nonisolated(unsafe) let plans = shardPlans
    nonisolated(unsafe) let trainer = self
    let all = labels
    let results = Mutex([RankReport](repeating: RankReport(), count: plans.count))
    try lockstep.run { shard in
      let plan = plans[shard]
      (plan as? SplitPlan)?.setLabels(all[shard])
      try plan.forward(cancellation: .never)
      let result = trainer.result(of: plan, all[shard])
      results.withLock { $0[shard] = result }
      plan.clearGradients()
      // Even if the loss is broken, as other ranks don't know that yet.
      try plan.backward(labels: all[shard], cancellation: .never)
    }
    for result in results.withLock({ $0 }) { report.add(result) }
    guard report.brokenLoss == nil else { return }
    for other in plans.dropLast() { gradients.add(other) }
  }

  /// Gives a plan the next batch and the masks of a shard.
  ///
  /// - Returns: the labels.
  private func takeBatch(_ queue: BatchQueue, _ plan: any Plan, shard: Int) throws -> [Int] {
    guard let batch = try queue.next() else {
      preconditionFailure("The queue ended at epoch \(epoch), step \(step).")
    }
    let own = step * shards.own.count + shard - shards.own.lowerBound
    precondition(
      batch.epoch == epoch && batch.step == own,
      "The queue is at epoch \(batch.epoch), batch \(batch.step), the run at \(epoch), \(own).")
    for index in masks.indices {
      // A layer that is split takes the mask of the whole batch.
      let isWhole = split.map { !$0.whole.contains(masks[index].layer) } ?? false
      masks[index].masks.fill(
        &masks[index].tensor, step: place.step,
        from: isWhole ? 0 : shard * masks[index].tensor.count)
      plan.setMask(masks[index].tensor, of: masks[index].layer)
    }
    plan.setInput(batch.input)
    let labels = batch.labels
    queue.recycle(batch)
    return labels
  }

  /// The loss and the counts of one shard after its forward pass.
  private func result(of plan: any Plan, _ labels: [Int]) -> RankReport {
    let loss = plan.loss(labels: labels)
    guard let output = plan.output(of: plan.layers.count - 1) else {
      preconditionFailure("A plan keeps its last output.")
    }
    var report = RankReport()
    report.losses = [loss]
    report.correct = Self.correct(output, labels: labels)
    if countsTopFive { report.topFive = TopFive.count(output, labels: labels) }
    return report
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
