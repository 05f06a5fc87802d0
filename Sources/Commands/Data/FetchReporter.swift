import Basics
import Cells
import Datasets

/// Shows the progress of a download: on a status line in a terminal, otherwise with a plain line for
/// each stage and each tenth.
final class FetchReporter {
  private let host: any Host
  private let clock: () -> ContinuousClock.Instant
  private var stage: FetchProgress.Stage?
  /// When this stage started, and the bytes that were already done.
  private var start: (time: ContinuousClock.Instant, done: Int)?
  private var notedTenth = 0

  /// Creates a reporter that writes to this host.
  ///
  /// - Parameter clock: returns the current time; tests pass their own.
  init(host: any Host, clock: @escaping () -> ContinuousClock.Instant = { .now }) {
    (self.host, self.clock) = (host, clock)
  }

  /// Shows this progress.
  func report(_ progress: FetchProgress) {
    let now = clock()
    if stage != progress.stage {
      (stage, start, notedTenth) = (progress.stage, (now, progress.done), tenth(progress))
      host.note(plain(progress))
    } else if progress.stage == .downloading, tenth(progress) > notedTenth {
      notedTenth = tenth(progress)
      host.note(plain(progress))
    }
    host.report(progress: line(progress, now))
  }

  /// The line for a terminal: the stage, a bar, the amount, the speed, the time left.
  private func line(_ progress: FetchProgress, _ now: ContinuousClock.Instant) -> String {
    let title = Self.title(progress.stage)
    guard progress.stage != .connecting, let total = progress.total, total > 0 else {
      return progress.done > 0 ? "\(title)  \(Self.megabytes(progress.done))" : title
    }
    let share = min(1, Double(progress.done) / Double(total))
    let bar = bar(share, width: Self.barWidth, rest: "─")
    var parts = ["\(title)  \(bar) \(Int(clamping: share * 100))%"]
    if progress.stage == .downloading {
      parts.append("\(Self.megabytes(progress.done)) of \(Self.megabytes(total))")
      if let start, progress.done > start.done {
        let seconds = start.time.duration(to: now).seconds
        // Within the first second the speed is only that of the first packets.
        if seconds >= 1 {
          let speed = Double(progress.done - start.done) / seconds
          parts.append("\(Self.megabytes(Int(clamping: speed)))/s")
          parts.append(
            DurationFormat.format(
              Double(total - progress.done) / speed, isEstimate: true) + " left")
        }
      }
    }
    return parts.joined(separator: "  ")
  }

  /// The line for a pipe or a file.
  private func plain(_ progress: FetchProgress) -> String {
    let title = Self.title(progress.stage)
    guard progress.stage == .downloading else { return title }
    let done = Self.megabytes(progress.done)
    return progress.total.map { "\(title): \(done) of \(Self.megabytes($0))" }
      ?? "\(title): \(done)"
  }

  private func tenth(_ progress: FetchProgress) -> Int {
    guard let total = progress.total, total > 0 else { return progress.done / 20_000_000 }
    return Int(clamping: Double(progress.done) / Double(total) * 10)
  }

  private static let barWidth = 20

  private static func title(_ stage: FetchProgress.Stage) -> String {
    switch stage {
    case .connecting: "connecting"
    case .downloading: "downloading"
    case .waiting(let reason): "interrupted (\(reason)), trying again"
    case .checking: "checking the digest"
    case .unpacking: "unpacking"
    case .verifying: "checking every record"
    }
  }

  /// A size in millions of bytes: `170.1 MB`.
  static func megabytes(_ bytes: Int) -> String {
    "\(NumberFormat.fixed(Double(bytes) / 1e6, 1)) MB"
  }
}
