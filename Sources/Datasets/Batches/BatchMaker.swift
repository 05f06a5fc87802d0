import Tensors

/// Fills batches: the same numbers for the same epoch and step, in any order of calls and on any
/// number of threads.
struct BatchMaker: Sendable {
  /// The order of the images.
  enum Order: Sendable {
    /// For training.
    case shuffled(seed: UInt64, shards: Shards = .whole)
    /// For a test: this many crops of a batch, then the next batch.
    case sequential(crops: Int)
  }

  private let set: PictureSet
  private let pipeline: PicturePipeline
  private let size: Int
  private let order: Order
  private var permutation: (epoch: Int, indices: [UInt32]) = (-1, [])
  /// The decoded images of a test's batch, of which several crops are shown.
  private var decoded: (first: Int, pixels: [UInt8], leftOut: [Int]) = (-1, [], [])

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
  /// - Throws: `ImageError` for the first of its images, in order, that can't be read and isn't left
  ///   out.
  mutating func fill(
    _ batch: inout BatchQueue.Batch, epoch: Int, step: Int, while isWanted: @Sendable () -> Bool
  ) throws(ImageError) -> Bool {
    (batch.epoch, batch.step, batch.leftOut) = (epoch, step, [])
    switch order {
    case .shuffled(let seed, let shards):
      if permutation.epoch != epoch {
        permutation = (epoch, Self.shuffled(set.count, seed: seed, epoch: epoch))
      }
      let (whole, shard) = step.quotientAndRemainder(dividingBy: shards.own.count)
      let first = (whole * shards.count + shards.own.lowerBound + shard) * size
      (batch.count, batch.first, batch.view) = (size, first, 0)
      return try fillForTraining(&batch, seed: seed, while: isWanted)
    case .sequential(let crops):
      let (first, view) = (step / crops * size, step % crops)
      (batch.count, batch.first, batch.view) = (min(size, set.count - first), first, view)
      return try fillForTest(&batch, crops: crops, while: isWanted)
    }
  }

  private func fillForTraining(
    _ batch: inout BatchQueue.Batch, seed: UInt64, while isWanted: @Sendable () -> Bool
  ) throws(ImageError) -> Bool {
    let (first, indices) = (batch.first, permutation.indices)
    let draws = UInt64(batch.epoch) &* UInt64(set.count)
    let chunk = pipeline.options.cropChunk
    return try fill(&batch, while: isWanted) { [set, pipeline] place, output throws(ImageError) in
      let own = Int(indices[first + place])
      // An image that is left out is replaced by the next one of the epoch's order, with the crop
      // and the noise that were drawn for this place.
      var last: ImageError?
      for step in 0..<indices.count {
        let index = Int(indices[(first + place + step) % indices.count])
        do throws(ImageError) {
          try set.withPixels(of: index) { pixels in
            pipeline.training(
              pixels, seed: seed, draw: draws &+ UInt64(own),
              place: chunk == 1 ? nil : draws &+ UInt64((first + place) / chunk), into: output)
          }
          return index
        } catch {
          guard set.leavesOut else { throw error }
          last = error
        }
      }
      throw ImageError("no image of \(set.name) can be read", hint: last?.message ?? "")
    } != nil
  }

  private mutating func fillForTest(
    _ batch: inout BatchQueue.Batch, crops: Int, while isWanted: @Sendable () -> Bool
  ) throws(ImageError) -> Bool {
    let (first, count, view) = (batch.first, batch.count, batch.view)
    if set.source != nil, crops > 1 {
      // Decoded once for all crops.
      if decoded.first != first {
        guard try decode(first..<(first + count), while: isWanted) else { return false }
      }
      let (pixels, length) = (decoded.pixels, set.sampleCount)
      batch.leftOut = decoded.leftOut
      return try fill(&batch, while: isWanted) { [pipeline] place, output in
        let row = min(place, count - 1)
        pixels.withUnsafeBufferPointer { pixels in
          guard let pixels = pixels.baseAddress else { return }
          pipeline.test(pixels + row * length, view: view, into: output)
        }
        return first + row
      } != nil
    }
    let leftOut = try fill(&batch, while: isWanted) {
      [set, pipeline] place, output throws(ImageError) in
      let index = min(first + place, set.count - 1)
      do throws(ImageError) {
        try set.withPixels(of: index) { pipeline.test($0, view: view, into: output) }
        return index
      } catch {
        guard set.leavesOut else { throw error }
        output.update(repeating: 0)
        return -1 - index
      }
    }
    guard let leftOut else { return false }
    batch.leftOut = leftOut.filter { $0 < count }
    return true
  }

  /// Decodes consecutive images of a test.
  private mutating func decode(
    _ range: Range<Int>, while isWanted: @Sendable () -> Bool
  ) throws(ImageError) -> Bool {
    let length = set.sampleCount
    var pixels = decoded.pixels
    decoded = (-1, [], [])
    if pixels.count != size * length { pixels = [UInt8](repeating: 0, count: size * length) }
    let set = set
    let areLeftOut = try pixels.withUnsafeMutableBufferPointer { pixels throws(ImageError) in
      nonisolated(unsafe) let pixels = pixels
      return try concurrentResults(
        range.count, threads: set.source?.threads ?? 1, while: isWanted
      ) { place throws(ImageError) in
        let own = UnsafeMutableBufferPointer(
          rebasing: pixels[(place * length)..<((place + 1) * length)])
        do throws(ImageError) {
          try set.withPixels(of: range.lowerBound + place) { image in
            _ = own.update(from: UnsafeBufferPointer(start: image, count: length))
          }
          return false
        } catch {
          guard set.leavesOut else { throw error }
          own.update(repeating: 0)
          return true
        }
      }
    }
    guard let areLeftOut else { return false }
    decoded = (range.lowerBound, pixels, areLeftOut.indices.filter { areLeftOut[$0] })
    return true
  }

  /// Fills every place of a batch.
  ///
  /// - Parameter image: fills one place; returns the image's index i, or −1 − i if it was left out.
  /// - Returns: the places that were left out; nil if the batch was no longer wanted.
  private func fill(
    _ batch: inout BatchQueue.Batch, while isWanted: @Sendable () -> Bool,
    image: @Sendable (Int, UnsafeMutableBufferPointer<Float>) throws(ImageError) -> Int
  ) throws(ImageError) -> [Int]? {
    let found = try batch.input.withUnsafeMutableBufferPointer { values throws(ImageError) in
      // Each call writes to a part that no other call writes to.
      nonisolated(unsafe) let values = values
      let count = values.count / size
      return try concurrentResults(size, threads: set.source?.threads ?? 1, while: isWanted) {
        place throws(ImageError) in
        try image(
          place,
          UnsafeMutableBufferPointer(rebasing: values[(place * count)..<((place + 1) * count)]))
      }
    }
    guard let indices = found else { return nil }
    var leftOut: [Int] = []
    for (place, index) in indices.enumerated() {
      if index < 0 { leftOut.append(place) }
      batch.labels[place] = Int(set.labels[index < 0 ? -1 - index : index])
    }
    return leftOut
  }

  /// The order of an epoch: Fisher and Yates's shuffle, with draws from `CounterRandom("shuffle",
  /// seed)` starting at epoch · N.
  static func shuffled(_ count: Int, seed: UInt64, epoch: Int) -> [UInt32] {
    let random = CounterRandom("shuffle", seed: seed)
    let draws = UInt64(epoch) &* UInt64(count)
    var indices = Array(0..<UInt32(count))
    random.shuffle(&indices, from: draws)
    return indices
  }
}
