import Basics
import TensorFiles

/// Why a file of weights can't be read, or doesn't fit a network, in one line.
package struct WeightFileError: DescribedError, Hashable, CustomStringConvertible {
  /// The file, as the caller named it.
  package let file: String
  /// What is wrong, with the tensor, layer or entry concerned.
  package let reason: String
  /// The next step, if one is known.
  package let hint: String?

  package init(_ file: String, _ reason: String, hint: String? = nil) {
    (self.file, self.reason, self.hint) = (file, reason, hint)
  }

  /// `alexnet.pth: it would call os.system, which loading weights never needs`.
  package var message: String { "\(printable(file)): \(reason)" }
  /// Always `.file`.
  package var kind: ErrorKind { .file }
}
