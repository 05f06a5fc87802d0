import Basics
import Synchronization

/// Thrown where work stops because the person asked for it.
public struct Cancelled: DescribedError, Hashable {
  /// The one value.
  public init() {}

  /// `stopped`.
  public var message: String { "stopped" }
  /// The person stopped it.
  public var kind: ErrorKind { .cancelled }
}

/// A flag that asks running work to stop. Kernels poll it once per output row.
///
/// One thread runs the work; any other, or a signal handler by way of `cancel()`, sets the flag.
public final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  /// A flag that is not set.
  public init() {}

  /// A flag for callers that never stop.
  public static let never = Cancellation()

  /// Asks the running work to stop.
  public func cancel() {
    precondition(self !== Cancellation.never, "Cancellation.never cannot be cancelled.")
    flag.store(true, ordering: .relaxed)
  }

  /// Makes ready for the next piece of work.
  public func reset() { flag.store(false, ordering: .relaxed) }

  /// Whether the running work was asked to stop.
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }

  /// Throws `Cancelled` once the flag is set.
  @inline(__always)
  public func check() throws(Cancelled) {
    if isCancelled { throw Cancelled() }
  }
}
