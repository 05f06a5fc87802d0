import Documents
import Tensors

/// The parsed lines of one cell.
package struct Program: Sendable {
  let source: Source
  let statements: [Statement]

  /// Parses a text of one or more lines, each an expression or a `let`.
  ///
  /// - Throws: `ExpressionError`, of kind `incomplete` if more lines could complete the text.
  package init(_ text: String) throws(ExpressionError) {
    let source = Source(try Program.checked(text))
    var parser = try Parser(source)
    (self.source, statements) = (source, try parser.statements())
  }

  /// Evaluates the lines in order. Names defined by a line stay defined if a later line fails.
  ///
  /// - Returns: the value of the last line, and the remarks of all lines.
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

  /// The name and members of a program that is just an element or a part of something, as in
  /// `conv1.output[0, 1]`; nil for all other programs.
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

  /// The first index along each axis that a slice such as `conv1[16...31]` keeps: `[16]`; nil for all other
  /// programs, and if an end isn't a plain number.
  package var sliceStarts: [Int]? {
    guard statements.count == 1, case .suffixed(_, let suffixes) = statements[0].value.kind else {
      return nil
    }
    let lists = suffixes.compactMap { suffix -> [Node]? in
      if case .subscripts(let nodes, _) = suffix { nodes } else { nil }
    }
    guard lists.count == 1 else { return nil }
    var starts: [Int] = []
    for node in lists[0] {
      switch node.kind {
      case .range(let lower, _, _):
        guard let lower else {
          starts.append(0)
          continue
        }
        guard case .number(let number) = lower.kind, let start = Int(exactly: number.value) else {
          return nil
        }
        starts.append(start)
      default: continue
      }
    }
    return starts
  }

  /// Throws if a text is too long, before it is copied.
  package static func checked(_ text: String) throws(ExpressionError) -> String {
    guard text.utf8.count <= Source.limit else {
      throw ExpressionError(
        .limit, "the text is longer than 1 MiB", hint: "read data from a file instead",
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

/// Whether a text ends in an open bracket, in an open string or after an operator, so that a prompt
/// should ask for another line. False if the text already has an error.
package func isIncomplete(_ text: String) -> Bool {
  do {
    _ = try Program(text)
    return false
  } catch {
    return error.cause == .incomplete && !text.allSatisfy(\.isWhitespace)
  }
}

/// Whether brackets or quotes are open at the end of a command's line. The text inside isn't
/// parsed, because a command's arguments don't have to be expressions.
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

/// Remarks without duplicates, up to a limit.
package struct Notes: Sendable {
  private(set) var lines: [String] = []

  /// The largest number of remarks.
  static let most = 5

  mutating func add(_ line: String) {
    if lines.count < Self.most && !lines.contains(line) { lines.append(line) }
  }
}
