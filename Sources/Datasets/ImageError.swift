import Basics
import TensorFiles

/// Why an image or data set couldn't be read, written or used.
package struct ImageError: DescribedError, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong, in one line that names the file.
  package let message: String

  /// The next step, in one line; nil if there is none.
  package let hint: String?

  /// An error with a message and an optional hint.
  package init(_ message: String, hint: String = "") {
    self.message = message
    self.hint = hint.isEmpty ? nil : hint
  }

  /// A file that could not be read or written.
  init(_ error: FileError) { self.init(error.description) }

  /// The same of an image in a data set, which can do without it.
  var ofImageInSet: ImageError {
    ImageError(message, hint: "mend or remove it; --skip-bad leaves such images out")
  }

  /// The message and the hint.
  package var description: String { message + (hint.map { " (\($0))" } ?? "") }

  /// Always `.file`.
  package var kind: ErrorKind { .file }
}
