/// Limits how often something is shown while it changes faster than anyone can read.
package struct Pace {
  private let interval: Duration
  private var last: ContinuousClock.Instant?

  /// At most once in this time; by default ten times a second.
  package init(every interval: Duration = .milliseconds(100)) { self.interval = interval }

  /// Whether it may be shown now; then the next time has to wait.
  package mutating func isDue(at now: ContinuousClock.Instant = .now) -> Bool {
    if let last, last.duration(to: now) < interval { return false }
    last = now
    return true
  }
}
