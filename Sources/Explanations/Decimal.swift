import Basics
import CLibrary

/// A number in the given significant digits: `0.72`, `1e-5`, `−3`, `∞`. Whole numbers below a
/// billion keep all of their digits. A number that isn't whole but rounds to a whole number gets
/// more digits, up to twelve, until the difference is visible, `1.0000001`; if twelve aren't
/// enough, it keeps its zeros, `1.00000`.
func decimal(_ value: Double, digits: Int) -> String {
  if value.isNaN { return "NaN" }
  if value.isInfinite { return value < 0 ? "−∞" : "∞" }
  if value == value.rounded(), value.magnitude < 1e9 { return sign(String(Int(clamping: value))) }
  func isWhole(_ text: String) -> Bool { text.allSatisfy { $0.isWholeNumber || $0 == "-" } }
  var short = printed(value, format: "%.*g", digits: digits)
  var more = digits
  while more < 12, isWhole(short) {
    more += 1
    short = printed(value, format: "%.*g", digits: more)
  }
  var text = isWhole(short) ? printed(value, format: "%#.*g", digits: digits) : short
  if text.last == "." { text.removeLast() }
  // C writes at least two digits of an exponent, and its plus sign.
  guard let mark = text.firstIndex(of: "e"), let power = Int(text[text.index(after: mark)...])
  else { return sign(text) }
  return sign("\(text[..<mark])") + "e\(power)"
}

/// The text with a minus sign instead of a hyphen.
private func sign(_ text: String) -> String {
  text.first == "-" ? "−" + text.dropFirst() : text
}

private func printed(_ value: Double, format: String, digits: Int) -> String {
  var buffer = [CChar](repeating: 0, count: 64)
  _ = withVaList([Int32(digits), value]) { vsnprintf(&buffer, buffer.count, format, $0) }
  return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
