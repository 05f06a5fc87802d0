import Foundation

/// Passes batches between the thread that makes them and the one that uses them.
///
/// `@unchecked Sendable`: `waiting`, `free`, `isStopped`, `isFinished`, `failure` and `onDemand` are read and
/// written only between `lock()` and `unlock()` of `condition`, and what they hold is `Sendable`.
final class BatchExchange: @unchecked Sendable {
  private let condition = NSCondition()
  private let depth: Int
  private var waiting: [BatchQueue.Batch] = []
  private var free: [BatchQueue.Batch] = []
  private var isStopped = false
  private var isFinished = false
  /// What kept the batch after those that are waiting from being made.
  private var failure: ImageError?
  /// What makes the batches in `take()` if no thread could be started.
  private var onDemand: (maker: BatchMaker, steps: Int, numbers: Range<Int>)?

  init(depth: Int) {
    self.depth = depth
    waiting.reserveCapacity(depth)
    free.reserveCapacity(depth + 2)
  }

  /// Makes batches `start ..< end` until told to stop: the body of the background thread.
  func produce(_ maker: BatchMaker, steps: Int, from start: Int, to end: Int) {
    var maker = maker
    var failure: ImageError?
    do throws(ImageError) {
      for number in start..<max(start, end) {
        guard var batch = room(or: maker) else { break }
        guard
          try maker.fill(&batch, epoch: number / steps, step: number % steps, while: isWanted),
          put(batch)
        else { break }
      }
    } catch {
      failure = error
    }
    condition.lock()
    (isFinished, self.failure) = (true, failure)
    condition.broadcast()
    condition.unlock()
  }

  /// Makes batches `start ..< end` when they are taken, for when no thread could be started.
  func produceOnDemand(_ maker: BatchMaker, steps: Int, from start: Int, to end: Int) {
    condition.lock()
    defer { condition.unlock() }
    onDemand = (maker, steps, start..<max(start, end))
    isFinished = true
  }

  /// Fills a batch under the lock, which no other thread waits for.
  private func makeNext() throws(ImageError) -> BatchQueue.Batch? {
    guard let number = onDemand?.numbers.first, let steps = onDemand?.steps else { return nil }
    onDemand?.numbers.removeFirst()
    guard let maker = onDemand?.maker else { return nil }
    var batch = free.popLast() ?? maker.empty()
    if !maker.canFill(batch) { batch = maker.empty() }
    do throws(ImageError) {
      let isFilled = try onDemand?.maker.fill(
        &batch, epoch: number / steps, step: number % steps, while: { true })
      return isFilled == true ? batch : nil
    } catch {
      onDemand?.numbers = 0..<0
      throw error
    }
  }

  /// The next batch; nil after the last.
  ///
  /// - Throws: `ImageError` once, after the batches before the one that couldn't be made.
  func take() throws(ImageError) -> BatchQueue.Batch? {
    condition.lock()
    defer { condition.unlock() }
    if onDemand != nil { return try makeNext() }
    while waiting.isEmpty && !isFinished { condition.wait() }
    guard !waiting.isEmpty else {
      defer { failure = nil }
      if let failure { throw failure }
      return nil
    }
    condition.broadcast()
    return waiting.removeFirst()
  }

  /// Keeps a used batch, to fill it again.
  func giveBack(_ batch: consuming BatchQueue.Batch) {
    condition.lock()
    defer { condition.unlock() }
    if free.count < depth + 1 { free.append(batch) }
  }

  /// Whether the thread has made its last batch.
  var hasFinished: Bool {
    condition.lock()
    defer { condition.unlock() }
    return isFinished
  }

  /// Stops the thread and waits until it is done.
  func stop() {
    condition.lock()
    defer { condition.unlock() }
    isStopped = true
    condition.broadcast()
    while !isFinished { condition.wait() }
  }

  /// A batch to fill, when there is room for it; nil when told to stop.
  private func room(or maker: BatchMaker) -> BatchQueue.Batch? {
    condition.lock()
    defer { condition.unlock() }
    while waiting.count >= depth && !isStopped { condition.wait() }
    if isStopped { return nil }
    while let batch = free.popLast() {
      if maker.canFill(batch) { return batch }
    }
    return maker.empty()
  }

  private func put(_ batch: consuming BatchQueue.Batch) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    if isStopped { return false }
    waiting.append(batch)
    condition.broadcast()
    return true
  }

  private func isWanted() -> Bool {
    condition.lock()
    defer { condition.unlock() }
    return !isStopped
  }
}
