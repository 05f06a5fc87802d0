import Basics
import Expressions

/// Text with expressions in braces, which are replaced by their values.
struct Template: Sendable {
  /// A part of the text.
  enum Piece: Sendable, Equatable {
    /// Text as it stands.
    case text(String)
    /// An expression, and whether its value is read by a program: within brackets, or in a cell.
    case expression(String, isCode: Bool)
  }

  /// The text as it was written.
  var source: String
  /// The line of the file.
  var line: Int
  /// The parts, in order.
  var pieces: [Piece]

  /// Reads a text.
  ///
  /// - Parameter isCode: whether all of it is a cell.
  /// - Throws: `LessonProblem` at a brace that has no other.
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

  /// The text with every expression replaced by what `value` makes of it.
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
  /// How an answer or a question writes the value. Whole numbers of five digits and more are grouped
  /// where a person reads them, and not where a program does.
  func inLesson(isCode: Bool) -> String {
    func written(_ value: Double) -> String {
      let text = NumberFormat.format(value)
      return isCode ? NumberFormat.ascii(text) : text
    }
    switch self {
    case .number(let number):
      if !isCode, let whole = Int(exactly: number.value), abs(whole) >= 10_000,
        Double(abs(whole)) <= NumberFormat.largestExact
      {
        return NumberFormat.grouped(whole)
      }
      return written(number.value)
    case .layer(let name): return name
    case .string(let text): return text
    case .tensor(let tensor) where tensor.count == 1:
      return written(Double(tensor.values[0]))
    default: return isCode ? NumberFormat.ascii(description) : description
    }
  }
}
