import Tensors

/// Fills batches: the same numbers for the same epoch and step, in any order of calls.
struct BatchMaker: Sendable {
  /// The order of the images.
  enum Order: Sendable {
    /// For training.
    case shuffled(seed: UInt64)
    /// For a test: this many crops of a batch, then the next batch.
    case sequential(crops: Int)
  }

  private let set: PictureSet
  private let pipeline: PicturePipeline
  private let size: Int
  private let order: Order
  private var permutation: (epoch: Int, indices: [Int]) = (-1, [])

  init(_ set: PictureSet, _ pipeline: PicturePipeline, size: Int, order: Order) {
    precondition(set.size == pipeline.source, "The pipeline is for images of another size.")
    (self.set, self.pipeline, self.size, self.order) = (set, pipeline, size, order)
  }

  /// A batch of zeros.
  func empty() -> BatchQueue.Batch {
    let output = pipeline.output
    return BatchQueue.Batch(
      input: Tensor(zeros: [size, output.channels, output.height, output.width]),
      labels: [Int](repeating: 0, count: size), count: size, epoch: 0, step: 0, first: 0, view: 0)
  }

  /// Whether a batch that was given back belongs to this queue.
  func canFill(_ batch: BatchQueue.Batch) -> Bool {
    let output = pipeline.output
    return batch.input.shape == [size, output.channels, output.height, output.width]
      && batch.labels.count == size
  }

  /// Fills a batch.
  ///
  /// - Parameter isWanted: called before each image.
  /// - Returns: whether the batch is complete; false if it was no longer wanted.
  mutating func fill(
    _ batch: inout BatchQueue.Batch, epoch: Int, step: Int, while isWanted: () -> Bool
  ) -> Bool {
    (batch.epoch, batch.step) = (epoch, step)
    switch order {
    case .shuffled(let seed):
      if permutation.epoch != epoch {
        permutation = (epoch, Self.shuffled(set.count, seed: seed, epoch: epoch))
      }
      let (first, indices) = (step * size, permutation.indices)
      let draws = UInt64(epoch) &* UInt64(set.count)
      let chunk = pipeline.options.cropChunk
      (batch.count, batch.first, batch.view) = (size, first, 0)
      return fill(&batch, while: isWanted) { place, output in
        let index = indices[first + place]
        pipeline.training(
          set, index, seed: seed, draw: draws &+ UInt64(index),
          place: chunk == 1 ? nil : draws &+ UInt64((first + place) / chunk), into: output)
        return index
      }
    case .sequential(let crops):
      let (first, view) = (step / crops * size, step % crops)
      (batch.count, batch.first, batch.view) = (min(size, set.count - first), first, view)
      return fill(&batch, while: isWanted) { place, output in
        let index = min(first + place, set.count - 1)
        pipeline.test(set, index, view: view, into: output)
        return index
      }
    }
  }

  private func fill(
    _ batch: inout BatchQueue.Batch, while isWanted: () -> Bool,
    picture: (Int, UnsafeMutableBufferPointer<Float>) -> Int
  ) -> Bool {
    let labels = set.labels
    var indices = batch.labels
    batch.labels = []
    defer { batch.labels = indices }
    return batch.input.withUnsafeMutableBufferPointer { values in
      let count = values.count / size
      for place in 0..<size {
        guard isWanted() else { return false }
        let index = picture(
          place,
          UnsafeMutableBufferPointer(rebasing: values[(place * count)..<((place + 1) * count)]))
        indices[place] = Int(labels[index])
      }
      return true
    }
  }

  /// The order of an epoch: Fisher and Yates's shuffle, with draws from `CounterRandom("shuffle",
  /// seed)` starting at epoch · N.
  static func shuffled(_ count: Int, seed: UInt64, epoch: Int) -> [Int] {
    let random = CounterRandom("shuffle", seed: seed)
    let draws = UInt64(epoch) &* UInt64(count)
    var indices = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) {
      indices.swapAt(i, random.below(i + 1, draws &+ UInt64(i)))
    }
    return indices
  }
}
