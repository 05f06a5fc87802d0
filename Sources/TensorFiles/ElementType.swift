/// How the elements of a tensor are stored in a safetensors file; all are little-endian.
public enum ElementType: String, CaseIterable, Hashable, Sendable {
  /// IEEE 754, 8 bytes.
  case float64 = "F64"
  /// IEEE 754, 4 bytes: a Float.
  case float32 = "F32"
  /// IEEE 754, 2 bytes: 5 bits of exponent.
  case float16 = "F16"
  /// The upper half of a Float: 8 bits of exponent.
  case bfloat16 = "BF16"
  /// Whole numbers of 8 bytes.
  case int64 = "I64"
  /// Whole numbers of 4 bytes.
  case int32 = "I32"
  /// Whole numbers of 2 bytes.
  case int16 = "I16"
  /// Whole numbers of 1 byte.
  case int8 = "I8"
  /// Whole numbers of 8 bytes, without sign.
  case uint64 = "U64"
  /// Whole numbers of 4 bytes, without sign.
  case uint32 = "U32"
  /// Whole numbers of 2 bytes, without sign.
  case uint16 = "U16"
  /// Whole numbers of 1 byte, without sign.
  case uint8 = "U8"
  /// One byte each: 0 or 1.
  case bool = "BOOL"

  /// The bytes of one element.
  public var size: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// Whether the elements are floating-point numbers.
  public var isFloatingPoint: Bool {
    switch self {
    case .float64, .float32, .float16, .bfloat16: true
    case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8, .bool: false
    }
  }

  /// The element at `bytes` as a Double: exact, as every other floating-point type fits in it.
  @inline(__always)
  package func double(at bytes: UnsafeRawPointer) -> Double {
    switch self {
    case .float64:
      Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)))
    case .float32:
      Double(Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))))
    case .float16: Double(halfPrecision: UInt16(littleEndian: bytes.loadUnaligned(as: UInt16.self)))
    case .bfloat16:
      Double(
        Float(
          bitPattern: UInt32(UInt16(littleEndian: bytes.loadUnaligned(as: UInt16.self))) << 16))
    case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8, .bool:
      Double(integer(at: bytes) ?? .max)
    }
  }

  /// The element at `bytes` as an Int; nil for a floating-point type, and above `Int.max`.
  @inline(__always)
  func integer(at bytes: UnsafeRawPointer) -> Int? {
    switch self {
    case .int64: Int(Int64(littleEndian: bytes.loadUnaligned(as: Int64.self)))
    case .int32: Int(Int32(littleEndian: bytes.loadUnaligned(as: Int32.self)))
    case .int16: Int(Int16(littleEndian: bytes.loadUnaligned(as: Int16.self)))
    case .int8: Int(bytes.load(as: Int8.self))
    case .uint64: Int(exactly: UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)))
    case .uint32: Int(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
    case .uint16: Int(UInt16(littleEndian: bytes.loadUnaligned(as: UInt16.self)))
    case .uint8, .bool: Int(bytes.load(as: UInt8.self))
    case .float64, .float32, .float16, .bfloat16: nil
    }
  }
}

extension UInt16 {
  /// The half-precision number nearest to a Float, as bits; of two equally near ones, the even one.
  /// From 65,520 on the result is infinite.
  package init(halfPrecision value: Float) {
    let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
    let magnitude = Double(value.magnitude)
    // The distance of half-precision numbers here: 2⁻²⁴ below 2⁻¹⁴, else 2⁻¹⁰ of the power of two.
    let exponent = magnitude < 0x1p-14 ? -14 : value.isFinite ? Int(value.exponent) : 0
    guard value.isFinite else {
      self = sign | (value.isNaN ? 0x7E00 : 0x7C00)
      return
    }
    // The number of such steps, at most 2,048 of them: exact in a Double, so it's rounded once.
    let steps = (magnitude * Double(sign: .plus, exponent: 10 - exponent, significand: 1))
      .rounded(.toNearestOrEven)
    // Rounding up to a power of two carries into the exponent's bits, as it should.
    let bits = magnitude < 0x1p-14 ? Int(steps) : (exponent + 14) << 10 + Int(steps)
    self = sign | (bits >= 0x7C00 ? 0x7C00 : UInt16(bits))
  }
}

extension Double {
  /// The value of an IEEE 754 half-precision number. (Swift's own Float16 is missing on Intel Macs.)
  package init(halfPrecision bits: UInt16) {
    let fraction = Double(bits & 0x3FF) * 0x1p-10
    let exponent = Int(bits >> 10 & 0x1F)
    let magnitude: Double =
      switch exponent {
      case 0: fraction * 0x1p-14
      case 31: fraction == 0 ? .infinity : .nan
      default: Double(sign: .plus, exponent: exponent - 15, significand: 1 + fraction)
      }
    self = bits & 0x8000 == 0 ? magnitude : -magnitude
  }
}
