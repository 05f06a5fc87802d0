import Basics
import Cells
import Documents
import Expressions
import Tensors

/// Parses what a learner typed as the kind of answer that a question expects.
///
/// Each kind has a small parser in front of the expression language, because the kind decides
/// whether `3,101` is two numbers or one.
struct AnswerReader {
  /// One possible meaning of an answer.
  struct Reading {
    var value: Value
    /// The number of decimals typed; nil unless the answer is a plain number.
    var decimals: Int?
    /// A remark about the notation, shown if only this reading is right.
    var notation: String?
  }

  let kind: AnswerKind
  let unit: AnswerUnit
  /// Evaluates expressions, and records which layers they read.
  var log: ReadingLog

  /// The possible meanings of an answer, most likely first; never empty.
  ///
  /// - Throws: `Failure` if it isn't an answer of this kind, or `Cancelled`.
  mutating func readings(of text: String) throws -> [Reading] {
    var isList = false
    if case .list = kind { isList = true }
    let tidy = AnswerNotation.tidy(text, isList: isList)
    guard !tidy.isEmpty else { throw Failure(.usage, kind.wanted) }
    switch kind {
    case .number: return try numbers(tidy)
    case .list(let count): return try lists(tidy, count: count)
    case .truth:
      let truths = ["yes": true, "no": false, "true": true, "false": false, "y": true, "n": false]
      if let truth = truths[tidy.lowercased()] { return [Reading(value: .boolean(truth))] }
      let value = try evaluate(tidy)
      guard case .boolean = value else { throw misfit(value) }
      return [Reading(value: value)]
    case .layer:
      let name = String(tidy.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "_" })
      if try log.lookup(name) == .layer(name) { return [Reading(value: .layer(name))] }
      let value = try evaluate(tidy)
      guard case .layer = value else { throw misfit(value) }
      return [Reading(value: value)]
    case .word: return [Reading(value: .string(tidy.filter { $0 != "\"" }.lowercased()))]
    }
  }

  /// The value of an expression in everyday notation.
  mutating func evaluate(_ text: String) throws -> Value {
    let source = AnswerNotation.expression(text)
    do {
      let value = try Program(source).evaluate(in: &log).value
      if case .tensor(let tensor) = value, tensor.count == 1 {
        return Value(Double(tensor.values[0]))
      }
      return value
    } catch let error as ExpressionError {
      throw failure(error, of: source)
    }
  }

  /// The error for an answer that can't be parsed. A caret only helps if the learner meant to type
  /// an expression.
  private func failure(_ error: ExpressionError, of source: String) -> Failure {
    if let command = log.commands.command(beginning: source) {
      return Failure(
        .usage, "\(quoted(command)) is a command, but an answer is wanted here",
        hint: "play opens a notebook; the lesson waits")
    }
    let isWords = source.allSatisfy { $0.isLetter || " -'’.,!?:;".contains($0) }
    if isWords || source.isEmpty {
      return wanted(error.kind == .name ? error.hint : nil)
    }
    var failure = Failure(error)
    failure.source = source
    return failure
  }

  /// The error that says what to type.
  func wanted(_ hint: String? = nil) -> Failure {
    switch kind {
    case .number: Failure(.usage, "type a number or an expression", hint: hint ?? "such as 3 * 4")
    case .list(let count):
      Failure(
        .usage, "type \(kind.description)", hint: hint ?? "such as \(AnswerKind.example(count))")
    case .truth, .layer, .word: Failure(.usage, kind.wanted, hint: hint)
    }
  }

  /// The error for a value of the wrong kind.
  func misfit(_ value: Value) -> Failure {
    Failure(.usage, "\(kind.wanted), but this is \(value.sort)", hint: wanted().hint)
  }
}

// MARK: - Numbers

