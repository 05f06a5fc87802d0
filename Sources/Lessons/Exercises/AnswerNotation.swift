import Basics
import Expressions

/// Translates notations that people use into the expression language: `ln 1000`, `2^20`, `.5`.
enum AnswerNotation {
  /// An answer without the characters around it: all kinds of spaces, quotation marks, everything
  /// up to an `=`, a leading `≈`, and a period at the end.
  ///
  /// - Parameter isList: whether several values may each be named: `first = 3, last = 7`.
  static func tidy(_ text: String, isList: Bool = false) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars
    where !["\u{200B}", "\u{200C}", "\u{200D}", "\u{2060}", "\u{FEFF}"].contains(scalar) {
      scalars.append(scalar.properties.isWhitespace ? " " : scalar)
    }
    var text = String(scalars).trimmingSpaces()
    for (open, close) in [("`", "`"), ("“", "”"), ("‘", "’"), ("\"", "\""), ("'", "'")]
    where text.count > 1 && text.hasPrefix(open) && text.hasSuffix(close)
      && text.dropFirst().firstIndex(of: Character(close)) == text.index(before: text.endIndex)
    {
      text = text.dropFirst().dropLast().trimmingSpaces()
    }
    let isNamed = isList && text.filter { $0 == "=" }.count > 1
    if !text.hasPrefix("let "), !isNamed { text = lastSide(of: text) }
    while let first = text.first, "≈~".contains(first) { text = text.dropFirst().trimmingSpaces() }
    if text.hasSuffix("."), !text.hasSuffix("..") { text = text.dropLast().trimmingSpaces() }
    return text
  }

  /// The last side of an equation: `12288` in `64*64*3 = 12288`.
  private static func lastSide(of text: String) -> String {
    let characters = Array(text)
    for place in characters.indices.reversed() where characters[place] == "=" {
      let isComparison =
        place > 0 && "=<>!".contains(characters[place - 1])
        || place + 1 < characters.count && characters[place + 1] == "="
      if isComparison { return text }
      let side = String(characters[(place + 1)...]).trimmingSpaces()
      return side.isEmpty ? String(characters[..<place]).trimmingSpaces() : side
    }
    return text
  }

  /// An answer in the notation of the expression language.
  static func expression(_ text: String) -> String {
    var translation = Translation(text)
    return translation.run()
  }

  /// A text without thousands separators in its whole numbers. Text in brackets is unchanged,
  /// because a comma separates arguments there.
  static func withoutGroups(_ text: String) -> String {
    let characters = Array(text)
    var (result, depth, place) = ("", 0, 0)
    while place < characters.count {
      let character = characters[place]
      if "([".contains(character) { depth += 1 }
      if ")]".contains(character) { depth -= 1 }
      var end = place
      while end < characters.count, characters[end].isASCIIDigit { end += 1 }
      guard end > place else {
        result.append(character)
        place += 1
        continue
      }
      let isStart = place == 0 || !isPart(characters[place - 1])
      var groups = [String(characters[place..<end])]
      while depth == 0, isStart, groups[0].count <= 3, groups[0].first != "0",
        end + 3 < characters.count,
        ", '’".contains(characters[end]),
        characters[end + 1...end + 3].allSatisfy(\.isASCIIDigit),
        end + 4 == characters.count || !characters[end + 4].isASCIIDigit
      {
        groups.append(String(characters[end + 1...end + 3]))
        end += 4
      }
      result += groups.joined()
      place = end
    }
    return result
  }

  private static func isPart(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "._".contains(character)
  }

  /// How to write a number that has a decimal comma, or points as thousands separators; nil for any
  /// other text.
  static func foreignNumber(_ text: String) -> (message: String, number: String)? {
    let digits = text.drop { "-+−".contains($0) }
    let sign = text.prefix(text.count - digits.count)
    guard let first = digits.first, first.isASCIIDigit,
      digits.allSatisfy({ $0.isASCIIDigit || ",.".contains($0) })
    else { return nil }
    let commas = digits.split(separator: ",", omittingEmptySubsequences: false)
    let points = commas[0].split(separator: ".", omittingEmptySubsequences: false)
    if points.count > 2 || points.count == 2 && commas.count == 2 {
      guard commas.count <= 2, points.dropFirst().allSatisfy({ $0.count == 3 }),
        commas.dropFirst().allSatisfy({ !$0.contains(".") })
      else { return nil }
      let whole = points.joined() + (commas.count == 2 ? "." + commas[1] : "")
      return ("a point is a decimal point here, not a thousands separator", sign + whole)
    }
    guard commas.count == 2, points.count == 1, !commas[1].isEmpty, !commas[1].contains(".") else {
      return nil
    }
    return ("decimals are written with a point here", "\(sign)\(commas[0]).\(commas[1])")
  }
}

