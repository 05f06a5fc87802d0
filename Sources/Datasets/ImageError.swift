import Basics
import TensorFiles

/// Why a picture could not be read, written or used.
public struct ImageError: DescribedError, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong, in one line that names the file.
  public let message: String

  /// What would mend it, in one line; nil where there is nothing to say.
  public let hint: String?

  /// An error with a message and, if there is one, a hint.
  public init(_ message: String, hint: String = "") {
    self.message = message
    self.hint = hint.isEmpty ? nil : hint
  }

  /// A file that could not be read or written.
  init(_ error: FileError) { self.init(error.description) }

  /// The message and the hint.
  public var description: String { message + (hint.map { " (\($0))" } ?? "") }

  /// A file.
  public var kind: ErrorKind { .file }
}
