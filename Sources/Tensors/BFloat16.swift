/// bfloat16: the upper half of a Float. It keeps the sign and the 8 bits of exponent, and 8 significant
/// bits instead of 24 (the first of them isn't stored).
extension Float {
  /// The nearest bfloat16; of two equally near ones, the one whose last bit is 0.
  ///
  /// From (2 − 2⁻⁸) · 2¹²⁷ on the result is infinite, as in IEEE 754. NaN stays NaN.
  ///
  ///     1.00390625 = 1 + 2⁻⁸, halfway between 1 and 1 + 2⁻⁷, becomes 1
  public var roundedToBFloat16: Float {
    guard !isNaN else { return .nan }
    // Adding just under half of the last bit that stays carries into it if the rest is more than half,
    // and the last bit itself decides at exactly half.
    let lastBit = bitPattern >> 16 & 1
    return Float(bitPattern: (bitPattern &+ 0x7FFF &+ lastBit) & 0xFFFF_0000)
  }
}
