/// Formats numbers, everywhere: no locale, the minus sign U+2212 unless a program reads the number,
/// powers of ten as `1e-7`, `nan` and `inf` as words. Expressions can parse all of these.
///
/// Rounding starts from the shortest decimal that reads back as the same Double, halves away from
/// zero, so that 0.15 to one decimal is 0.2, as a reader of "0.15" expects.
package enum NumberFormat {
  /// The minus sign of a number.
  package enum Minus: String, Sendable {
    /// U+2212, for people.
    case sign = "\u{2212}"
    /// The hyphen that programs read and people type.
    case hyphen = "-"
  }

  /// Whole numbers in full, others to some significant digits without trailing zeros; very small and
  /// very large ones in the style of `1e-7`.
  ///
  /// If the part before the point has at least that many digits, two decimals are kept: 1234567.25.
  ///
  /// - Parameters:
  ///   - x: any number.
  ///   - significant: the digits to keep of a number that isn't whole, at least 1.
  ///   - powers: the powers of ten, of the first digit, that are written without `e`.
  ///   - keepsFraction: whether a number that isn't whole may not look whole. It gets more digits, up
  ///     to twelve, until the difference is visible, `1.0000001`; if twelve aren't enough, it keeps its
  ///     zeros, `1.00000`.
  ///   - minus: the minus sign.
  package static func format(
    _ x: Double, significant: Int = 6, powers: ClosedRange<Int> = -4...15,
    keepsFraction: Bool = false, minus: Minus = .sign
  ) -> String {
    precondition(significant >= 1, "A number is written with at least one significant digit.")
    guard x.isFinite else { return word(for: x, minus) }
    let digits = DecimalDigits(x)
    let short = digits.rounded(keeping: significant)
    guard powers.contains(short.exponent - 1), abs(x) <= largestExact else {
      return short.scientific(minus)
    }
    if digits.isWhole { return digits.positional(minus) }
    let isLong = digits.exponent >= significant
    let kept = isLong ? digits.rounded(keeping: digits.exponent + 2) : short
    guard keepsFraction, kept.isWhole else { return kept.positional(minus) }
    for more in min(significant, 12)...12 {
      let longer = digits.rounded(keeping: more)
      if !longer.isWhole { return longer.positional(minus) }
    }
    return kept.positional(decimals: max(1, significant - kept.exponent), minus)
  }

  /// The shortest digits that read back as the same number, `0.00005`, `2`, and so for settings and
  /// files: `1e-7` style only below a billionth and where very large.
  ///
  /// - Parameters:
  ///   - x: a Double, or a Float with a Float's digits.
  ///   - powers: the powers of ten, of the first digit, that are written without `e`.
  ///   - minus: the minus sign.
  package static func shortest<F: BinaryFloatingPoint & LosslessStringConvertible>(
    _ x: F, powers: ClosedRange<Int> = -9...15, minus: Minus = .sign
  ) -> String {
    guard x.isFinite else { return word(for: Double(x), minus) }
    let digits = DecimalDigits(x)
    let isPositional = powers.contains(digits.exponent - 1) && Double(x).magnitude <= largestExact
    return isPositional ? digits.positional(minus) : digits.scientific(minus)
  }

  /// The shortest digits of each number: `0.5`, or `(0.5, 0.25)` for several.
  package static func shortest<F: BinaryFloatingPoint & LosslessStringConvertible>(
    of values: [F]
  ) -> String {
    let texts = values.map { shortest($0) }
    return texts.count == 1 ? texts[0] : "(\(texts.joined(separator: ", ")))"
  }

  /// An error or a bound, in about three digits: `0.0123`, `1.23e5`.
  package static func short(_ x: Double) -> String { format(x, significant: 3, powers: -4...4) }

  /// A number with a fixed number of decimals: `fixed(9.285, 2)` is 9.29.
  package static func fixed(_ x: Double, _ decimals: Int, minus: Minus = .sign) -> String {
    guard x.isFinite else { return word(for: x, minus) }
    let digits = DecimalDigits(x)
    return digits.rounded(keeping: digits.exponent + max(decimals, 0))
      .positional(decimals: max(decimals, 0), minus)
  }

  /// A quotient with enough decimals to show that it isn't whole: `54.25`, `31.57`.
  package static func quotient(_ dividend: Int, _ divisor: Int) -> String {
    let decimals = min(6, max(2, String(divisor).count))
    let digits = DecimalDigits(Double(dividend) / Double(divisor))
    return digits.rounded(keeping: digits.exponent + decimals).positional(.sign)
  }

  /// A whole number with a comma at every third digit: `62,378,344`.
  ///
  /// - Parameters:
  ///   - n: the number.
  ///   - showsPlus: whether a number that isn't negative has a plus sign.
  package static func grouped(_ n: Int, showsPlus: Bool = false) -> String {
    let digits = Array(String(n.magnitude))
    var text = n < 0 ? Minus.sign.rawValue : showsPlus ? "+" : ""
    for (i, digit) in digits.enumerated() {
      if i > 0 && (digits.count - i) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  /// A number of things: `1 epoch`, `1,234 epochs`, `2 classes`.
  ///
  /// - Parameters:
  ///   - number: how many there are.
  ///   - one: the noun for one.
  ///   - several: the noun for any other number; by default the noun for one with an s.
  package static func count(_ number: Int, _ one: String, _ several: String? = nil) -> String {
    "\(grouped(number)) \(number == 1 ? one : several ?? one + "s")"
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
    guard share.isFinite else { return word(for: share, .sign) }
    let isSmall = share != 0 && abs(share) < 0.000_95
    let places = decimals ?? (isSmall ? 2 : 1)
    let text = fixed(share * 100, places)
    let rounds = { (end: Double) in share != end && text == fixed(end * 100, places) }
    guard rounds(0) || rounds(1) else { return text + "%" }
    guard decimals != nil || places > 1 else { return percent(share, decimals: 2) }
    let last = places == 0 ? "1" : "0." + String(repeating: "0", clamping: places - 1) + "1"
    if rounds(0) { return (share < 0 ? ">\(Minus.sign.rawValue)" : "<") + last + "%" }
    let nines = places == 0 ? "99" : "99." + String(repeating: "9", clamping: places)
    return share < 1 ? ">\(nines)%" : ">100%"
  }

  /// A count to three significant digits with the prefix of its thousands: `1.14 G`, `34.9 k`, `512`.
  package static func engineering(_ x: Double) -> String {
    guard x.isFinite else { return word(for: x, .sign) }
    let digits = DecimalDigits(x).rounded(keeping: 3)
    guard digits.exponent > 3 else {
      return digits.exponent < -3 ? digits.scientific(.sign) : digits.positional(.sign)
    }
    let prefixes = ["", "k", "M", "G", "T", "P", "E"]
    let step = min((digits.exponent - 1) / 3, prefixes.count - 1)
    var scaled = digits
    scaled.exponent -= 3 * step
    return scaled.positional(decimals: max(0, 3 - scaled.exponent), .sign) + " " + prefixes[step]
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

  /// The text with a hyphen for each minus sign, as Swift reads numbers. People may type either.
  package static func withHyphens(_ text: String) -> String {
    text.replacing(Minus.sign.rawValue, with: Minus.hyphen.rawValue)
  }

  private static func word(for x: Double, _ minus: Minus) -> String {
    x.isNaN ? "nan" : x < 0 ? minus.rawValue + "inf" : "inf"
  }
}
