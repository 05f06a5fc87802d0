import Basics

/// Numbers formatted for people, the same in every language setting.
public enum Numerals {
  /// A whole number with a comma at every third digit: `62,378,344`.
  public static func grouped(_ value: Int) -> String {
    var digits = String(value.magnitude)
    var groups: [Substring] = []
    while digits.count > 3 {
      groups.insert(digits.suffix(3), at: 0)
      digits.removeLast(3)
    }
    groups.insert(Substring(digits), at: 0)
    return (value < 0 ? "−" : "") + groups.joined(separator: ",")
  }

  /// A number of things: `1 epoch`, `1,234 epochs`, `2 classes`.
  ///
  /// - Parameters:
  ///   - one: the noun for one.
  ///   - several: the noun for any other number; by default the noun for one with an s.
  ///   - number: how many there are.
  public static func count(_ number: Int, _ one: String, _ several: String? = nil) -> String {
    "\(grouped(number)) \(number == 1 ? one : several ?? one + "s")"
  }

  /// A number with exactly this many decimals, halves rounded away from zero: `14.72`.
  ///
  /// - Parameters:
  ///   - value: below 10¹² in magnitude, so that its digits are exact; larger ones, infinities and
  ///     NaN are printed as in Swift.
  ///   - places: the decimals, from 0 to 6.
  public static func fixed(_ value: Double, places: Int) -> String {
    precondition((0...6).contains(places), "A fixed number has 0 to 6 decimals.")
    guard value.magnitude < 1e12 else { return "\(value)" }
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let scaled = Int(rounding: value.magnitude * Double(scale))
    let sign = value < 0 && scaled > 0 ? "−" : ""
    guard places > 0 else { return sign + String(scaled) }
    let decimals = String(scaled % scale)
    let zeros = String(repeating: "0", clamping: places - decimals.count)
    return "\(sign)\(scaled / scale).\(zeros)\(decimals)"
  }

  /// The shortest decimal that reads back as the same number, without an exponent down to 10⁻⁹ and
  /// without a point if it is whole: `0.00005`, `2`.
  public static func plain(_ value: Double) -> String {
    if value == value.rounded(), value.magnitude < 1e15 { return String(Int(clamping: value)) }
    let text = "\(value)"
    guard let e = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: e)...]),
      (-9..<0).contains(exponent)
    else { return text }
    let digits = text[..<e].filter(\.isNumber)
    let significant = digits.hasSuffix("0") && digits.count > 1 ? digits.dropLast() : digits[...]
    let sign = value < 0 ? "-" : ""
    return sign + "0." + String(repeating: "0", clamping: -exponent - 1) + significant
  }

  /// A number for a table: below 1,000 in four significant digits, if it has more: `0.07423`.
  static func short(_ value: Double) -> String {
    let whole = plain(value)
    guard whole.count > 8, (1e-9..<1_000).contains(value.magnitude) else { return whole }
    var scale = 1.0
    while value.magnitude * scale < 1_000 { scale *= 10 }
    return plain((value * scale).rounded() / scale)
  }

  /// A quotient with enough decimals to show that it isn't whole: `54.25`, `31.57`.
  static func quotient(_ dividend: Int, _ divisor: Int) -> String {
    var text = fixed(
      Double(dividend) / Double(divisor), places: min(6, max(2, String(divisor).count)))
    while text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
