import Basics
import Tensors

/// Batches made ahead on a background thread, at most `depth` of them waiting.
///
/// What a batch holds depends on its number alone, not on who waited for whom. Buffers that come back
/// by `recycle(_:)` are filled again, so that nothing is allocated once they go round. The thread ends
/// with the queue, at the latest after the picture in hand.
public final class BatchQueue {
  /// Pictures with their classes, ready for a network.
  public struct Batch: Sendable {
    /// What the network sees, N×C×H×W.
    public var input: Tensor
    /// The class of each picture, N of them.
    public var labels: [Int]
    /// How many of the pictures count, from the first: in a test's last batch, those after them
    /// repeat its last picture, so that every batch has the same shape.
    public var count: Int
    /// The epoch, from 0; 0 in a test.
    public var epoch: Int
    /// The number of the batch in its epoch, from 0; in a test, in all, views included.
    public var step: Int
    /// In a test, the position of the first picture; those after it follow one by one.
    public var first: Int
    /// In a test, the view that is shown: see `PicturePipeline.test`.
    public var view: Int
  }

  /// Batches of an epoch; of all in a test.
  public let stepsPerEpoch: Int

  /// Where the batches come from; the background thread holds it, not the queue.
  let exchange: BatchExchange

  /// Batches for training.
  ///
  /// The order of epoch e is a shuffle that depends on `seed` and e alone. What does not fill a batch
  /// at the end of an epoch is left out of that epoch.
  ///
  /// - Parameters:
  ///   - set: the pictures.
  ///   - pipeline: what is done to them.
  ///   - batch: pictures in a batch, N; at most as many as there are.
  ///   - seed: the seed of order, crops, mirrors and noise.
  ///   - start: the epoch and the step in it to begin with, from 0.
  ///   - epochs: how many epochs there are in all: the last is `epochs − 1`.
  ///   - depth: the most batches that wait.
  public convenience init(
    _ set: PictureSet, pipeline: PicturePipeline, batch: Int, seed: UInt64,
    from start: (epoch: Int, step: Int) = (0, 0), through epochs: Int, depth: Int = 3
  ) {
    precondition(
      (1...max(1, set.count)).contains(batch) && set.count > 0,
      "There are no batches of \(batch) in \(set.count) pictures.")
    let steps = set.count / batch
    precondition(
      start.epoch >= 0 && (0...steps).contains(start.step),
      "Epoch \(start.epoch) has no step \(start.step).")
    self.init(
      BatchMaker(set, pipeline, size: batch, order: .shuffled(seed: seed)), steps: steps,
      from: start.epoch * steps + start.step, to: max(0, epochs) * steps, depth: depth)
  }

  /// Batches for a test or a validation: every picture once a view, in order. The views of a batch
  /// follow one another; the last batch is filled up with its last picture, and its `count` says so.
  ///
  /// - Parameters:
  ///   - set: the pictures.
  ///   - pipeline: what is done to them.
  ///   - batch: pictures in a batch, N.
  ///   - views: what is looked at of each.
  ///   - depth: the most batches that wait.
  public convenience init(
    testing set: PictureSet, pipeline: PicturePipeline, batch: Int,
    views: PictureViews = .center, depth: Int = 3
  ) {
    precondition(batch > 0, "There are no batches of \(batch).")
    let views = views.count(in: pipeline)
    let steps = (set.count + batch - 1) / batch * views
    self.init(
      BatchMaker(set, pipeline, size: batch, order: .sequential(views: views)), steps: steps,
      from: 0, to: steps, depth: depth)
  }

  /// Batches of a maker. Where the system allows no more threads they are made when they are asked for.
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

  /// The next batch, waited for if need be; nil after the last.
  public func next() -> Batch? { exchange.take() }

  /// Gives a batch back whose numbers are no longer needed. Copies of its input that are still about
  /// keep their numbers, but cost an allocation.
  public func recycle(_ batch: consuming Batch) { exchange.giveBack(batch) }
}
