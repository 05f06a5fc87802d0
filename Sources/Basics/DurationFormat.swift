/// How durations are written for people, everywhere.
package enum DurationFormat {
  /// A duration: `0.8 ms`, `12 ms`, `0.14 s`, `15.8 s`, `75 s`, `4 min 10 s`, `3 h 20 min`; `?` where it
  /// isn't known.
  ///
  /// - Parameters:
  ///   - seconds: less than 0 counts as 0.
  ///   - isEstimate: whether it is only expected; then it is in whole seconds, rounded up.
  package static func format(_ seconds: Double, isEstimate: Bool = false) -> String {
    guard seconds.isFinite, seconds < 1e8 else { return "?" }
    let seconds = max(0, isEstimate ? seconds.rounded(.up) : seconds)
    switch seconds {
    case 0 where isEstimate, 1..<99.5 where isEstimate: return "\(Int(clamping: seconds)) s"
    case ..<0.00995: return milliseconds(seconds, decimals: 1)
    case ..<0.0995: return milliseconds(seconds, decimals: 0)
    case ..<0.995: return "\(NumberFormat.fixed(seconds, 2)) s"
    case ..<59.95: return "\(NumberFormat.fixed(seconds, 1)) s"
    case ..<99.5: return "\(NumberFormat.fixed(seconds, 0)) s"
    case ..<5970:
      let whole = Int(rounding: seconds)
      return "\(whole / 60) min" + (whole < 600 ? " \(whole % 60) s" : "")
    default:
      let minutes = Int(rounding: seconds / 60)
      return "\(minutes / 60) h \(minutes % 60) min"
    }
  }

  /// A duration in milliseconds, for columns whose figures are compared: `12.3 ms`.
  package static func milliseconds(_ seconds: Double, decimals: Int) -> String {
    "\(NumberFormat.fixed(seconds * 1000, decimals)) ms"
  }

  /// A rough estimate in words: `a few seconds`, `about 20 seconds`, `about 3 hours`.
  package static func roughly(_ seconds: Double) -> String {
    switch seconds {
    case ..<8: "a few seconds"
    case ..<50: "about \(Int(clamping: (seconds / 10).rounded(.up)) * 10) seconds"
    case ..<90: "about a minute"
    case ..<5400: "about \(Int(rounding: seconds / 60)) minutes"
    case ..<1e7: "about \(Int(rounding: seconds / 3600)) hours"
    default: "very long"
    }
  }
}
