import Documents

/// Splits a source into tokens. It also matches brackets, and drops line ends inside brackets.
package struct Lexer {
  package let source: Source
  private var offset = 0
  private var open: [(symbol: Symbol, range: Range<Int>)] = []
  private var tokens: [Token] = []

  /// The tokens of a source, ending with `end`.
  static func tokens(of source: Source) throws(ExpressionError) -> [Token] {
    var lexer = Lexer(source: source)
    return try lexer.run()
  }

  private init(source: Source) { self.source = source }

  private mutating func run() throws(ExpressionError) -> [Token] {
    guard source.scalars.count <= Source.limit else {
      throw error(.limit, "an expression has at most 1,048,576 characters", at: 0..<0)
    }
    while let scalar = peek() { try read(scalar) }
    if let (symbol, range) = open.last {
      throw error(
        .incomplete, "this \(symbol.rawValue) is never closed",
        hint: "write the \(symbol.closing!.rawValue) that closes it", at: range)
    }
    tokens.append(Token(kind: .end, range: offset..<offset))
    return tokens
  }

  private mutating func read(_ scalar: Unicode.Scalar) throws(ExpressionError) {
    let start = offset
    switch scalar {
    case " ", "\t", "\r", "\u{A0}", "\u{202F}", "\u{2009}", "\u{FEFF}":
      offset += 1
    case "\n":
      offset += 1
      if open.isEmpty { tokens.append(Token(kind: .newline, range: start..<offset)) }
    case "#":
      skipLine()
    case "/" where peek(1) == "/":
      skipLine()
    case "0"..."9":
      tokens.append(try readNumber())
    case "." where isDigit(peek(1)) && peek(-1) != ".":
      offset += 1
      while isDigit(peek()) { offset += 1 }
      throw error(
        .syntax, "a number starts with a digit", hint: "write 0\(source[start..<offset])",
        at: start..<offset)
    case "\"":
      tokens.append(try readText())
    case _ where Self.startsName(scalar):
      while let next = peek(), Self.continuesName(next) { offset += 1 }
      tokens.append(Token(kind: .name(source[start..<offset]), range: start..<offset))
    default:
      try readSymbol(scalar)
    }
  }

  private mutating func readSymbol(_ scalar: Unicode.Scalar) throws(ExpressionError) {
    let (symbol, length) = try symbol(scalar)
    let range = offset..<offset + length
    offset += length
    switch symbol {
    case .openParenthesis, .openBracket:
      open.append((symbol, range))
    case .closeParenthesis, .closeBracket:
      guard let (opening, place) = open.popLast() else {
        throw error(.syntax, "this \(symbol.rawValue) has no opening bracket", at: range)
      }
      guard opening.closing == symbol else {
        let (line, column) = source.position(of: place.lowerBound)
        throw error(
          .syntax,
          "this \(symbol.rawValue) does not close the \(opening.rawValue) at line \(line), "
            + "column \(column)", hint: "write \(opening.closing!.rawValue)", at: range)
      }
    default: break
    }
    tokens.append(Token(kind: .symbol(symbol), range: range))
  }

  /// The symbol that starts here, and its length in scalars.
  private func symbol(_ scalar: Unicode.Scalar) throws(ExpressionError) -> (Symbol, Int) {
    switch scalar {
    case "+": return (.plus, 1)
    case "-", "\u{2212}", "\u{2013}": return (.minus, 1)  // minus sign, en dash
    case "*": return peek(1) == "*" ? (.power, 2) : (.times, 1)
    case "\u{D7}", "\u{B7}", "\u{22C5}", "\u{2219}": return (.times, 1)  // × · ⋅ ∙
    case "/", "\u{F7}", "\u{2215}": return (.divide, 1)  // / ÷ ∕
    case "%": return (.remainder, 1)
    case "(": return (.openParenthesis, 1)
    case ")": return (.closeParenthesis, 1)
    case "[": return (.openBracket, 1)
    case "]": return (.closeBracket, 1)
    case ",": return (.comma, 1)
    case ":": return (.colon, 1)
    case ";": return (.semicolon, 1)
    case "\u{2264}": return (.lessOrEqual, 1)  // ≤
    case "\u{2265}": return (.greaterOrEqual, 1)  // ≥
    case "\u{2260}": return (.notEqual, 1)  // ≠
    case "\u{2026}": return (.closedRange, 1)  // …
    case "<": return peek(1) == "=" ? (.lessOrEqual, 2) : (.less, 1)
    case ">": return peek(1) == "=" ? (.greaterOrEqual, 2) : (.greater, 1)
    case "=": return peek(1) == "=" ? (.equal, 2) : (.assign, 1)
    case "!": return peek(1) == "=" ? (.notEqual, 2) : (.not, 1)
    case "&" where peek(1) == "&": return (.and, 2)
    case "|" where peek(1) == "|": return (.or, 2)
    case ".":
      guard peek(1) == "." else { return (.dot, 1) }
      if peek(2) == "." { return (.closedRange, 3) }
      if peek(2) == "<" { return (.halfOpenRange, 3) }
      throw error(
        .syntax, "write a range as 0...2 (both ends) or 0..<2 (without the last)",
        at: rangeText())
    default: throw unexpected(scalar)
    }
  }

  /// The location of a range written with two points, `0..2`, from its first to its last number.
  private func rangeText() -> Range<Int> {
    var end = offset + 2
    while end < source.scalars.count, isDigit(source.scalars[end]) { end += 1 }
    guard let last = tokens.last, last.range.upperBound == offset, case .number = last.kind else {
      return offset..<end
    }
    return last.range.lowerBound..<end
  }

  private mutating func skipLine() {
    while let scalar = peek(), scalar != "\n" { offset += 1 }
  }

  package static func startsName(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isXIDStart
  }

  package static func continuesName(_ scalar: Unicode.Scalar) -> Bool {
    // Unicode allows a middle dot inside a word, but here it multiplies.
    scalar.properties.isXIDContinue && scalar != "\u{B7}" && scalar != "\u{387}"
  }

  package func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
    let i = offset + ahead
    return i >= 0 && i < source.scalars.count ? source.scalars[i] : nil
  }

  package mutating func advance(_ count: Int = 1) { offset += count }

  package var position: Int { offset }

  package func error(
    _ kind: ExpressionError.Kind, _ message: String, hint: String? = nil, at range: Range<Int>
  ) -> ExpressionError {
    ExpressionError(kind, message, hint: hint, at: range, in: source)
  }
}

/// Whether a scalar is an ASCII digit.
package func isDigit(_ scalar: Unicode.Scalar?) -> Bool {
  scalar.map { ("0"..."9").contains($0) } ?? false
}
