import Basics
import Expressions

/// Text with expressions in braces, which are replaced by their values.
struct Template: Sendable {
  /// A part of the text.
  enum Piece: Sendable, Equatable {
    /// Plain text.
    case text(String)
    /// An expression, and whether a program reads its value: in brackets, or in a cell.
    case expression(String, isCode: Bool)
  }

  /// The text before replacement.
  var source: String
  /// The line in the file.
  var line: Int
  var pieces: [Piece]

  /// Parses a text.
  ///
  /// - Parameter isCode: whether the whole text is a cell.
  /// - Throws: `LessonProblem` at a brace without a partner.
  init(_ source: String, line: Int, isCode: Bool = false) throws(LessonProblem) {
    (self.source, self.line) = (source, line)
    pieces = []
    var text = ""
    var expression: String?
    var (brackets, isQuoted) = (0, false)
    for character in source {
      if expression != nil {
        if character == "}" {
          pieces.append(.text(text))
          pieces.append(
            .expression(expression!.trimmingSpaces(), isCode: isCode || brackets > 0 || isQuoted))
          (text, expression) = ("", nil)
        } else if character == "{" {
          throw LessonProblem(line, "a brace within braces: \(quoted(source))")
        } else {
          expression!.append(character)
        }
        continue
      }
      switch character {
      case "{":
        expression = ""
        continue
      case "}":
        throw LessonProblem(
          line, "a } without its {: \(quoted(source))", hint: "braces hold an expression: {y + 1}")
      case "[": brackets += 1
      case "]": brackets = max(0, brackets - 1)
      case "`": isQuoted.toggle()
      default: break
      }
      text.append(character)
    }
    guard expression == nil else {
      throw LessonProblem(line, "a { without its }: \(quoted(source))")
    }
    if !text.isEmpty || pieces.isEmpty { pieces.append(.text(text)) }
    if pieces.count > 1 { pieces.removeAll { $0 == .text("") } }
  }

  /// The text with every expression replaced by the result of `value`.
  func filled(_ value: (_ expression: String, _ isCode: Bool) throws -> String) rethrows -> String {
    var result = ""
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .expression(let expression, let isCode): result += try value(expression, isCode)
      }
    }
    return result
  }
}

extension Value {
  /// The value as questions and answers write it. Whole numbers of five or more digits have
  /// thousands separators for people, and none for programs.
  func inLesson(isCode: Bool) -> String {
    let minus: NumberFormat.Minus = isCode ? .hyphen : .sign
    switch self {
    case .number(let number):
      if !isCode, let whole = Int(exactly: number.value), abs(whole) >= 10_000,
        Double(abs(whole)) <= NumberFormat.largestExact
      {
        return NumberFormat.grouped(whole)
      }
      return NumberFormat.format(number.value, minus: minus)
    case .layer(let name): return name
    case .string(let text): return text
    case .tensor(let tensor) where tensor.count == 1:
      return NumberFormat.format(Double(tensor.values[0]), minus: minus)
    default: return text(minus: minus)
    }
  }
}
