import Basics
import Documents

/// A token of the expression language, with its location.
struct Token: Sendable {
  enum Kind: Hashable, Sendable {
    case number(Number)
    case text(String)
    case name(String)
    case symbol(Symbol)
    case newline
    case end
  }

  let kind: Kind
  /// Offsets in Unicode scalars.
  let range: Range<Int>

  /// The symbol; nil for other tokens.
  var symbol: Symbol? {
    if case .symbol(let symbol) = kind { symbol } else { nil }
  }

  /// The name; nil for other tokens.
  var name: String? {
    if case .name(let name) = kind { name } else { nil }
  }
}

/// Operators and punctuation, as they are written.
package enum Symbol: String, Hashable, Sendable, CaseIterable {
  case plus = "+"
  case minus = "-"
  case times = "*"
  case divide = "/"
  case remainder = "%"
  case power = "**"
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case and = "&&"
  case or = "||"
  case not = "!"
  case closedRange = "..."
  case halfOpenRange = "..<"
  case assign = "="
  case dot = "."
  case comma = ","
  case colon = ":"
  case semicolon = ";"
  case openParenthesis = "("
  case closeParenthesis = ")"
  case openBracket = "["
  case closeBracket = "]"

  /// The precedence of an infix operator, higher binding tighter; nil for other symbols.
  var precedence: Int? {
    switch self {
    case .or: 1
    case .and: 2
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: 3
    case .closedRange, .halfOpenRange: 4
    case .plus, .minus: 5
    case .times, .divide, .remainder: 6
    case .power: 8
    case .not, .assign, .dot, .comma, .colon, .semicolon, .openParenthesis, .closeParenthesis,
      .openBracket, .closeBracket:
      nil
    }
  }

  /// The precedence of a sign or `!`: above a product, below a power, so −2 ** 2 is −4.
  static let prefixPrecedence = 7

  var isComparison: Bool { precedence == 3 }
  var isRange: Bool { precedence == 4 }

  /// The matching closing bracket; nil for other symbols.
  var closing: Symbol? {
    switch self {
    case .openParenthesis: .closeParenthesis
    case .openBracket: .closeBracket
    default: nil
    }
  }
}
