extension Float {
  /// How many steps from one Float to the next lead to another: 0 for equal ones (−0 equals 0, NaN equals
  /// NaN), nil for a NaN beside a number.
  package func ulps(to other: Float) -> Int? {
    if isNaN || other.isNaN { return isNaN && other.isNaN ? 0 : nil }
    /// The position among all Floats in their order, counted from zero.
    func rank(_ x: Float) -> Int {
      let magnitude = Int(x.magnitude.bitPattern)
      return x.sign == .minus ? -magnitude : magnitude
    }
    return abs(rank(self) - rank(other))
  }
}

extension Collection where Element: BinaryFloatingPoint {
  /// √(Σ x² / n), computed in Double; 0 of nothing.
  @inlinable
  package var rootMeanSquare: Double {
    let squares = reduce(0.0) { $0 + Double($1) * Double($1) }
    return (squares / Double(Swift.max(1, count))).squareRoot()
  }
}
