#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// `base` to the power of `exponent`.
func raise(_ base: Double, to exponent: Double) -> Double { pow(base, exponent) }

/// e to the power of `x`.
func exponential(_ x: Double) -> Double { exp(x) }

/// e to the power of `x`, less 1, without losing digits where x is small.
func exponentialLessOne(_ x: Double) -> Double { expm1(x) }

/// The natural logarithm.
func logarithm(_ x: Double) -> Double { log(x) }

/// A number in the given significant digits: `0.72`, `1e-5`, `−3`, `∞`. Whole numbers below a billion keep
/// all of theirs.
func decimal(_ value: Double, digits: Int) -> String {
  if value.isNaN { return "NaN" }
  if value.isInfinite { return value < 0 ? "−∞" : "∞" }
  let whole = value == value.rounded() && abs(value) < 1e9
  var buffer = [CChar](repeating: 0, count: 64)
  _ = withVaList([Int32(whole ? 17 : digits), value]) { arguments in
    vsnprintf(&buffer, buffer.count, "%.*g", arguments)
  }
  var text = ""
  var exponent = ""
  var inExponent = false
  for unit in buffer.prefix(while: { $0 != 0 }) {
    let character = Character(Unicode.Scalar(UInt8(bitPattern: unit)))
    if character == "e" {
      inExponent = true
    } else if inExponent {
      exponent.append(character)
    } else {
      text.append(character == "-" ? "−" : character)
    }
  }
  // C writes at least two digits of an exponent, and its plus sign.
  if inExponent, let power = Int(exponent) { text += "e\(power)" }
  return text
}
