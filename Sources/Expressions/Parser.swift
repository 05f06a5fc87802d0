/// A Pratt parser: `parse(minimum:)` reads an operand, then all operators with at least that
/// precedence.
struct Parser {
  /// The deepest nesting of brackets, signs and powers.
  static let deepest = 200

  let source: Source
  private let tokens: [Token]
  private var index = 0
  private var depth = 0

  init(_ source: Source) throws(ExpressionError) {
    self.source = source
    tokens = try Lexer.tokens(of: source)
  }

  /// All statements of the source, each on a separate line or separated by semicolons.
  mutating func statements() throws(ExpressionError) -> [Statement] {
    var statements: [Statement] = []
    while true {
      while token.kind == .newline || token.symbol == .semicolon { advance() }
      if token.kind == .end { return statements }
      statements.append(try statement())
      guard token.kind == .newline || token.symbol == .semicolon || token.kind == .end else {
        throw unexpectedToken(after: statements[statements.count - 1])
      }
    }
  }

  private mutating func statement() throws(ExpressionError) -> Statement {
    let start = token
    guard start.name == "let" || start.name == "var", following.name != nil else {
      return Statement(name: nil, nameRange: start.range, value: try parse(minimum: 0))
    }
    advance()
    let name = token
    advance()
    guard token.symbol == .assign else {
      let hint = "write let \(name.name!) = …"
      if token.kind == .end { throw error(.incomplete, "= and a value are missing", hint: hint) }
      throw error(.syntax, "a name must be followed by = and its value", hint: hint)
    }
    guard start.name == "let" else {
      throw error(
        .syntax, "names are defined with let", hint: "write let \(name.name!) = …",
        at: start.range)
    }
    advance()
    skipNewlines()
    return Statement(name: name.name!, nameRange: name.range, value: try parse(minimum: 0))
  }

  /// Reads an operand, then all operators with at least this precedence.
  mutating func parse(minimum: Int) throws(ExpressionError) -> Node {
    var left = try prefix()
    while let symbol = token.symbol, let precedence = symbol.precedence, precedence >= minimum {
      if symbol.isRange {
        left = try range(from: left)
      } else if symbol == .power {
        let link = try link(minimum: precedence)
        left = Node(
          kind: .chain(left, [link]), range: left.range.lowerBound..<link.operand.range.upperBound)
      } else {
        left = try chain(from: left, precedence: precedence)
      }
    }
    return left
  }

  private mutating func chain(
    from left: Node, precedence: Int
  ) throws(ExpressionError) -> Node {
    var links: [Node.Link] = []
    var end = left.range.upperBound
    while token.symbol?.precedence == precedence {
      if token.symbol!.isComparison, !links.isEmpty {
        throw error(.syntax, "comparisons do not chain", hint: "write a < b && b < c")
      }
      links.append(try link(minimum: precedence + 1))
      end = links[links.count - 1].operand.range.upperBound
    }
    return Node(kind: .chain(left, links), range: left.range.lowerBound..<end)
  }

  private mutating func link(minimum: Int) throws(ExpressionError) -> Node.Link {
    let sign = token
    advance()
    skipNewlines()
    try requireOperand(after: sign)
    let operand = try nested { (parser) throws(ExpressionError) in
      try parser.parse(minimum: minimum)
    }
    return Node.Link(symbol: sign.symbol!, range: sign.range, operand: operand)
  }

  private mutating func prefix() throws(ExpressionError) -> Node {
    let start = token
    switch start.symbol {
    case .plus, .minus, .not:
      advance()
      try requireOperand(after: start)
      let operand = try nested { (parser) throws(ExpressionError) in
        try parser.parse(minimum: Symbol.prefixPrecedence)
      }
      return Node(
        kind: .prefix(start.symbol!, operand),
        range: start.range.lowerBound..<operand.range.upperBound)
    case .closedRange, .halfOpenRange:
      return try range(from: nil)
    default:
      return try suffixed()
    }
  }

  /// Reads `...upper` or `..<upper`; in a subscript the upper end may be missing.
  private mutating func range(from lower: Node?) throws(ExpressionError) -> Node {
    let sign = token
    let start = lower?.range.lowerBound ?? sign.range.lowerBound
    advance()
    if token.symbol == .closeBracket || token.symbol == .comma {
      guard sign.symbol == .closedRange else {
        throw error(.syntax, "..< needs the number to stop before", at: sign.range)
      }
      return Node(
        kind: .range(lower: lower, upper: nil, isClosed: true),
        range: start..<sign.range.upperBound)
    }
    skipNewlines()
    try requireOperand(after: sign)
    let upper = try nested { (parser) throws(ExpressionError) in
      try parser.parse(minimum: Symbol.plus.precedence!)
    }
    if token.symbol?.isRange == true { throw error(.syntax, "a range has two ends") }
    return Node(
      kind: .range(lower: lower, upper: upper, isClosed: sign.symbol == .closedRange),
      range: start..<upper.range.upperBound)
  }

  /// Tracks one level of nesting, and throws if there are more than `deepest`.
  mutating func nested<T>(
    _ body: (inout Parser) throws(ExpressionError) -> T
  ) throws(ExpressionError) -> T {
    depth += 1
    guard depth <= Self.deepest else {
      throw error(
        .limit, "the expression is nested more than \(Self.deepest) deep",
        hint: "define a part of it with let")
    }
    let result = try body(&self)
    depth -= 1
    return result
  }

  var token: Token { tokens[index] }
  var following: Token { tokens[min(index + 1, tokens.count - 1)] }

  mutating func advance() { index = min(index + 1, tokens.count - 1) }

  mutating func skipNewlines() {
    while token.kind == .newline { advance() }
  }

  func error(
    _ kind: ExpressionError.Kind, _ message: String, hint: String? = nil,
    at range: Range<Int>? = nil
  ) -> ExpressionError {
    ExpressionError(kind, message, hint: hint, at: range ?? token.range, in: source)
  }
}
