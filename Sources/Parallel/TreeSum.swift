/// Adds numbers of several ranks, in an order that doesn't depend on timing.
///
///     rank     0     1     2     3     4
///              └──┬──┘     └──┬──┘     │
///                 └─────┬─────┘        │
///                       └──────┬───────┘
///
/// Neighbours are added first, then neighbouring pairs, and so on: (g₀ + g₁) + (g₂ + g₃). If each rank's
/// numbers are such a sum of 2ᵏ terms already, the whole is the sum that more ranks would have made.
/// So how many ranks share the terms doesn't change a bit.
package enum TreeSum {
  /// Adds terms of `count` numbers each. The sum replaces the first; the others are used up.
  static func add(_ terms: [UnsafeMutablePointer<Float>], count: Int) {
    var distance = 1
    while distance < terms.count {
      for lower in stride(from: 0, to: terms.count - distance, by: 2 * distance) {
        add(
          UnsafeBufferPointer(start: terms[lower + distance], count: count),
          to: UnsafeMutableBufferPointer(start: terms[lower], count: count))
      }
      distance *= 2
    }
  }

  /// `sum[i] += term[i]`.
  package static func add(
    _ term: UnsafeBufferPointer<Float>, to sum: UnsafeMutableBufferPointer<Float>
  ) {
    for i in sum.indices { sum[i] += term[i] }
  }

  /// `values[i] *= scale`.
  static func multiply(_ values: UnsafeMutableBufferPointer<Float>, by scale: Float) {
    guard scale != 1 else { return }
    for i in values.indices { values[i] *= scale }
  }

  /// Where each of `parts` equal parts of `count` numbers begins, and `count`.
  package static func starts(_ count: Int, parts: Int) -> [Int] {
    (0...parts).map { $0 * count / parts }
  }
}
