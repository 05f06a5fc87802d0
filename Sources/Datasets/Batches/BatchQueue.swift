import Basics
import Tensors

/// Batches prepared in advance on a background thread, at most `depth` of them.
///
/// A batch's contents depend only on its number, not on timing. Buffers given back by `recycle(_:)`
/// are filled again, so that no further ones are allocated. Images of a streamed set are decoded on
/// several threads, as many as their source says, which end with each batch. The thread ends with the queue, at the
/// latest after the current image.
package final class BatchQueue {
  /// Images with their classes, ready for a network.
  package struct Batch: Sendable {
    /// The network's input, N×C×H×W.
    package var input: Tensor
    /// The class of each image, N of them.
    package var labels: [Int]
    /// How many images count, from the first: a test's last batch is filled up by repeating its
    /// last image, so that every batch has the same shape.
    package var count: Int
    /// The epoch, from 0; 0 in a test.
    package var epoch: Int
    /// The number of the batch in its epoch, from 0; in a test, the number among all batches, crops
    /// included.
    package var step: Int
    /// The position of the first image in its epoch or test; the others follow it.
    package var first: Int
    /// In a test, the crop: see `PicturePipeline.test`.
    package var view: Int
    /// In a test, the places of images that couldn't be read and were left out; their numbers are 0.
    package var leftOut: [Int] = []
  }

  /// Batches of an epoch, counting each shard that is made here; in a test, all batches.
  package let stepsPerEpoch: Int

  /// Where the batches come from; the background thread refers to it and not to the queue.
  let exchange: BatchExchange

  /// Batches for training.
  ///
  /// The order of epoch e is a shuffle that depends only on `seed` and e. Images that don't fill a
  /// batch at the end of an epoch are left out of that epoch.
  ///
  /// - Parameters:
  ///   - set: the images.
  ///   - pipeline: how they are prepared.
  ///   - batch: images in a batch; at most the number of images.
  ///   - shards: how a batch is split. Each shard comes as a batch, N images, with its own step.
  ///   - seed: the seed of order, crops, mirrors and noise.
  ///   - start: the epoch and the step in it to start with, from 0.
  ///   - epochs: the number of epochs: the last is `epochs − 1`.
  ///   - depth: the most batches prepared in advance.
  package convenience init(
    _ set: PictureSet, pipeline: PicturePipeline, batch: Int, shards: Shards = .whole, seed: UInt64,
    from start: (epoch: Int, step: Int) = (0, 0), through epochs: Int, depth: Int = 3
  ) {
    precondition(
      (1...max(1, set.count)).contains(batch) && set.count > 0,
      "A batch of \(batch) can't be made from \(set.count) images.")
    precondition(
      batch % shards.count == 0, "A batch of \(batch) can't be split into \(shards.count) shards.")
    let (steps, own) = (set.count / batch, shards.own.count)
    precondition(
      start.epoch >= 0 && (0...steps).contains(start.step),
      "Epoch \(start.epoch) has no step \(start.step).")
    self.init(
      BatchMaker(
        set, pipeline, size: batch / shards.count, order: .shuffled(seed: seed, shards: shards)),
      steps: steps * own, from: (start.epoch * steps + start.step) * own,
      to: max(0, epochs) * steps * own, depth: depth)
  }

  /// Batches for a test or a validation: every image once per crop, in order. A batch comes once
  /// per crop before the next batch. The last batch is filled up with its last image, and its
  /// `count` says how many are real.
  ///
  /// - Parameters:
  ///   - set: the images.
  ///   - pipeline: how they are prepared.
  ///   - batch: images in a batch, N.
  ///   - crops: the crops of each image.
  ///   - part: which of `parts` runs of consecutive batches is made, from 0.
  ///   - parts: as equal as possible; some may be empty.
  ///   - depth: the most batches prepared in advance.
  package convenience init(
    testing set: PictureSet, pipeline: PicturePipeline, batch: Int,
    crops: TestCrops = .center, part: Int = 0, of parts: Int = 1, depth: Int = 3
  ) {
    precondition(batch > 0, "A batch has at least one image, not \(batch).")
    precondition((0..<parts).contains(part), "\(parts) parts have no part \(part).")
    let crops = crops.count(in: pipeline)
    let batches = (set.count + batch - 1) / batch
    self.init(
      BatchMaker(set, pipeline, size: batch, order: .sequential(crops: crops)),
      steps: batches * crops, from: batches * part / parts * crops,
      to: batches * (part + 1) / parts * crops, depth: depth)
  }

  /// Batches from a maker. If the system allows no more threads, each is made when it is taken.
  init(
    _ maker: BatchMaker, steps: Int, from start: Int, to end: Int, depth: Int,
    startThread: (@escaping @Sendable () -> Void) -> WorkThread? = { WorkThread($0) }
  ) {
    precondition(depth > 0, "A queue of depth \(depth) would never hold a batch.")
    stepsPerEpoch = steps
    let exchange = BatchExchange(depth: depth)
    self.exchange = exchange
    if let thread = startThread({ exchange.produce(maker, steps: steps, from: start, to: end) }) {
      thread.detach()
    } else {
      exchange.produceOnDemand(maker, steps: steps, from: start, to: end)
    }
  }

  deinit { exchange.stop() }

  /// The next batch, after waiting for it if needed; nil after the last.
  ///
  /// - Throws: `ImageError` in place of a batch with an image that can't be read; then there are no
  ///   further ones.
  package func next() throws(ImageError) -> Batch? { try exchange.take() }

  /// Gives back a batch whose numbers are no longer needed. Existing copies of its input stay
  /// valid, but cost an allocation.
  package func recycle(_ batch: consuming Batch) { exchange.giveBack(batch) }
}
