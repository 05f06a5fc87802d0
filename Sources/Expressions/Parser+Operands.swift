import Documents

/// Operands: numbers, names, lists and parentheses, with the members, subscripts and calls after
/// them.
extension Parser {
  /// Reads an operand and its suffixes.
  package mutating func suffixed() throws(ExpressionError) -> Node {
    let base = try operand()
    var suffixes: [Node.Suffix] = []
    var end = base.range.upperBound
    while let symbol = token.symbol, let suffix = try suffix(symbol, end: &end) {
      suffixes.append(suffix)
    }
    if suffixes.isEmpty { return base }
    return Node(kind: .suffixed(base, suffixes), range: base.range.lowerBound..<end)
  }

  private mutating func suffix(
    _ symbol: Symbol, end: inout Int
  ) throws(ExpressionError) -> Node.Suffix? {
    let start = token.range.lowerBound
    switch symbol {
    case .dot:
      advance()
      guard let name = token.name else {
        throw error(.syntax, "a point must be followed by a name, as in conv1.output")
      }
      end = token.range.upperBound
      advance()
      return .member(name, start + 1..<end)
    case .openBracket:
      advance()
      let subscripts = try items(until: .closeBracket) { (parser) throws(ExpressionError) in
        try parser.subscriptItem()
      }
      end = token.range.upperBound
      if subscripts.isEmpty {
        throw error(.syntax, "an index is missing", hint: "write [0]", at: start..<end)
      }
      advance()
      return .subscripts(subscripts, start..<end)
    case .openParenthesis:
      advance()
      let arguments = try items(until: .closeParenthesis) { (parser) throws(ExpressionError) in
        try parser.argument()
      }
      end = token.range.upperBound
      advance()
      return .call(arguments, start..<end)
    default:
      return nil
    }
  }

  private mutating func operand() throws(ExpressionError) -> Node {
    let start = token
    switch start.kind {
    case .number(let number):
      advance()
      return Node(kind: .number(number), range: start.range)
    case .text(let text):
      advance()
      return Node(kind: .text(text), range: start.range)
    case .name(let name):
      if name == "let" {
        throw error(.syntax, "let must come at the start of a line", hint: "write let a = …")
      }
      advance()
      return Node(kind: .name(name), range: start.range)
    case .symbol(.openParenthesis):
      advance()
      if token.symbol == .closeParenthesis {
        throw error(
          .syntax, "there is nothing between the parentheses",
          at: start.range.lowerBound..<token.range.upperBound)
      }
      let inner = try nested { (parser) throws(ExpressionError) in try parser.parse(minimum: 0) }
      guard token.symbol == .closeParenthesis else {
        let hint = token.symbol == .comma ? "write a list as [1, 2, 3]" : nil
        throw error(.syntax, "an operator or ) was expected", hint: hint)
      }
      let range = start.range.lowerBound..<token.range.upperBound
      advance()
      return Node(kind: inner.kind, range: range)
    case .symbol(.openBracket):
      advance()
      let elements = try items(until: .closeBracket) { (parser) throws(ExpressionError) in
        try parser.parse(minimum: 0)
      }
      let range = start.range.lowerBound..<token.range.upperBound
      advance()
      return Node(kind: .list(elements), range: range)
    case .symbol, .newline, .end:
      throw missingOperand()
    }
  }

  /// Reads items separated by commas up to the closing bracket, which isn't consumed. A trailing
  /// comma is allowed.
  private mutating func items<T>(
    until closing: Symbol, _ item: (inout Parser) throws(ExpressionError) -> T
  ) throws(ExpressionError) -> [T] {
    var items: [T] = []
    while token.symbol != closing {
      items.append(try nested(item))
      if token.symbol == .comma {
        advance()
      } else if token.symbol != closing {
        let hint = token.symbol == .colon ? "a label is a single name, as in stride: 4" : nil
        throw error(.syntax, "a comma or \(closing.rawValue) was expected", hint: hint)
      }
    }
    return items
  }

  private mutating func subscriptItem() throws(ExpressionError) -> Node {
    let rangeHint = "write a range as 0..<3, and a whole axis as 0..."
    if token.symbol == .colon {
      throw error(.syntax, "a colon isn't an index", hint: rangeHint)
    }
    let item = try parse(minimum: 0)
    if token.symbol == .colon {
      throw error(.syntax, "a colon doesn't make a range", hint: rangeHint)
    }
    return item
  }

  private mutating func argument() throws(ExpressionError) -> Node.Argument {
    let start = token
    var label: String?
    if start.name != nil, following.symbol == .colon || following.symbol == .assign {
      label = start.name
      advance()
      guard token.symbol == .colon else {
        throw error(.syntax, "a label must be followed by a colon", hint: "write \(label!): …")
      }
      advance()
    }
    return Node.Argument(label: label, labelRange: start.range, value: try parse(minimum: 0))
  }

  /// Throws if the source ends after an operator.
  func requireOperand(after sign: Token) throws(ExpressionError) {
    let text = source[sign.range]
    switch token.kind {
    case .end:
      throw error(.incomplete, "a value is missing after \(text)", at: sign.range)
    case .newline, .symbol(.closeParenthesis), .symbol(.closeBracket), .symbol(.comma),
      .symbol(.semicolon):
      throw error(.syntax, "a value is missing after \(text)", at: sign.range)
    default: break
    }
  }

  private func missingOperand() -> ExpressionError {
    guard let symbol = token.symbol else {
      return error(.incomplete, "a value was expected, but the text ends here")
    }
    let text = source[token.range]
    if symbol == .dot {
      return error(.syntax, "a point must follow a name, as in conv1.output")
    }
    return error(.syntax, "a value was expected before \(text)")
  }

  /// The error for text after a complete expression.
  func unexpectedToken(after statement: Statement) -> ExpressionError {
    switch token.kind {
    case .symbol(.assign):
      var hint = "to compare, write =="
      if statement.name == nil, case .name(let name) = statement.value.kind {
        hint = "to define a name, write let \(name) = …; to compare, =="
      }
      return error(.syntax, "= is not allowed here", hint: hint)
    case .symbol(.not):
      return error(.syntax, "! goes before a value", hint: "write != for not equal")
    case .symbol(.comma):
      return error(.syntax, "a comma is not allowed here", hint: "write a list as [1, 2, 3]")
    case .symbol(let symbol):
      return error(.syntax, "\(symbol.rawValue) is not allowed here")
    case .name("x"):
      return error(
        .syntax, "an operator was expected before x", hint: "write a product as 27 * 27")
    case .name, .number, .text:
      let text = source[token.range].prefix(40)
      return error(.syntax, "an operator was expected before \(text)")
    case .newline, .end:
      return error(.syntax, "a value was expected")
    }
  }
}
