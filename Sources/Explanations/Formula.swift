import Basics
import RealModule

/// A formula whose symbols know their values: written in symbols, written with numbers, and
/// evaluated, all from the same tree, so that the three always agree.
package indirect enum Formula: Hashable, Sendable {
  /// A number that belongs to the formula, such as the 1 in 1 + q.
  case number(Double)
  /// A name and its value.
  case symbol(String, Double)
  /// a + b
  case plus(Formula, Formula)
  /// a − b
  case minus(Formula, Formula)
  /// a · b
  case times(Formula, Formula)
  /// a / b
  case over(Formula, Formula)
  /// a^b
  case power(Formula, Formula)
  /// √a
  case root(Formula)
  /// e^a
  case exponential(Formula)
  /// e^a − 1, computed without losing digits for small a
  case exponentialLessOne(Formula)
  /// 1 − e^a, computed in the same way
  case oneLessExponential(Formula)
  /// The largest of a list.
  case largest([Formula])

  /// The value of the formula, in Double.
  package var value: Double {
    switch self {
    case .number(let value), .symbol(_, let value): value
    case .plus(let a, let b): a.value + b.value
    case .minus(let a, let b): a.value - b.value
    case .times(let a, let b): a.value * b.value
    case .over(let a, let b): a.value / b.value
    case .power(let a, let b):
      // With a whole exponent the base may be negative.
      Int(exactly: b.value).map { Double.pow(a.value, $0) } ?? Double.pow(a.value, b.value)
    case .root(let a): a.value.squareRoot()
    case .exponential(let a): Double.exp(a.value)
    case .exponentialLessOne(let a): Double.expMinusOne(a.value)
    case .oneLessExponential(let a): -Double.expMinusOne(a.value)
    // Of equal ones the first, and NaN if there is one.
    case .largest(let list):
      list.map(\.value).reduce(-Double.infinity) { $0.isNaN || $0 >= $1 ? $0 : $1 }
    }
  }

  /// The formula in symbols: `a / S^β`.
  package var symbols: String { text { name, _ in name } }

  /// The formula with numbers: `1.2044 / 2.00064^0.75`.
  ///
  /// - Parameter digits: significant digits of each number that isn't whole.
  package func numbers(digits: Int = 6) -> String {
    text { _, value in Self.written(value, digits: digits) }
  }

  private func text(_ symbol: (String, Double) -> String) -> String {
    /// The text of a part, in parentheses if it binds less tightly than its place requires, or if
    /// it starts with a minus and isn't at the start.
    func part(_ formula: Formula, _ least: Int, leads: Bool = false) -> String {
      let text = formula.text(symbol)
      return formula.binding < least || (!leads && text.first == "−") ? "(\(text))" : text
    }
    switch self {
    case .number(let value): return Self.written(value)
    case .symbol(let name, let value): return symbol(name, value)
    case .plus(let a, let b): return "\(part(a, 1, leads: true)) + \(part(b, 1))"
    case .minus(let a, let b): return "\(part(a, 1, leads: true)) − \(part(b, 2))"
    case .times(let a, let b): return "\(part(a, 2, leads: true)) · \(part(b, 3))"
    case .over(let a, let b): return "\(part(a, 2, leads: true)) / \(part(b, 3))"
    case .power(let a, let b): return "\(part(a, 4))^\(part(b, 4))"
    case .root(let a): return "√\(part(a, 4))"
    case .exponential(let a): return "e^\(part(a, 4))"
    case .exponentialLessOne(let a): return "e^\(part(a, 4)) − 1"
    case .oneLessExponential(let a): return "1 − e^\(part(a, 4))"
    case .largest(let list):
      return "max(\(list.map { $0.text(symbol) }.joined(separator: ", ")))"
    }
  }

  /// A number as in formulas: `1.0000001`, `−3`, `1e-5`.
  ///
  /// - Parameter digits: significant digits if it isn't whole; more, up to twelve, if it would look
  ///   whole otherwise.
  package static func written(_ value: Double, digits: Int = 6) -> String {
    NumberFormat.format(value, significant: digits, keepsFraction: true)
  }

  /// How tightly the outermost operation binds: sums 1, products 2, powers 3, atoms 4.
  private var binding: Int {
    switch self {
    case .number, .symbol, .largest: 4
    case .plus, .minus, .exponentialLessOne, .oneLessExponential: 1
    case .times, .over: 2
    case .power, .root, .exponential: 3
    }
  }

  static func + (a: Formula, b: Formula) -> Formula { .plus(a, b) }
  static func - (a: Formula, b: Formula) -> Formula { .minus(a, b) }
  static func * (a: Formula, b: Formula) -> Formula { .times(a, b) }
  static func / (a: Formula, b: Formula) -> Formula { .over(a, b) }
}

/// One line of an explanation: a symbol, and the formula that gives its value.
package struct Step: Hashable, Sendable {
  /// The symbol on the left: `S`.
  package let symbol: String
  /// The formula on the right.
  package let formula: Formula

  init(_ symbol: String, _ formula: Formula) {
    self.symbol = symbol
    self.formula = formula
  }

  /// The value, in Double.
  package var value: Double { formula.value }
  /// The right side in symbols: `k + s · Σa²`.
  package var symbols: String { formula.symbols }
  /// The right side with numbers: `2 + 0.0001 · 6.4196`.
  package func numbers(digits: Int = 6) -> String { formula.numbers(digits: digits) }

  /// The value as written in later formulas.
  package func valueText(digits: Int = 6) -> String { Formula.written(value, digits: digits) }

  /// The step's symbol and value, for later steps.
  var result: Formula { .symbol(symbol, value) }
}
