/// Formats numbers for people, everywhere in the notebook: no locale, the minus sign U+2212, powers of
/// ten as `1e-7`, `nan` and `inf` as words. Expressions can parse all of these.
///
/// Rounding starts from the shortest decimal that reads back as the same Double, halves away from
/// zero, so that 0.15 to one decimal is 0.2, as a reader of "0.15" expects.
package enum NumberFormat {
  /// Whole numbers in full, others to some significant digits without trailing zeros; very small and
  /// very large ones in the style of `1e-7`.
  ///
  /// If the part before the point has at least that many digits, two decimals are kept: 1234567.25.
  ///
  /// - Parameters:
  ///   - x: any number.
  ///   - significant: the digits to keep of a number that isn't whole, at least 1.
  package static func format(_ x: Double, significant: Int = 6) -> String {
    precondition(significant >= 1, "A number is written with at least one significant digit.")
    guard x.isFinite else { return word(for: x) }
    if let whole = Int(exactly: x), abs(x) <= largestExact {
      return (whole < 0 ? minus : "") + String(whole.magnitude)
    }
    let digits = DecimalDigits(x)
    let isLong = digits.exponent >= significant
    return digits.rounded(keeping: isLong ? min(digits.exponent + 2, 15) : significant).readable
  }

  /// A number with a fixed number of decimals: `fixed(9.285, 2)` is 9.29.
  package static func fixed(_ x: Double, _ decimals: Int) -> String {
    guard x.isFinite else { return word(for: x) }
    let digits = DecimalDigits(x)
    return digits.rounded(keeping: digits.exponent + max(decimals, 0))
      .positional(decimals: max(decimals, 0))
  }

  /// A whole number with a comma at every third digit: `62,378,344`.
  package static func grouped(_ n: Int) -> String {
    let digits = Array(String(n.magnitude))
    var text = n < 0 ? minus : ""
    for (i, digit) in digits.enumerated() {
      if i > 0 && (digits.count - i) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  /// A share of one in percent: 0.928 is `92.8%`.
  ///
  /// Only 0 prints as 0% and only 1 as 100%: shares that would round to them print as `0.02%`, `99.97%`,
  /// `<0.01%` or `>99.99%`.
  ///
  /// - Parameters:
  ///   - share: 1 for the whole.
  ///   - decimals: the number of decimals; nil chooses one, or two below 0.1% or if one would round to 0
  ///     or 100.
  package static func percent(_ share: Double, decimals: Int? = nil) -> String {
    guard share.isFinite else { return word(for: share) }
    let isSmall = share != 0 && abs(share) < 0.000_95
    let places = decimals ?? (isSmall ? 2 : 1)
    let text = fixed(share * 100, places)
    let rounds = { (end: Double) in share != end && text == fixed(end * 100, places) }
    guard rounds(0) || rounds(1) else { return text + "%" }
    guard decimals != nil || places > 1 else { return percent(share, decimals: 2) }
    let last = places == 0 ? "1" : "0." + String(repeating: "0", clamping: places - 1) + "1"
    if rounds(0) { return (share < 0 ? ">−" : "<") + last + "%" }
    let nines = places == 0 ? "99" : "99." + String(repeating: "9", clamping: places)
    return share < 1 ? ">\(nines)%" : ">100%"
  }

  /// A count to three significant digits with the prefix of its thousands: `1.14 G`, `34.9 k`, `512`.
  package static func engineering(_ x: Double) -> String {
    guard x.isFinite else { return word(for: x) }
    let digits = DecimalDigits(x).rounded(keeping: 3)
    guard digits.exponent > 3 else { return digits.readable }
    let prefixes = ["", "k", "M", "G", "T", "P", "E"]
    let step = min((digits.exponent - 1) / 3, prefixes.count - 1)
    var scaled = digits
    scaled.exponent -= 3 * step
    return scaled.positional(decimals: max(0, 3 - scaled.exponent)) + " " + prefixes[step]
  }

  /// A count with its unit: `1.14 GMACs`, `178 MACs`, `1.14 G multiply-adds`.
  ///
  /// A unit that starts with a capital letter follows its prefix without a space, as symbols do.
  package static func engineering(_ x: Double, unit: String) -> String {
    let number = engineering(x)
    let isSymbol = unit.first?.isUppercase == true && number.last?.isLetter == true
    return number + (isSymbol ? "" : " ") + unit
  }

  /// A size in bytes, 1 MiB being 2²⁰: `0.59 MiB`, `34.1 KiB`, `512 B`, `1.25 GiB`.
  package static func bytes(_ n: Int) -> String {
    let size = Double(n)
    return switch abs(size) {
    case ..<1024: "\(n) B"
    case ..<(0.1 * 0x1p20): fixed(size / 0x1p10, 1) + " KiB"
    case ..<0x1p30: fixed(size / 0x1p20, 2) + " MiB"
    default: fixed(size / 0x1p30, 2) + " GiB"
    }
  }

  /// Beyond ±2⁵³ not every whole number is a Double, so writing all digits would suggest a false
  /// precision.
  package static let largestExact = 0x1p53

  /// The minus sign in everything that people read.
  package static let minus = "\u{2212}"

  /// The same number for programs and files, with a hyphen for its minus sign.
  package static func ascii(_ text: String) -> String { text.replacing(minus, with: "-") }

  private static func word(for x: Double) -> String {
    x.isNaN ? "nan" : x < 0 ? minus + "inf" : "inf"
  }
}

/// A finite number as decimal digits: ±0.d₁d₂d₃… · 10^exponent, with d₁ not zero.
struct DecimalDigits {
  var isNegative: Bool
  /// The digits 0 to 9; empty for zero.
  var digits: [UInt8]
  var exponent: Int

  /// The shortest digits that read back as `x`.
  init(_ x: Double) {
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
  func positional(decimals: Int? = nil) -> String {
    let digit = { (i: Int) in
      digits.indices.contains(i) ? Character(Unicode.Scalar(digits[i] + 48)) : "0"
    }
    var text = isNegative && !digits.isEmpty ? NumberFormat.minus : ""
    if exponent <= 0 { text += "0" }
    for i in 0..<max(exponent, 0) { text.append(digit(i)) }
    let places = decimals ?? max(0, digits.count - exponent)
    if places > 0 { text += "." }
    for i in 0..<places { text.append(digit(exponent + i)) }
    return text
  }

  /// Positional notation if that is short, otherwise scientific.
  var readable: String { (-3...15).contains(exponent) ? positional() : scientific() }

  /// Scientific notation: `1.5e-7`, `1e20`.
  func scientific() -> String {
    var text = isNegative ? NumberFormat.minus : ""
    for (i, digit) in digits.enumerated() {
      if i == 1 { text += "." }
      text.append(Character(Unicode.Scalar(digit + 48)))
    }
    return text + "e\(exponent - 1)"
  }
}
