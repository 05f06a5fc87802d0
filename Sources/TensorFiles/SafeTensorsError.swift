import Basics

/// Why a file isn't a valid safetensors file, or lacks the requested tensor, in one line.
public struct SafeTensorsError: DescribedError, Hashable, Sendable, CustomStringConvertible {
  /// The file, as the caller named it.
  public let file: String
  /// Where in the file: `header`, `tensor conv1.weight`; nil for the file as a whole.
  public let place: String?
  /// What is wrong there.
  public let reason: String
  /// The next step, if one is known.
  public let hint: String?

  init(_ file: String, _ place: String?, _ reason: String, hint: String? = nil) {
    (self.file, self.place, self.reason, self.hint) = (file, place, reason, hint)
  }

  /// What the system said about the file.
  init(_ error: FileError, in file: String) { self.init(file, nil, error.reason) }

  /// `weights.safetensors: tensor conv1.weight: its shape 96×3 takes 1152 bytes, its offsets span 8`.
  public var message: String {
    ([printable(file)] + [place, reason].compactMap(\.self)).joined(separator: ": ")
  }
  /// The message.
  public var description: String { message }
  /// Always `.file`.
  public var kind: ErrorKind { .file }
}
