import Documents
import Tensors

/// The lines of one cell, parsed and ready to be evaluated.
package struct Program: Sendable {
  let source: Source
  let statements: [Statement]

  /// Parses a text of one or more lines, each an expression or a `let`.
  ///
  /// - Throws: `ExpressionError`; of kind `incomplete` where more lines could mend it.
  package init(_ text: String) throws(ExpressionError) {
    let source = Source(try Program.checked(text))
    var parser = try Parser(source)
    (self.source, statements) = (source, try parser.statements())
  }

  /// Evaluates the lines in their order. Names that a line binds stay bound where a later one fails.
  ///
  /// - Returns: the value of the last line, and the remarks of all.
  /// - Throws: `ExpressionError`, or `Cancelled`.
  package func evaluate(in environment: inout some Environment) throws -> Evaluated {
    var last: (value: Value, name: String?)?
    var notes = Notes()
    for statement in statements {
      var evaluator = Evaluator(source: source, environment: environment, notes: notes)
      let value = try evaluator.evaluate(statement.value)
      notes = evaluator.notes
      if let name = statement.name {
        let resolved = try evaluator.bindable(value, to: name, at: statement.nameRange)
        do {
          try environment.bind(name, to: resolved)
        } catch {
          throw evaluator.placed(error, at: statement.nameRange)
        }
        last = (resolved, name)
      } else {
        last = (value, nil)
      }
    }
    guard let last else {
      throw ExpressionError(.syntax, "there is nothing to evaluate", at: 0..<0, in: source)
    }
    return Evaluated(value: last.value, name: last.name, notes: notes.lines)
  }

  /// The name and the members of a program that only names an element or a part of something, as in
  /// `conv1.output[0, 1]`; nil of every other.
  package var element: (name: String, members: [String])? {
    guard statements.count == 1, case .suffixed(let base, let suffixes) = statements[0].value.kind,
      case .name(let name) = base.kind
    else { return nil }
    var members: [String] = []
    for suffix in suffixes {
      switch suffix {
      case .subscripts: break
      case .member(let member, _): members.append(member)
      case .call: return nil
      }
    }
    return (name, members)
  }

  /// Refuses a text that is too long to be worth reading, before it is copied.
  package static func checked(_ text: String) throws(ExpressionError) -> String {
    guard text.utf8.count <= Source.limit else {
      throw ExpressionError(
        .limit, "the text is longer than 1 MiB", hint: "data is read from files, not from cells",
        at: 0..<0, in: Source(""))
    }
    return text
  }
}

/// Parses and evaluates a text.
///
/// - Throws: `ExpressionError`, or `Cancelled`.
package func evaluate(
  _ text: String, in environment: inout some Environment
) throws -> Evaluated {
  try Program(text).evaluate(in: &environment)
}

/// Whether a text ends too early, in an open bracket or text or after an operator, so that a prompt should ask
/// for another line. A text that is wrong already is not incomplete.
package func isIncomplete(_ text: String) -> Bool {
  do {
    _ = try Program(text)
    return false
  } catch {
    return error.cause == .incomplete && !text.allSatisfy(\.isWhitespace)
  }
}

/// Whether brackets or quotes are open at the end of a command's line. What stands between them is not read:
/// a command's arguments need not be expressions.
package func hasOpenBrackets(_ text: String) -> Bool {
  var open: [Symbol] = []
  var isText = false
  var isEscaped = false
  for scalar in text.unicodeScalars {
    let symbol = Symbol(rawValue: String(scalar))
    if isText {
      if scalar == "\"" && !isEscaped { isText = false }
      isEscaped = scalar == "\\" && !isEscaped
    } else if scalar == "\"" {
      isText = true
    } else if symbol?.closing != nil {
      open.append(symbol!)
    } else if symbol != nil, symbol == open.last?.closing {
      open.removeLast()
    }
  }
  return isText || !open.isEmpty
}

/// Remarks, each once and not too many.
package struct Notes: Sendable {
  private(set) var lines: [String] = []

  /// The most that anyone reads.
  static let most = 5

  mutating func add(_ line: String) {
    if lines.count < Self.most && !lines.contains(line) { lines.append(line) }
  }
}
