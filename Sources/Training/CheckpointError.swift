import Basics
import TensorFiles

/// Why a checkpoint can't be used, in one line.
public struct CheckpointError: DescribedError, Hashable, Sendable, CustomStringConvertible {
  /// The file, as the caller named it.
  public let file: String
  /// What is wrong with it.
  public let reason: String
  /// What to do, if known.
  public let hint: String?
  /// Whether the file was damaged after it was written, so that an earlier one may help.
  public let isDamage: Bool

  init(_ file: String, _ reason: String, hint: String? = nil, isDamage: Bool = false) {
    (self.file, self.reason, self.hint) = (file, reason, hint)
    self.isDamage = isDamage
  }

  /// The file and the reason.
  public var message: String { "\(printable(file)): \(reason)" }
  /// The message.
  public var description: String { message }
  /// A file.
  public var kind: ErrorKind { .file }
}
