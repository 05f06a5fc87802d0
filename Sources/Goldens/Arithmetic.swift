import Layers

/// How an implementation rounds, from which error bounds are derived.
package struct Arithmetic: Hashable, Sendable {
  /// The unit roundoff of a stored result: 2⁻²⁴ for a Float.
  package var result: Double
  /// The unit roundoff of sums and of everything between input and result: 2⁻⁵³ in Double.
  package var accumulator: Double
  /// Which convolutions may be computed by Winograd's algorithm; nil if all are as defined.
  package var winograd: Winograd?
  /// How exact the operands of products are, before they are multiplied.
  package var precision = Precision.float

  /// An arithmetic with these roundoffs.
  package init(result: Double = 0x1p-24, accumulator: Double, winograd: Winograd? = nil) {
    precondition(result >= 0 && accumulator > 0, "A roundoff is positive.")
    self.result = result
    self.accumulator = accumulator
    self.winograd = winograd
  }

  /// Everything in Double, rounded to Float once: the reference engine.
  package static let doubleRoundedOnce = Arithmetic(accumulator: 0x1p-53)

  /// Everything in Float, as most fast kernels compute.
  package static let float = Arithmetic(accumulator: 0x1p-24)

  /// Everything in Float, with Winograd's algorithm for convolutions with at least this many
  /// channels.
  package static func floatWithWinograd(from leastChannels: Int) -> Arithmetic {
    Arithmetic(accumulator: 0x1p-24, winograd: Winograd(leastChannels: leastChannels))
  }

  /// The same with operands in another precision.
  package func with(_ precision: Precision) -> Arithmetic {
    var changed = self
    changed.precision = precision
    return changed
  }

  /// The unit roundoff of the expected values, which were computed in float64.
  static let expected = 0x1p-53

  /// How many roundings an elementary function (exponential, power, tangent) counts for: the error
  /// of good libraries is less than 2 ULP, which is 4 unit roundoffs.
  static let function = 4

  /// The largest relative error of a product of `n` factors (1 + δ), |δ| ≤ u, in this arithmetic,
  /// plus that of float64, in which the expected value was computed.
  ///
  ///     γ(n) = n·u / (1 − n·u)
  ///
  /// Source: Higham, Accuracy and Stability of Numerical Algorithms, section 3.1.
  func gamma(_ n: Int) -> Double {
    func gamma(_ u: Double) -> Double {
      let product = Double(n) * u
      return product < 1 ? product / (1 - product) : .infinity
    }
    return gamma(accumulator) + gamma(Self.expected)
  }

  /// The error if a term underflows: half the least subnormal Float.
  static let underflow = 0x1p-150

  /// In words, for messages.
  var name: String { accumulator > 0x1p-53 ? "Float" : "Double" }
}
