import Basics
import RealModule
import Tensors

/// How far each element of a result may be from its expected value, and why.
///
/// Every element is a sum of terms (usually products). With γ(m) of `Arithmetic`, where m is the
/// most roundings of one term, Σ|t| the sum of the terms' sizes, u the roundoff of the result and e
/// the expected value, the error is at most
///
///     γ(m) · Σ|t|  +  u · (|e| + γ(m) · Σ|t|)  +  (m + 1) · 2⁻¹⁵⁰ or 2⁻¹⁵⁰
///      the sum          rounding the result         below the least Float
///
/// The last factor is m + 1 if terms are stored as Floats, since each may underflow. m and Σ|t|
/// depend only on the operation and the inputs of the case, never on the judged values.
///
/// In bfloat16 the terms are products of rounded operands, so Σ|t| is theirs, and rounding the operands
/// has moved the sum before: see `OperandBounds`. That error is added to that of the sum.
///
/// If thousands of roundings contribute to an element, as after Winograd's transforms, their worst
/// case is so rare that a bound based on it would accept anything. Rounding errors δ are then taken
/// as independent, of mean 0 and at most u each: by Hoeffding's inequality Σ s·δ exceeds λ·u·√Σs²
/// with a probability below 2·exp(−λ²/2), which is 3·10⁻¹⁴ for λ = 8. Source: Higham and Mary, A
/// New Approach to Probabilistic Rounding Error Analysis, section 2.
package struct ErrorBound: Sendable {
  /// Σ|t| and m of each element; nil if the operation only copies, so that nothing may differ.
  let sums: TermSums?
  /// √Σs² of each element, for implementations with many roundings.
  let scattered: [Double]?
  /// How far rounded operands may have moved each element; nil if they are used as they are.
  var operands: [Double]?
  /// The arithmetic of the implementation that is judged.
  let arithmetic: Arithmetic
  /// u: the roundoff of the result.
  let rounding: Double
  /// What the terms are, in words.
  let terms: String

  /// The bound of a result that is copied from the inputs.
  static func exact(_ arithmetic: Arithmetic) -> ErrorBound {
    ErrorBound(sums: nil, arithmetic: arithmetic, rounding: 0, terms: "")
  }

  init(_ sums: TermSums, of terms: String, _ arithmetic: Arithmetic) {
    self.init(sums: sums, arithmetic: arithmetic, rounding: arithmetic.result, terms: terms)
  }

  init(
    sums: TermSums?, scattered: [Double]? = nil, arithmetic: Arithmetic, rounding: Double,
    terms: String
  ) {
    (self.sums, self.scattered) = (sums, scattered)
    (self.arithmetic, self.rounding, self.terms) = (arithmetic, rounding, terms)
  }

  /// λ: the largest sum of independent roundings, in deviations.
  private static let deviations = 8.0

  /// The largest error of the sum that is element `i`, before it is rounded: the worst case of its
  /// terms, or the bound for independent roundings if that is larger.
  private func error(at i: Int, _ sums: TermSums) -> (worst: Double, independent: Double) {
    (
      arithmetic.gamma(sums.roundings[i]) * sums.magnitudes[i],
      scattered.map { Self.deviations * arithmetic.accumulator * $0[i] } ?? 0
    )
  }

  /// The largest error of element `i`, whose expected value is `expected`.
  package func bound(at i: Int, expected: Double) -> Double {
    guard let sums else { return 0 }
    let error = error(at: i, sums)
    let sum = max(error.worst, error.independent) + (operands?[i] ?? 0)
    return sum + rounding * (abs(expected) + sum) + underflow(sums.roundings[i])
  }

  private func underflow(_ roundings: Int) -> Double {
    Arithmetic.underflow * (arithmetic.accumulator > 0x1p-53 ? Double(roundings + 1) : 1)
  }

  /// Why the bound of element `i` is what it is: a sentence with its numbers.
  package func reason(at i: Int, expected: Double) -> String {
    guard let sums else { return "the operation copies its input, so nothing may differ" }
    let roundings = sums.roundings[i]
    let error = error(at: i, sums)
    var sum = max(error.worst, error.independent)
    var parts = [
      error.worst == sum
        ? "\(terms) of total size \(NumberFormat.short(sums.magnitudes[i])), each through at most \(roundings) "
          + "roundings in \(arithmetic.name): \(NumberFormat.short(sum))"
        : "\(terms) through Winograd's transforms, whose roundings in \(arithmetic.name) are taken as "
          + "independent, within \(Int(clamping: Self.deviations)) deviations: \(NumberFormat.short(sum))"
    ]
    if let operands {
      parts.insert(
        "rounding the operands to bfloat16: \(NumberFormat.short(operands[i]))", at: 0)
      sum += operands[i]
    }
    if rounding > 0 {
      parts.append(
        "rounding the result by \(NumberFormat.short(rounding)) of its size: "
          + NumberFormat.short(rounding * (abs(expected) + sum)))
    }
    parts.append("below the least Float: \(NumberFormat.short(underflow(roundings)))")
    return parts.joined(separator: "; ")
  }
}

/// For each element of a result: the sum of its terms' sizes, and the most roundings of one term.
struct TermSums: Sendable {
  var magnitudes: [Double]
  var roundings: [Int]

  init(count: Int, roundings: Int = 0) {
    magnitudes = [Double](repeating: 0, count: count)
    self.roundings = [Int](repeating: roundings, count: count)
  }

  /// Sums whose terms all have the same number of roundings.
  init(_ magnitudes: [Double], roundings: Int) {
    self.magnitudes = magnitudes
    self.roundings = [Int](repeating: roundings, count: magnitudes.count)
  }

  /// Adds one term to element `i`: one more addition for all the others.
  @inline(__always)
  mutating func add(_ size: Double, to i: Int) {
    magnitudes[i] += abs(size)
    roundings[i] += 1
  }
}
