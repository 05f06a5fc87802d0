import Foundation

/// The possible values of a printed number, that is everything that rounds to its digits, or of a
/// printed formula.
struct Interval: Hashable, Sendable {
  var low: Double
  var high: Double

  init(_ low: Double, _ high: Double) { (self.low, self.high) = (min(low, high), max(low, high)) }

  /// A number printed with `digits` significant digits. A shorter one without a point or an
  /// exponent is exact.
  init?(printed text: String, digits: Int) {
    guard let value = Double(text) else { return nil }
    let isRounded = text.count >= digits || text.contains { $0 == "." || $0 == "e" }
    guard isRounded, value != 0 else {
      self.init(value, value)
      return
    }
    let unit = pow(10, floor(log10(abs(value))) - Double(digits - 1))
    self.init(value - 0.5000001 * unit, value + 0.5000001 * unit)
  }

  init(of ends: [Double]) {
    self.init(ends.min() ?? .nan, ends.max() ?? .nan)
  }

  /// Whether the value is inside the interval, up to the rounding of Double.
  func contains(_ value: Double) -> Bool {
    let slack = 1e-12 * max(abs(low), abs(high), 1e-30)
    return value >= low - slack && value <= high + slack
  }

  static func + (a: Interval, b: Interval) -> Interval { Interval(a.low + b.low, a.high + b.high) }
  static func - (a: Interval, b: Interval) -> Interval { Interval(a.low - b.high, a.high - b.low) }
  static func * (a: Interval, b: Interval) -> Interval {
    Interval(of: [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high])
  }
  static func / (a: Interval, b: Interval) -> Interval {
    b.low <= 0 && b.high >= 0
      ? Interval(-.infinity, .infinity)
      : Interval(of: [a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high])
  }
}

/// A parser for the formulas that explanations print with numbers inserted: + − · / ^ √ e max( , ).
///
/// Written independently of the code that prints them, so that one can check the other.
struct PrintedFormula {
  private var rest: Substring
  private let digits: Int

  /// The possible values of the text, given that its numbers were rounded to `digits` digits; nil
  /// if it isn't a formula.
  static func evaluate(_ text: String, digits: Int) -> Interval? {
    var reader = PrintedFormula(rest: text[...], digits: digits)
    let value = reader.sum()
    return reader.rest.isEmpty ? value : nil
  }

  private mutating func take(_ text: String) -> Bool {
    guard rest.hasPrefix(text) else { return false }
    rest.removeFirst(text.count)
    return true
  }

  private mutating func sum() -> Interval? {
    guard var value = product() else { return nil }
    while true {
      if take(" + ") {
        guard let next = product() else { return nil }
        value = value + next
      } else if take(" − ") {
        guard let next = product() else { return nil }
        value = value - next
      } else {
        return value
      }
    }
  }

  private mutating func product() -> Interval? {
    guard var value = power() else { return nil }
    while true {
      if take(" · ") {
        guard let next = power() else { return nil }
        value = value * next
      } else if take(" / ") {
        guard let next = power() else { return nil }
        value = value / next
      } else {
        return value
      }
    }
  }

  private mutating func power() -> Interval? {
    guard let base = atom() else { return nil }
    guard take("^") else { return base }
    guard let exponent = atom() else { return nil }
    return Interval(of: [
      pow(base.low, exponent.low), pow(base.low, exponent.high), pow(base.high, exponent.low),
      pow(base.high, exponent.high),
    ])
  }

  private mutating func atom() -> Interval? {
    if take("e") { return Interval(M_E, M_E) }
    if take("√") { return atom().map { Interval($0.low.squareRoot(), $0.high.squareRoot()) } }
    if take("max(") {
      guard var largest = sum() else { return nil }
      while take(", ") {
        guard let next = sum() else { return nil }
        largest = Interval(max(largest.low, next.low), max(largest.high, next.high))
      }
      return take(")") ? largest : nil
    }
    if take("(") {
      let value = sum()
      return take(")") ? value : nil
    }
    let negative = take("−")
    let interval = number()
    return negative ? interval.map { Interval(-$0.high, -$0.low) } : interval
  }

  private mutating func number() -> Interval? {
    var text = ""
    while let next = rest.first, next.isNumber || next == "." || next == "e" {
      text.append(rest.removeFirst())
      if next == "e", take("-") { text.append("-") }
    }
    return Interval(printed: text, digits: digits)
  }
}
