extension String {
  /// A text repeated; empty if the count is below 1, as the width left for a column can be.
  ///
  /// - Parameters:
  ///   - text: what is repeated.
  ///   - count: how often; at most `longestRepetition` times.
  public init(repeating text: String, clamping count: Int) {
    self.init(repeating: text, count: Swift.max(0, Swift.min(count, Self.longestRepetition)))
  }

  /// An upper limit: no line or number here is that long.
  public static let longestRepetition = 100_000
}

/// A bar whose length shows a share of the whole: `███████···`.
///
/// - Parameters:
///   - share: 1 for the whole width; less than 0 counts as 0, more than 1 as 1, and NaN has no bar.
///   - width: columns of the whole.
///   - block: what the bar is made of.
///   - rest: what fills the columns after it; nothing by default.
package func bar(_ share: Double, width: Int, block: String = "█", rest: String = "") -> String {
  let width = max(0, width)
  let filled = Int(rounding: min(max(share.isNaN ? 0 : share, 0), 1) * Double(width))
  return String(repeating: block, clamping: filled)
    + String(repeating: rest, clamping: rest.isEmpty ? 0 : width - filled)
}
