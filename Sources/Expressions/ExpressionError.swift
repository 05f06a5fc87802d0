import Basics

/// Why an expression has no value: one line, the place to put a caret, and how to mend it.
package struct ExpressionError: DescribedError, Hashable, Sendable {
  /// What went wrong, in the word that machine output uses.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The text is no expression.
    case syntax
    /// The text ends too early: more lines could complete it.
    case incomplete
    /// A name, member, label or function does not exist.
    case name
    /// An index is outside its axis.
    case index
    /// Shapes do not fit each other.
    case shape
    /// A value is of the wrong sort, or outside what is allowed.
    case value
    /// The text, its nesting or a tensor is too large.
    case limit
    /// What was asked for cannot be had now: a layer has not run.
    case state
  }

  /// What went wrong.
  package let cause: Kind
  /// What went wrong, in one line.
  package let message: String
  /// How to mend it, where that is known.
  package let hint: String?
  /// The offending text: offsets in Unicode scalars from the start of the source; may be empty.
  package let range: Range<Int>
  /// The line of the range's start, from 1.
  package let line: Int
  /// The column of the range's start in its line, from 1, in Unicode scalars.
  package let column: Int

  /// An error at a range of a source; a range beyond the source is moved into it.
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
  /// An expression.
  package var kind: ErrorKind { .expression }

  /// The message, and the hint after it.
  package var description: String { hint.map { "\(message); \($0)" } ?? message }
}

/// A failure that does not know its place yet. Environments and functions throw it; the evaluator
/// makes an `ExpressionError` of it, with the place of the expression that asked.
package struct Complaint: DescribedError, Hashable, Sendable {
  /// What went wrong.
  package let cause: ExpressionError.Kind
  /// What went wrong, in one line.
  package let message: String
  /// How to mend it, where that is known.
  package let hint: String?

  /// A failure of this kind.
  package init(_ kind: ExpressionError.Kind, _ message: String, hint: String? = nil) {
    (cause, self.message, self.hint) = (kind, message, hint)
  }

  /// An expression.
  package var kind: ErrorKind { .expression }
}

/// The text of a cell as Unicode scalars, in which tokens and errors have their offsets.
package struct Source: Sendable {
  /// The longest text that is read, in bytes of UTF-8.
  package static let limit = 1 << 20

  package let scalars: [Unicode.Scalar]

  package init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// The text of a range.
  package subscript(range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[range])
    return String(text)
  }

  /// Line and column of an offset, both from 1.
  package func position(of offset: Int) -> (line: Int, column: Int) {
    var (line, start) = (1, 0)
    for (i, scalar) in scalars[..<offset].enumerated() where scalar == "\n" {
      (line, start) = (line + 1, i + 1)
    }
    return (line, offset - start + 1)
  }
}