extension AnswerReader {
  /// One number: a literal with or without thousands separators, or an expression, possibly with
  /// words before or after it.
  mutating func numbers(_ text: String) throws -> [Reading] {
    let foreign = AnswerNotation.foreignNumber(text)
    let plain = AnswerNotation.withoutGroups(
      text.contains { "xX".contains($0) } ? Self.product(text) : text)
    if let foreign, plain.contains(where: { $0 == "," }) || plain.filter({ $0 == "." }).count > 1 {
      throw Failure(.usage, foreign.message, hint: foreign.number)
    }
    let value: Value
    do {
      value = try evaluate(plain)
      guard value.double != nil else { throw misfit(value) }
    } catch let failure as Failure {
      let (before, core, after) = Self.parts(of: text)
      guard !core.isEmpty, !before.isEmpty || !after.isEmpty else { throw failure }
      if !before.isEmpty, (try? unit.divisor(of: before)) != 1 { throw failure }
      return Self.divided(try numbers(core), by: try unit.divisor(of: after))
    }
    var readings = [Reading(value: value, decimals: Self.decimals(of: plain))]
    // Also try 2,146 as 2.146, and 12.288 as 12288.
    if let foreign {
      readings.append(
        Reading(value: try evaluate(foreign.number), notation: Self.line(foreign)))
    } else if let number = Self.pointedThousands(text) {
      readings.append(
        Reading(
          value: try evaluate(number),
          notation: Self.line(("a point is a decimal point here", number))))
    }
    return readings
  }

  private static func line(_ foreign: (message: String, number: String)) -> String {
    "\(foreign.message.prefix(1).uppercased() + foreign.message.dropFirst()): write \(foreign.number)."
  }

  private static func divided(_ readings: [Reading], by divisor: Double) -> [Reading] {
    guard divisor != 1 else { return readings }
    return readings.map {
      Reading(
        value: Value(($0.value.double ?? 0) / divisor), decimals: $0.decimals.map { $0 + 2 },
        notation: $0.notation)
    }
  }

  /// The number of decimals of a plain number; nil for anything else.
  private static func decimals(of text: String) -> Int? {
    let digits = text.drop { "-+−".contains($0) }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, !digits.isEmpty,
      parts.allSatisfy({ $0.allSatisfy { $0.isASCIIDigit } })
    else { return nil }
    return parts.count == 2 ? parts[1].count : 0
  }

  /// `12.288` as 12288, for learners who write a point as thousands separator; nil for other texts.
  private static func pointedThousands(_ text: String) -> String? {
    let digits = text.drop { "-+−".contains($0) }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].count == 3, (1...3).contains(parts[0].count),
      parts.allSatisfy({ $0.allSatisfy { $0.isASCIIDigit } }), parts[0].first != "0"
    else { return nil }
    return text.filter { $0 != "." }
  }

  /// A text with every `x` between two numbers replaced by `*`: `27 x 27`.
  private static func product(_ text: String) -> String {
    let characters = Array(text)
    var result = ""
    for (place, character) in characters.enumerated() {
      let before = characters[..<place].reversed().first { $0 != " " }
      let after = characters[(place + 1)...].first { $0 != " " }
      let isHexadecimal = place > 0 && characters[place - 1] == "0"
      let isProduct =
        "xX".contains(character) && before?.isASCIIDigit == true && after?.isASCIIDigit == true
        && !(isHexadecimal && (place < 2 || !characters[place - 2].isASCIIDigit))
      result.append(isProduct ? "*" : character)
    }
    return result
  }

  /// Splits a text into a number and the words before and after it: `byte 215`, `614 px`, `0.99
  /// percent`.
  static func parts(of text: String) -> (before: String, core: String, after: String) {
    var core = Substring(text)
    let last = core.lastIndex { $0.isNumber || ")].".contains($0) }
    var (before, after) = ("", "")
    if let last,
      core[core.index(after: last)...].allSatisfy({ $0.isLetter || " -%×/".contains($0) })
    {
      after = core[core.index(after: last)...].trimmingSpaces()
      core = core[...last]
    }
    let word = core.prefix { $0.isLetter }
    let rest = core.dropFirst(word.count).drop { $0 == " " }
    if !word.isEmpty, Function.named(String(word)) == nil, word != "ln", word != "let",
      rest.drop(while: { "-−+.".contains($0) }).first?.isNumber == true
    {
      before = String(word)
      core = rest
    }
    return (before, core.trimmingSpaces(), after)
  }
}

