import Basics
import TensorFiles

/// Why a file can't be used as a golden case, in one line.
package struct GoldenError: DescribedError, Hashable, Sendable, CustomStringConvertible {
  /// The file or folder, as it was found.
  package let path: String
  /// What is wrong with it.
  package let reason: String
  /// The next step, if one is known.
  package let hint: String?

  /// An error about the file at `path`.
  package init(_ path: String, _ reason: String, hint: String? = nil) {
    (self.path, self.reason, self.hint) = (path, reason, hint)
  }

  /// An error of the format's reader.
  init(_ error: SafeTensorsError) {
    self.init(
      error.file, [error.place, error.reason].compactMap(\.self).joined(separator: ": "),
      hint: error.hint)
  }

  /// `Golden/relu/zeros.safetensors: some byte was altered …`.
  package var message: String { "\(printable(path)): \(reason)" }
  /// The message.
  package var description: String { message }
  /// Always `.file`.
  package var kind: ErrorKind { .file }
}
