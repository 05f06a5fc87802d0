import ArgumentParser
import Datasets
import Explanations
import Goldens
import Layers
import Networks
import TensorFiles
import Tensors
import Training

/// Why a cell failed: one clear line, and how to mend it.
public struct Failure: Error, Hashable, Sendable {
  /// The part of the program that refused, for programs that read `--json`.
  public enum Kind: String, Sendable {
    /// The words of a command are off.
    case usage
    /// An expression cannot be read or computed.
    case expression
    /// A name is unknown, or an index out of its range.
    case name
    /// A network does not fit together.
    case network
    /// Something has to run first.
    case order
    /// A file cannot be read or written, or is not what it claims.
    case file
    /// A training cannot begin or go on.
    case training
    /// The person stopped it.
    case cancelled
  }

  /// The part of the program that refused.
  public var kind: Kind
  /// One line that names the offending thing.
  public var message: String
  /// The next step.
  public var hint: String?
  /// The line of the cell, from 1, where known.
  public var line: Int?
  /// The column in that line, from 1, where known.
  public var column: Int?
  /// Whether the message names the file and the line already, which is then a line of that file.
  public var isLocated = false
  /// How many columns the offending text takes.
  public var length = 1
  /// The source line that holds it, for the caret.
  public var source: String?

  /// A failure of this kind.
  public init(_ kind: Kind, _ message: String, hint: String? = nil) {
    self.kind = kind
    // Names that somebody typed may hold line breaks.
    self.message = Self.line(message)
    self.hint = hint.map(Self.line)
  }

  private static func line(_ text: String) -> String {
    text.contains(where: \.isNewline)
      ? text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        .joined(separator: "\\n") : text
  }

  /// The failure behind any error that the layers below throw.
  public init(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case is Cancelled, is CancellationError: self.init(.cancelled, "stopped")
    case let error as ExpressionError:
      self.init(.expression, error.message, hint: error.hint)
      (line, column, length) = (error.line, error.column, max(1, error.range.count))
    case let misfit as NetworkMisfit:
      self.init(.network, misfit.message, hint: misfit.hint)
    case let error as EditError: self.init(.network, error.message, hint: error.hint)
    case let error as NetworkFileError: self.init(.file, error.description)
    case let error as WeightError: self.init(.file, error.description)
    case let error as ImageError:
      self.init(.file, error.message, hint: error.hint.isEmpty ? nil : error.hint)
    case let error as FileError: self.init(.file, error.description)
    case let error as SafeTensorsError: self.init(.file, error.description)
    case let error as CheckpointError:
      self.init(.file, error.description, hint: error.hint)
    case let error as RunFolderError:
      self.init(.file, error.description, hint: error.hint)
    case let error as RecipeError: self.init(.usage, error.message, hint: error.hint)
    case let error as TrainingError: self.init(.training, error.message, hint: error.hint)
    case let error as GoldenError: self.init(.file, error.description)
    case let error as ExplanationError: self.init(.name, error.message, hint: error.hint)
    case let error as Unsupported:
      self.init(.network, "the \(error.engine) engine cannot compute this: \(error.reason)")
    default: self.init(.usage, String(describing: error))
    }
  }

  /// The failure as a JSON object: `{"error": {…}}`.
  public var json: JSONValue {
    [
      "error": [
        "kind": .string(kind.rawValue), "message": .string(message), "hint": .optional(hint),
        "line": line.map { .integer($0) } ?? .null, "column": column.map { .integer($0) } ?? .null,
      ]
    ]
  }

  /// The failure for people: the offending text under a caret where it is known, the message, the hint.
  public var output: Output {
    var output = Output()
    let scalars = source?.unicodeScalars ?? String.UnicodeScalarView()
    if let source, let column, column <= scalars.count + 1, scalars.count <= 200 {
      let before = displayWidth(String(String.UnicodeScalarView(scalars.prefix(column - 1))))
      let under = displayWidth(
        String(String.UnicodeScalarView(scalars.dropFirst(column - 1).prefix(length))))
      output.blocks.append(
        .preformatted([
          "  " + Text(source.replacing("\t", with: " ")),
          "  " + .spaces(before) + .bad("^" + String(repeating: "~", count: max(0, under - 1))),
        ]))
    }
    let prefix: Text = kind == .cancelled ? .notice(message) : .bad("error: ") + Text(message)
    output.line(prefix, hang: 7)
    if let hint { output.line(.faint("hint:  ") + Text(hint), hang: 7) }
    return output
  }
}
