/// A finite number as decimal digits: ±0.d₁d₂d₃… · 10^exponent, with d₁ not zero.
struct DecimalDigits {
  var isNegative: Bool
  /// The digits 0 to 9; empty for zero.
  var digits: [UInt8]
  var exponent: Int

  /// Whether there is nothing but zeros after the point.
  var isWhole: Bool { digits.count <= exponent || digits.isEmpty }

  /// The shortest digits that read back as `x`.
  init<F: BinaryFloatingPoint & LosslessStringConvertible>(_ x: F) {
    isNegative = x.sign == .minus
    digits = []
    exponent = 0
    var pointSeen = false
    var power = 0
    // Swift writes `123.45`, `1e-07` or `1.5e+20`, always in ASCII.
    let text = Array(x.magnitude.description.utf8)
    for (i, byte) in text.enumerated() {
      if byte == UInt8(ascii: "e") {
        power = Int(String(decoding: text[(i + 1)...], as: UTF8.self)) ?? 0
        break
      } else if byte == UInt8(ascii: ".") {
        pointSeen = true
      } else if !digits.isEmpty || byte != UInt8(ascii: "0") {
        digits.append(byte - UInt8(ascii: "0"))
        if !pointSeen { exponent += 1 }
      } else if pointSeen {
        exponent -= 1
      }
    }
    while digits.last == 0 { digits.removeLast() }
    exponent = digits.isEmpty ? 0 : exponent + power
  }

  /// The same number with at most `count` digits, halves rounded away from zero. With a count of zero or
  /// less, the result is 0, or 1 at the place before the first digit.
  func rounded(keeping count: Int) -> DecimalDigits {
    guard count < digits.count else { return self }
    var result = self
    let roundsUp = count >= 0 && digits[count] >= 5
    result.digits = Array(digits.prefix(max(count, 0)))
    if roundsUp {
      while result.digits.last == 9 { result.digits.removeLast() }
      if result.digits.isEmpty {
        result.digits = [1]
        result.exponent += 1
      } else {
        result.digits[result.digits.count - 1] += 1
      }
    }
    while result.digits.last == 0 { result.digits.removeLast() }
    if result.digits.isEmpty { result.exponent = 0 }
    return result
  }

  /// Digits around a point: `−12.5`. With a number of decimals, zeros are appended, and a result of only
  /// zeros has no sign.
  func positional(decimals: Int? = nil, _ minus: NumberFormat.Minus) -> String {
    let digit = { (i: Int) in
      digits.indices.contains(i) ? Character(Unicode.Scalar(digits[i] + 48)) : "0"
    }
    var text = isNegative && !digits.isEmpty ? minus.rawValue : ""
    if exponent <= 0 { text += "0" }
    for i in 0..<max(exponent, 0) { text.append(digit(i)) }
    let places = decimals ?? max(0, digits.count - exponent)
    if places > 0 { text += "." }
    for i in 0..<places { text.append(digit(exponent + i)) }
    return text
  }

  /// Scientific notation: `1.5e-7`, `1e20`.
  func scientific(_ minus: NumberFormat.Minus) -> String {
    var text = isNegative ? minus.rawValue : ""
    for (i, digit) in digits.enumerated() {
      if i == 1 { text += "." }
      text.append(Character(Unicode.Scalar(digit + 48)))
    }
    return text + "e\(exponent - 1)"
  }
}
