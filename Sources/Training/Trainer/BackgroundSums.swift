import Basics
import Foundation
import Parallel

/// Adds up the ranks' gradients on a thread, while the backward pass computes the next ones. The sums are the
/// same as afterwards.
///
/// `@unchecked Sendable`: `waiting` and `isComplete` are read and written only between `lock()` and
/// `unlock()` of `condition`. A gradient's memory belongs to the thread from `add` to the end of `finish`.
final class BackgroundSums: @unchecked Sendable {
  private let ranks: any Collective
  private let scale: Float
  private let condition = NSCondition()
  private var waiting: [UnsafeMutableBufferPointer<Float>] = []
  private var isComplete = false

  /// Until the end of `finish` nothing else may use the ranks.
  init(_ ranks: any Collective, scale: Float) { (self.ranks, self.scale) = (ranks, scale) }

  /// Makes the sums while `work` hands over gradients, in an order that is the same on every rank. If the
  /// system allows no more threads, they are made afterwards.
  ///
  /// - Returns: how many seconds the ranks waited for each other while this one went on computing.
  func sum(_ work: (_ add: (UnsafeMutableBufferPointer<Float>) -> Void) throws -> Void) rethrows
    -> Double
  {
    let before = ranks.traffic.seconds
    let thread = WorkThread { self.run() }
    var end = ContinuousClock.now
    do {
      // The other ranks wait for the sums of what this one has handed over, even if it fails.
      defer {
        end = .now
        condition.lock()
        isComplete = true
        condition.signal()
        condition.unlock()
        if let thread { thread.wait() } else { run() }
      }
      try work { gradient in
        condition.lock()
        waiting.append(gradient)
        condition.signal()
        condition.unlock()
      }
    }
    let waited = (ContinuousClock.now - end) / .seconds(1)
    return max(0, ranks.traffic.seconds - before - waited)
  }

  private func run() {
    while let gradient = next() { ranks.sum(gradient, scale: scale) }
  }

  /// The next gradient, once there is one; nil after the last.
  private func next() -> UnsafeMutableBufferPointer<Float>? {
    condition.lock()
    defer { condition.unlock() }
    while waiting.isEmpty && !isComplete { condition.wait() }
    return waiting.isEmpty ? nil : waiting.removeFirst()
  }
}
