import Basics
import Synchronization

/// Thrown when work stops because the user asked for it.
public struct Cancelled: DescribedError, Hashable {
  /// The error, which has no details.
  public init() {}

  /// `stopped`.
  public var message: String { "stopped" }
  /// Always `.cancelled`.
  public var kind: ErrorKind { .cancelled }
}

/// A flag that asks running work to stop. Kernels poll it once per output row.
///
/// One thread runs the work; any other thread, or a signal handler, sets the flag with `cancel()`.
public final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)
  private let isKept: Bool

  /// A flag that is not set.
  public init() { isKept = false }

  /// A flag that is not set.
  ///
  /// - Parameter isKept: whether `reset()` leaves it as it is, so that work that begins can't clear a stop
  ///   that came just before. The front end then calls `clear()` itself.
  package init(isKept: Bool) { self.isKept = isKept }

  /// A flag for callers that never stop.
  public static let never = Cancellation()

  /// Asks the running work to stop.
  public func cancel() {
    precondition(self !== Cancellation.never, "Cancellation.never cannot be cancelled.")
    flag.store(true, ordering: .relaxed)
  }

  /// Clears the flag for the next piece of work.
  public func reset() { if !isKept { clear() } }

  /// Clears the flag, even if it is kept.
  package func clear() { flag.store(false, ordering: .relaxed) }

  /// Whether the running work was asked to stop.
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }

  /// Throws `Cancelled` once the flag is set.
  @inline(__always)
  public func check() throws(Cancelled) {
    if isCancelled { throw Cancelled() }
  }
}
