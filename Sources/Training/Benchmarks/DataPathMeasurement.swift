import Basics
import Datasets
import Tensors

/// Measures how fast images reach a network: the batches alone, and training on them next to
/// training on images that are in memory.
package struct DataPathMeasurement {
  /// The results.
  package struct Figures: Sendable {
    /// Images per second that become batches while nothing else runs.
    package var path = 0.0
    /// The same per second of processor time: per core that is busy with it.
    package var pathPerCore = 0.0
    /// Images per second in training on the set, for each round.
    package var streamed: [Double] = []
    /// The same for images in memory, measured in turn.
    package var memory: [Double] = []

    /// None yet.
    package init() {}
  }

  private let set: PictureSet
  private let pipeline: PicturePipeline
  private let batch: Int
  private let depth = 3

  /// A measurement.
  ///
  /// - Parameters:
  ///   - set: the images, at least one batch of them.
  ///   - pipeline: how they are prepared.
  ///   - batch: images in a batch.
  package init(_ set: PictureSet, pipeline: PicturePipeline, batch: Int) {
    precondition((1...set.count).contains(batch), "A batch is made of the set's images.")
    (self.set, self.pipeline, self.batch) = (set, pipeline, batch)
  }

  /// Times the batches alone.
  ///
  /// - Parameters:
  ///   - images: about how many are prepared; at least one batch more than the queue holds.
  ///   - figures: gets the result.
  ///   - cancellation: polled after each batch.
  /// - Throws: `ImageError` if an image can't be read; `Cancelled`.
  package func measurePath(
    images: Int, _ figures: inout Figures, cancellation: Cancellation
  ) throws {
    let queue = self.queue(set)
    // When a batch is taken, the next ones are under way: times are from one to another.
    _ = try next(queue, cancellation)
    let (start, processor) = (ContinuousClock.now, ResourceUsage().processorSeconds)
    let count = max(1, images / batch)
    for _ in 0..<count { _ = try next(queue, cancellation) }
    let total = Double(count * batch)
    figures.path = total / (start.duration(to: .now) / .seconds(1))
    figures.pathPerCore = total / (ResourceUsage().processorSeconds - processor)
  }

  /// Times training on the set and on images in memory, in turn.
  ///
  /// - Parameters:
  ///   - rounds: how often each is measured.
  ///   - steps: the steps of a round, after as many as the queue holds batches.
  ///   - figures: gets the results.
  ///   - cancellation: polled after each batch.
  ///   - report: called before each round with its number.
  ///   - step: trains on a batch.
  /// - Throws: `ImageError` if an image can't be read; `Cancelled`; errors of `step`.
  package func measureTraining(
    rounds: Int, steps: Int, _ figures: inout Figures, cancellation: Cancellation,
    report: (Int) -> Void, step: (BatchQueue.Batch) throws -> Void
  ) throws {
    let streamed = queue(set)
    let memory = queue(try inMemory())
    for round in 0..<rounds {
      report(round)
      figures.streamed.append(try rate(streamed, steps, cancellation, step))
      figures.memory.append(try rate(memory, steps, cancellation, step))
    }
  }

  /// Images per second of some steps, after the batches that were prepared while another queue was
  /// in use.
  private func rate(
    _ queue: BatchQueue, _ steps: Int, _ cancellation: Cancellation,
    _ step: (BatchQueue.Batch) throws -> Void
  ) throws -> Double {
    var start = ContinuousClock.now
    for number in 0...(depth + steps) {
      if number == depth + 1 { start = .now }
      let batch = try next(queue, cancellation)
      try step(batch)
      queue.recycle(batch)
    }
    return Double(steps * batch) / (start.duration(to: .now) / .seconds(1))
  }

  private func next(
    _ queue: BatchQueue, _ cancellation: Cancellation
  ) throws -> BatchQueue.Batch {
    try cancellation.check()
    guard let batch = try queue.next() else { preconditionFailure("The epochs don't end.") }
    return batch
  }

  private func queue(_ set: PictureSet) -> BatchQueue {
    BatchQueue(set, pipeline: pipeline, batch: batch, seed: 1, through: 1 << 30, depth: depth)
  }

  /// A few batches of the images, decoded.
  private func inMemory() throws(ImageError) -> PictureSet {
    let count = min(set.count, 4 * batch)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count * set.sampleCount)
    for index in 0..<count { pixels += try set.samples(index) }
    return PictureSet(
      name: set.name, classNames: set.classNames, channels: set.channels, height: set.height,
      width: set.width, pixels: pixels, labels: Array(set.labels[..<count]))
  }
}
