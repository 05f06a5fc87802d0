import Basics

/// An explanation's value compared with the engine's.
package struct Check: Hashable, Sendable {
  /// How well they agree.
  package enum Agreement: String, Hashable, Sendable {
    /// The same Float.
    case identical
    /// Within the difference of two computations in Double, each rounded once to Float.
    case rounding
    /// Within the error of a computation in Float: engines other than the reference sum in Float.
    case floatArithmetic
    /// A larger difference than rounding can explain: one of the two is wrong.
    case disagrees
  }

  /// The value by the formula, in Double.
  package let recomputed: Double
  /// The engine's value.
  package let stored: Float
  /// How far from `recomputed` a computation in Double, rounded once, may be.
  package let bound: Double
  /// How far from `recomputed` a computation in Float may be.
  package let floatBound: Double

  /// `recomputed`, rounded to Float.
  package var rounded: Float { Float(recomputed) }

  /// How many Floats `stored` is from `rounded`: 0 if they are the same. Nil if one of them is NaN
  /// and the other isn't.
  package var ulps: Int? { rounded.ulps(to: stored) }

  /// How well they agree.
  package var agreement: Agreement {
    if ulps == 0 { return .identical }
    let error = (recomputed - Double(stored)).magnitude
    // Written so that NaN disagrees.
    if error <= bound { return .rounding }
    if error <= floatBound { return .floatArithmetic }
    return .disagrees
  }

  /// Whether they agree within the difference of two computations in Double, each rounded once, as
  /// required of the reference engine.
  package var agrees: Bool { agreement == .identical || agreement == .rounding }

  /// The check of a value.
  ///
  /// Each of `operations` operations in a precision of relative error u moves the result by at most
  /// u · magnitude, where the magnitude is the sum of the terms' absolute values.
  ///
  /// - Parameters:
  ///   - operations: additions, multiplications, powers and roots behind the value.
  ///   - magnitude: the sum of the absolute values of the terms.
  init(recomputed: Double, stored: Float, operations: Int, magnitude: Double) {
    self.recomputed = recomputed
    self.stored = stored
    // An infinity or NaN agrees only with itself.
    let terms = max(magnitude, recomputed.magnitude)
    let scale = terms.isFinite ? terms : 0
    let halfUnit = stored.isFinite ? Double(stored.ulp) / 2 : 0
    bound = halfUnit + Double(operations + 8) * 0x1p-52 * scale
    floatBound = halfUnit + Double(operations + 8) * 0x1p-23 * scale
  }
}
