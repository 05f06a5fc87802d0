import Basics
import TensorFiles

/// Why a checkpoint can't be used, in one line.
package struct CheckpointError: DescribedError, Hashable, Sendable, CustomStringConvertible {
  /// The file, as the caller named it.
  package let file: String
  /// What is wrong with it.
  package let reason: String
  /// What to do, if known.
  package let hint: String?
  /// Whether the file was damaged after it was written, so that an earlier one may help.
  package let isDamage: Bool

  init(_ file: String, _ reason: String, hint: String? = nil, isDamage: Bool = false) {
    (self.file, self.reason, self.hint) = (file, reason, hint)
    self.isDamage = isDamage
  }

  /// The file and the reason.
  package var message: String { "\(printable(file)): \(reason)" }
  /// The message.
  package var description: String { message }
  /// Always `.file`.
  package var kind: ErrorKind { .file }
}