extension Character {
  /// Whether the character is one of 0 to 9.
  var isASCIIDigit: Bool { isASCII && isNumber }
}

/// One pass over an answer that rewrites it in the notation of the expression language.
private struct Translation {
  private let scalars: [Unicode.Scalar]
  private var place = 0
  private var result = String.UnicodeScalarView()

  private static let superscripts: [Unicode.Scalar: Unicode.Scalar] = [
    "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8",
    "⁹": "9", "⁻": "-",
  ]
  private static let fractions: [Unicode.Scalar: String] = [
    "½": "(1 / 2)", "⅓": "(1 / 3)", "⅔": "(2 / 3)", "¼": "(1 / 4)", "¾": "(3 / 4)",
    "⅕": "(1 / 5)", "⅛": "(1 / 8)",
  ]
  /// Functions whose argument may follow without parentheses.
  private static let functions = ["log": "log", "ln": "log", "sqrt": "sqrt", "exp": "exp"]

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  mutating func run() -> String {
    while let scalar = peek() { read(scalar) }
    return String(result)
  }

  private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
    let index = place + ahead
    return scalars.indices.contains(index) ? scalars[index] : nil
  }

  private mutating func append(_ text: String) { result.append(contentsOf: text.unicodeScalars) }

  private mutating func read(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "0"..."9": number()
    case "." where isDigit(peek(1)) && !follows([".", ")", "]"]): number()
    case "\"": text()
    case "^":
      place += 1
      append("**")
    case "√":
      place += 1
      call("sqrt")
    case _ where Self.superscripts[scalar] != nil:
      append(" ** (")
      while let next = peek(), let digit = Self.superscripts[next] {
        result.append(digit)
        place += 1
      }
      append(")")
    case _ where Self.fractions[scalar] != nil:
      append(Self.fractions[scalar]!)
      place += 1
    case _ where Lexer.startsName(scalar): name()
    default:
      result.append(scalar)
      place += 1
    }
  }

  /// Whether the preceding scalar is one of these, or part of a number or name.
  private func follows(_ scalars: Set<Unicode.Scalar>) -> Bool {
    peek(-1).map { scalars.contains($0) || isDigit($0) || Lexer.continuesName($0) } ?? false
  }

  /// Copies a number, adding a missing 0 before its decimal point and dropping a trailing point.
  private mutating func number() {
    func digits() {
      while let digit = peek(), isDigit(digit) || digit == "_" {
        result.append(digit)
        place += 1
      }
    }
    if peek() == "." { append("0") }
    digits()
    if peek() == ".", isDigit(peek(1)) {
      append(".")
      place += 1
      digits()
    } else if peek() == ".", peek(1) != ".", !(peek(1).map(Lexer.startsName) ?? false) {
      place += 1
    }
    // An exponent, or hexadecimal digits.
    while let next = peek(), Lexer.continuesName(next) {
      result.append(next)
      place += 1
      let isExponent = next == "e" || next == "E"
      if isExponent, let sign = peek(), ["-", "+", "−"].contains(sign), isDigit(peek(1)) {
        result.append(sign)
        place += 1
      }
    }
  }

  private mutating func text() {
    repeat {
      result.append(scalars[place])
      place += 1
    } while peek() != nil && peek() != "\""
    if peek() != nil {
      result.append("\"")
      place += 1
    }
  }

  private mutating func name() {
    let word = word()
    if word == "e", isPower { return append("exp(1)") }
    if word == "π" { return append("pi") }
    guard let function = Self.functions[word] else { return append(word) }
    call(function)
  }

  private mutating func word() -> String {
    var word = String.UnicodeScalarView()
    while let next = peek(), Lexer.continuesName(next), Self.superscripts[next] == nil {
      word.append(next)
      place += 1
    }
    return String(word)
  }

  /// Whether a power operator follows.
  private var isPower: Bool {
    let rest = scalars[place...].drop { $0 == " " }
    guard let first = rest.first else { return false }
    return first == "^" || Self.superscripts[first] != nil
      || first == "*" && rest.dropFirst().first == "*"
  }

  /// A function call whose argument, a number or name, may lack parentheses.
  private mutating func call(_ function: String) {
    append(function)
    let start = place
    while peek() == " " { place += 1 }
    guard let next = peek(), isDigit(next) || next == "." || Lexer.startsName(next) else {
      place = start
      return
    }
    append("(")
    if Lexer.startsName(next) { append(word()) } else { number() }
    append(")")
  }
}
