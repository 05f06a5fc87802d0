import Basics
import Documents
import Expressions
import TensorFiles

/// Why a cell failed, in one line, and how to fix it.
package struct Failure: DescribedError, Hashable, Sendable {
  /// The kind of failure, for programs that read `--json`.
  package typealias Kind = ErrorKind

  /// The kind of failure.
  package var kind: Kind
  /// One line that names the offending thing.
  package var message: String
  /// The next step.
  package var hint: String?
  /// The line of the cell, from 1, if known.
  package var line: Int?
  /// The column in that line, from 1, if known.
  package var column: Int?
  /// Whether the message already names the file and the line, which is then a line of that file.
  package var isLocated = false
  /// How many columns the offending text takes.
  package var length = 1
  /// The source line that holds it, for the caret.
  package var source: String?

  /// A failure of this kind.
  package init(_ kind: Kind, _ message: String, hint: String? = nil) {
    self.kind = kind
    // Names that the user typed may contain line breaks.
    self.message = Self.line(message)
    self.hint = hint.map(Self.line)
  }

  private static func line(_ text: String) -> String {
    text.contains(where: \.isNewline)
      ? text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        .joined(separator: "\\n") : text
  }

  /// The failure for any error: with the error's own message if it has one, else an internal error.
  package init(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case is CancellationError: self.init(.cancelled, "stopped")
    case let error as ExpressionError:
      self.init(.expression, error.message, hint: error.hint)
      (line, column, length) = (error.line, error.column, max(1, error.range.count))
    case let error as any DescribedError: self.init(error.kind, error.message, hint: error.hint)
    default:
      self.init(
        .internal, "the program failed: \(error)",
        hint: "this is a bug in the program, not a mistake in what you typed")
    }
  }

  /// The failure as a JSON object: `{"error": {…}}`.
  package var json: JSONValue {
    [
      "error": [
        "kind": .string(kind.rawValue), "message": .string(message), "hint": .optional(hint),
        "line": line.map { .integer($0) } ?? .null, "column": column.map { .integer($0) } ?? .null,
      ]
    ]
  }

  /// The failure for people: the offending text with a caret under it if known, the message, the hint.
  package var output: Output {
    var output = Output()
    let scalars = source?.unicodeScalars ?? String.UnicodeScalarView()
    if let source, let column, column <= scalars.count + 1, scalars.count <= 200 {
      let before = displayWidth(String(String.UnicodeScalarView(scalars.prefix(column - 1))))
      let under = displayWidth(
        String(String.UnicodeScalarView(scalars.dropFirst(column - 1).prefix(length))))
      output.blocks.append(
        .preformatted([
          "  " + Text(source.replacing("\t", with: " ")),
          "  " + .spaces(before) + .bad("^" + String(repeating: "~", clamping: under - 1)),
        ]))
    }
    let prefix: Text = kind == .cancelled ? .notice(message) : .bad("error: ") + Text(message)
    output.line(prefix, hang: 7)
    if let hint { output.line(.faint("hint:  ") + Text(hint), hang: 7) }
    return output
  }
}
