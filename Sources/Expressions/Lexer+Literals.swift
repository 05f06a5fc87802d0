import Basics

/// Numbers, strings, and error messages for unexpected characters.
extension Lexer {
  /// Reads `55`, `62_378_344`, `0x1F`, `0.75` or `1e-4`.
  mutating func readNumber() throws(ExpressionError) -> Token {
    let start = position
    if peek() == "0", peek(1) == "x" || peek(1) == "X", peek(2)?.properties.isASCIIHexDigit == true
    {
      return try readHexadecimal(from: start)
    }
    var digits = ""
    takeDigits(into: &digits)
    var isInteger = true
    if peek() == ".", isDigit(peek(1)) {
      isInteger = false
      digits += "."
      advance()
      takeDigits(into: &digits)
    } else if peek() == ".", peek(1) != ".", peek(1).map(Self.startsName) != true {
      throw error(
        .syntax, "a number cannot end with a point", hint: "write \(digits).0",
        at: start..<position + 1)
    }
    if peek() == "e" || peek() == "E" {
      let signs = ["+", "-", "\u{2212}"] as [Unicode.Scalar?]
      let signed = signs.contains(peek(1))
      if isDigit(peek(signed ? 2 : 1)) {
        isInteger = false
        digits += signed && peek(1) != "+" ? "e-" : "e"
        advance(signed ? 2 : 1)
        takeDigits(into: &digits)
      }
    }
    try requireEndOfNumber(from: start)
    guard let value = Double(digits), value.isFinite else {
      throw error(
        .value, "this number is too large", hint: "the largest is about 1.8e308",
        at: start..<position)
    }
    return Token(kind: .number(Number(value, isInteger: isInteger)), range: start..<position)
  }

  private mutating func readHexadecimal(from start: Int) throws(ExpressionError) -> Token {
    advance(2)
    var digits = ""
    while let scalar = peek(), scalar.properties.isASCIIHexDigit || scalar == "_" {
      if scalar != "_" { digits.unicodeScalars.append(scalar) }
      advance()
    }
    try requireEndOfNumber(from: start)
    guard let value = UInt64(digits, radix: 16), value <= 1 << 53 else {
      throw error(
        .value, "this number is too large", hint: "the largest is 0x20000000000000",
        at: start..<position)
    }
    return Token(kind: .number(Number(Double(value), isInteger: true)), range: start..<position)
  }

  private mutating func takeDigits(into digits: inout String) {
    while let scalar = peek(), isDigit(scalar) || scalar == "_" && !digits.hasSuffix(".") {
      if scalar != "_" { digits.unicodeScalars.append(scalar) }
      advance()
    }
  }

  /// Rejects `2x` and `27x27`: a name can't follow a number directly.
  private mutating func requireEndOfNumber(from start: Int) throws(ExpressionError) {
    guard let next = peek(), Self.continuesName(next) else { return }
    let end = position
    while let scalar = peek(), Self.continuesName(scalar) { advance() }
    let rest = source[end..<position]
    let isShape = rest.first == "x" && rest.dropFirst().allSatisfy(\.isNumber)
    throw error(
      .syntax, "\(source[start..<position].prefix(40)) is neither a number nor a name",
      hint: isShape
        ? "write a product as 27 * 27, a shape as [27, 27]" : "write a product as 2 * a",
      at: start..<position)
  }

  /// Reads a string in double quotes, with the escapes `\"`, `\\`, `\n` and `\t`.
  mutating func readText() throws(ExpressionError) -> Token {
    let start = position
    advance()
    var text = String.UnicodeScalarView()
    while let scalar = peek() {
      advance()
      switch scalar {
      case "\"":
        return Token(kind: .text(String(text)), range: start..<position)
      case "\\":
        let escapes: [Unicode.Scalar: Unicode.Scalar] = [
          "\"": "\"", "\\": "\\", "n": "\n", "t": "\t",
        ]
        guard let next = peek() else { continue }
        guard let meant = escapes[next] else {
          throw error(
            .syntax, "\\\(String(next)) means nothing in text",
            hint: "write \\\\ for a backslash", at: position - 1..<position + 1)
        }
        text.append(meant)
        advance()
      default:
        text.append(scalar)
      }
    }
    throw error(
      .incomplete, "this text is never closed", hint: "write the \" that closes it",
      at: start..<start + 1)
  }

  /// The error for an unexpected character, with a hint if people often use it for something.
  func unexpected(_ scalar: Unicode.Scalar) -> ExpressionError {
    let hint: String? =
      switch scalar {
      case "^": "write ** or pow(a, b)"
      case "\u{B2}": "write ** 2"
      case "\u{B3}": "write ** 3"
      case "&": "write && for and"
      case "|": "write || for or"
      case "'", "`", "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}": "write text as \"text\""
      case "{": "write a list as [1, 2, 3]"
      case "\u{221A}": "write sqrt(a)"
      default: nil
      }
    let range = position..<position + 1
    let name =
      scalar.properties.isWhitespace || scalar.value < 0x20 || scalar.value == 0x7F
      || scalar.properties.generalCategory == .format
    let shown = name ? "the character U+\(hexadecimal(scalar.value))" : String(scalar)
    return error(.syntax, "\(shown) has no meaning here", hint: hint, at: range)
  }

  private func hexadecimal(_ value: UInt32) -> String {
    String(value, radix: 16, uppercase: true).paddingLeft(to: 4, with: "0")
  }
}