// MARK: - Lists

extension AnswerReader {
  /// Several numbers, with any usual separator; they needn't be as many as the question asks for.
  mutating func lists(_ text: String, count: Int) throws -> [Reading] {
    var other: [Double]?
    for pieces in Self.pieces(of: Self.withoutBrackets(text), count: count) {
      guard let numbers = try numbers(in: pieces) else { continue }
      if numbers.count == count { return Self.list(numbers) }
      other = other ?? numbers
    }
    do {
      let value = try evaluate(text)
      if let numbers = ExerciseInstance.numbers(value) { return Self.list(numbers) }
      if case .range(let range) = value, let lower = range.lower, let upper = range.upper {
        return Self.list([Double(lower), Double(upper - 1)])
      }
      throw misfit(value)
    } catch let failure as Failure {
      if let other { return Self.list(other) }
      if failure.kind == .expression, text.contains(where: { "[(".contains($0) }) { throw failure }
      throw failure.kind == .usage ? failure : wanted(failure.hint)
    }
  }

  private static func list(_ numbers: [Double]) -> [Reading] {
    [Reading(value: .list(numbers.map { Value($0) }))]
  }

  /// The pieces as numbers; nil if one of them isn't a number.
  private mutating func numbers(in pieces: [String]) throws -> [Double]? {
    var result: [Double] = []
    for piece in pieces {
      do {
        let tidy = AnswerNotation.tidy(piece)
        guard !tidy.isEmpty, let number = try numbers(tidy)[0].value.double else { return nil }
        result.append(number)
      } catch is Failure {
        return nil
      }
    }
    return result
  }

  /// A text without a pair of brackets around all of it.
  private static func withoutBrackets(_ text: String) -> String {
    for (open, close) in [("[", "]"), ("(", ")"), ("{", "}")]
    where text.hasPrefix(open) && text.hasSuffix(close) {
      let inner = String(text.dropFirst().dropLast())
      if !inner.contains(where: { "[](){}".contains($0) }) || !parted(inner, at: [","]).isEmpty {
        return inner.trimmingSpaces()
      }
    }
    return text
  }

  /// The ways to split a text into two or more pieces; those with the expected count come first.
  private static func pieces(of text: String, count: Int) -> [[String]] {
    var ways = [
      parted(text, at: [",", ";"]), parted(text, at: [", ", ";"]),
      parted(text, at: [", and ", " and ", ",", ";", "&"]),
      parted(text, at: ["x", "X", "×"]).filter { $0.contains { $0.isNumber } },
    ]
    if count == 2 {
      ways += [
        parted(text, at: ["...", "…"]), parted(text, at: [".."]),
        parted(text, at: [" to ", " through ", "–", "—", " - "]), parted(text, at: ["-", "−"]),
      ]
      if text.contains("..<") { ways = [] }
    }
    ways.append(parted(text, at: [" "]))
    ways = ways.map { way in way.last?.trimmingSpaces() == "" ? way.dropLast() : way }
    return ways.filter { $0.count == count } + ways.filter { $0.count > 1 && $0.count != count }
  }

  /// The pieces between separators, ignoring separators in brackets; empty if the text contains
  /// none.
  private static func parted(_ text: String, at separators: [String]) -> [String] {
    var pieces = [""]
    var depth = 0
    var rest = Substring(text)
    while let first = rest.first {
      if "([".contains(first) { depth += 1 }
      if ")]".contains(first) { depth -= 1 }
      guard depth >= 0 else { return [] }
      if depth == 0, let separator = separators.first(where: { rest.hasPrefix($0) }) {
        if !(separator == " " && pieces[pieces.count - 1].isEmpty) { pieces.append("") }
        rest = rest.dropFirst(separator.count)
      } else {
        pieces[pieces.count - 1].append(first)
        rest = rest.dropFirst()
      }
    }
    return pieces.count > 1 ? pieces : []
  }
}
