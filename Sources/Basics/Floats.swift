extension Float {
  /// The number of steps from one Float to the next between two Floats: 0 if they are equal (−0 equals 0,
  /// NaN equals NaN); nil if only one is NaN.
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
  /// √(Σ x² / n), computed in Double; 0 if empty.
  @inlinable
  package var rootMeanSquare: Double {
    let squares = reduce(0.0) { $0 + Double($1) * Double($1) }
    return (squares / Double(Swift.max(1, count))).squareRoot()
  }
}
