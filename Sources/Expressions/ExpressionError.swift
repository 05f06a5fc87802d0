import Basics

/// An error in an expression: a one-line message, the place for a caret, and a hint.
package struct ExpressionError: DescribedError, Hashable, Sendable {
  /// The kind of error, as a word for machine-readable output.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The text isn't a valid expression.
    case syntax
    /// The text ends too early; more lines could complete it.
    case incomplete
    /// A name, member, label or function does not exist.
    case name
    /// An index is outside its axis.
    case index
    /// Shapes do not fit each other.
    case shape
    /// A value has the wrong type, or is out of range.
    case value
    /// The text, its nesting or a tensor is too large.
    case limit
    /// A value isn't available yet, because a layer hasn't run.
    case state
  }

  package let cause: Kind
  /// One line.
  package let message: String
  /// How to fix it, if known.
  package let hint: String?
  /// The location of the error: offsets in Unicode scalars from the start of the source; may be
  /// empty.
  package let range: Range<Int>
  /// The line of the start of the range, from 1.
  package let line: Int
  /// The column of the start of the range, from 1, in Unicode scalars.
  package let column: Int

  /// An error at a range of a source; a range beyond the end is moved inside.
  package init(
    _ kind: Kind, _ message: String, hint: String? = nil, at range: Range<Int>, in source: Source
  ) {
    (cause, self.message, self.hint) = (kind, message, hint)
    let low = min(max(range.lowerBound, 0), source.scalars.count)
    self.range = low..<max(low, min(range.upperBound, source.scalars.count))
    (line, column) = source.position(of: low)
  }
}

extension ExpressionError: CustomStringConvertible {
  package var kind: ErrorKind { .expression }

  /// The message, followed by the hint if there is one.
  package var description: String { hint.map { "\(message); \($0)" } ?? message }
}

/// An error without a location. Environments and functions throw it, and the evaluator turns it
/// into an `ExpressionError` with the location of the expression that caused it.
package struct Complaint: DescribedError, Hashable, Sendable {
  package let cause: ExpressionError.Kind
  /// One line.
  package let message: String
  /// How to fix it, if known.
  package let hint: String?

  package init(_ kind: ExpressionError.Kind, _ message: String, hint: String? = nil) {
    (cause, self.message, self.hint) = (kind, message, hint)
  }

  package var kind: ErrorKind { .expression }
}

/// The text of a cell as Unicode scalars; tokens and errors refer to offsets in it.
package struct Source: Sendable {
  /// The longest accepted text, in bytes of UTF-8.
  package static let limit = 1 << 20

  package let scalars: [Unicode.Scalar]

  package init(_ text: String) { scalars = Array(text.unicodeScalars) }

  package subscript(range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[range])
    return String(text)
  }

  /// The line and column of an offset, both from 1.
  package func position(of offset: Int) -> (line: Int, column: Int) {
    var (line, start) = (1, 0)
    for (i, scalar) in scalars[..<offset].enumerated() where scalar == "\n" {
      (line, start) = (line + 1, i + 1)
    }
    return (line, offset - start + 1)
  }
}
