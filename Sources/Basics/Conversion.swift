extension FixedWidthInteger {
  /// `x` without its fraction, limited to what the type holds; 0 for NaN.
  ///
  /// Swift's own `Int(x)` and `UInt8(x)` end the program for NaN, infinities and numbers that are
  /// too large, and a number computed from data can be any of these.
  @inlinable
  public init(clamping x: some BinaryFloatingPoint) {
    if let whole = Self(exactly: x.rounded(.towardZero)) {
      self = whole
    } else {
      self = x.isNaN ? 0 : x < 0 ? .min : .max
    }
  }

  /// The whole number nearest to `x`, halves away from zero, limited to what the type holds; 0 for NaN.
  @inlinable
  public init(rounding x: some BinaryFloatingPoint) {
    self.init(clamping: x.rounded())
  }
}

// These replace the standard conversions in every module that imports this one: a careless
// conversion can't end the program, and the compiler warns about it.

extension Int {
  /// `Int(clamping: x)`, in place of a conversion that ends the program.
  @available(*, deprecated, message: "decide what NaN becomes: Int(clamping: x) or Int(exactly: x)")
  public init(_ x: Double) { self.init(clamping: x) }
  /// `Int(clamping: x)`, in place of a conversion that ends the program.
  @available(*, deprecated, message: "decide what NaN becomes: Int(clamping: x) or Int(exactly: x)")
  public init(_ x: Float) { self.init(clamping: x) }
}

extension UInt8 {
  /// `UInt8(clamping: x)`, in place of a conversion that ends the program.
  @available(*, deprecated, message: "decide what NaN becomes: UInt8(clamping: x)")
  public init(_ x: Double) { self.init(clamping: x) }
  /// `UInt8(clamping: x)`, in place of a conversion that ends the program.
  @available(*, deprecated, message: "decide what NaN becomes: UInt8(clamping: x)")
  public init(_ x: Float) { self.init(clamping: x) }
}

extension Int32 {
  /// `Int32(clamping: x)`, in place of a conversion that ends the program.
  @available(*, deprecated, message: "decide what NaN becomes: Int32(clamping: x)")
  public init(_ x: Double) { self.init(clamping: x) }
  /// `Int32(clamping: x)`, in place of a conversion that ends the program.
  @available(*, deprecated, message: "decide what NaN becomes: Int32(clamping: x)")
  public init(_ x: Float) { self.init(clamping: x) }
}

extension UInt64 {
  /// `UInt64(clamping: x)`, in place of a conversion that ends the program.
  @available(*, deprecated, message: "decide what NaN becomes: UInt64(clamping: x)")
  public init(_ x: Double) { self.init(clamping: x) }
  /// `UInt64(clamping: x)`, in place of a conversion that ends the program.
  @available(*, deprecated, message: "decide what NaN becomes: UInt64(clamping: x)")
  public init(_ x: Float) { self.init(clamping: x) }
}
