import Basics
import CLibrary
import Synchronization

/// Ends this process soon after another one of the machine has failed or died: it would wait for that one
/// forever. One of them says why, in one line.
final class Watch: Sendable {
  private let ranks: Neighbours
  /// The rank, among all, of the machine's first.
  private let first: Int
  /// Where the line is written.
  private let errors: Int32
  /// How long another rank may take to come to the same failure, and say so itself.
  private static let grace = Duration.seconds(3)
  private let isRunning = Atomic<Bool>(false)

  /// - Parameters:
  ///   - ranks: the machine's.
  ///   - first: the rank, among all, of the first of them.
  ///   - errors: standard error.
  init(_ ranks: Neighbours, first: Int, errors: Int32) {
    (self.ranks, self.first, self.errors) = (ranks, first, errors)
  }

  /// Begins.
  func start() {
    isRunning.store(true, ordering: .relaxed)
    guard let thread = WorkThread({ self.run() }) else {
      return isRunning.store(false, ordering: .relaxed)
    }
    thread.detach()
  }

  /// Ends because this rank's work is done. Afterwards the shared memory isn't looked at.
  func finish() {
    ranks.finish()
    while isRunning.load(ordering: .acquiring) { usleep(5000) }
  }

  private func run() {
    defer { isRunning.store(false, ordering: .releasing) }
    var noticed: ContinuousClock.Instant?
    while ranks.condition(ranks.rank) != .done {
      usleep(50_000)
      let speaker = ranks.speaker
      guard speaker.map(ranks.isGone) ?? (isResponsible && loss != nil) else { continue }
      let now = ContinuousClock.now
      noticed = noticed ?? now
      let time = now - noticed!
      if speaker != nil {
        // Everything is said. This rank may still write its log.
        guard time < .seconds(1), ranks.condition(ranks.rank) == .working else { _exit(1) }
      } else if let loss, loss.isDeath || time > Self.grace, ranks.speak() {
        _ = "error: \(loss.line)\n".withCString { write(errors, $0, strlen($0)) }
        _exit(1)
      }
    }
  }

  private struct Loss {
    var line: String
    var isDeath: Bool
  }

  /// What keeps the ranks from going on.
  private var loss: Loss? {
    for rank in 0..<ranks.size {
      switch ranks.condition(rank) {
      case .done: continue
      case .failed:
        return Loss(line: "rank \(first + rank): \(ranks.message(rank))", isDeath: false)
      case .working:
        // It may have left in order after it was asked how it's doing.
        guard ranks.isGone(rank), ranks.condition(rank) == .working else { continue }
        return Loss(line: "rank \(first + rank) was killed or crashed, so all end", isDeath: true)
      }
    }
    return nil
  }

  /// Whether this is the first of the ranks that are still there.
  private var isResponsible: Bool {
    let left = (0..<ranks.size).first { ranks.condition($0) != .done && !ranks.isGone($0) }
    return left == ranks.rank
  }
}
