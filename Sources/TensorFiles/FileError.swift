import Basics
import CLibrary

/// Why a file could not be read or written, in one line.
public struct FileError: DescribedError, Hashable, Sendable, CustomStringConvertible {
  /// What was tried.
  public enum Action: String, Hashable, Sendable {
    /// Reading its bytes.
    case read
    /// Writing bytes to it.
    case write
  }

  /// What was tried.
  public let action: Action
  /// The file, as the caller named it.
  public let path: String
  /// The reason, in the system's words or ours.
  public let reason: String
  /// The error number of the system call that failed; nil if none did.
  public let code: Int32?

  /// The file at `path` could not be read or written.
  public init(_ action: Action, _ path: String, reason: String, code: Int32? = nil) {
    (self.action, self.path, self.reason, self.code) = (action, path, reason, code)
  }

  /// The same error for a file that the user knows by another name.
  public func naming(_ path: String) -> FileError {
    FileError(action, path, reason: reason, code: code)
  }

  /// What to do before the file can be written; nil if unknown.
  public var remedy: String? {
    switch code {
    case ENOSPC, EDQUOT, EFBIG: "make room"
    case EACCES, EPERM, EROFS: "make its folder writable"
    case ENOENT, ENOTDIR: "its folder is gone"
    default: nil
    }
  }

  /// The same, for the error number of the system call that just failed.
  init(_ action: Action, _ path: String, errno number: Int32) {
    self.init(action, path, reason: String(cString: strerror(number)), code: number)
  }

  /// `cannot write x: No space left on device`.
  public var message: String { "cannot \(action) \(printable(path)): \(reason)" }
  /// The message.
  public var description: String { message }
  /// Always `.file`.
  public var kind: ErrorKind { .file }
}

/// Checks that the path isn't empty and holds no NUL, where the system would cut it off.
func requirePath(_ path: String, _ action: FileError.Action) throws(FileError) {
  guard !path.isEmpty else { throw FileError(action, path, reason: "the path is empty") }
  guard !path.utf8.contains(0) else {
    throw FileError(action, path, reason: "a path cannot contain a NUL")
  }
}

/// Text from a file or a person, fit for one line of a message: control characters are written as
/// escapes, and what is longer than `limit` characters is cut.
package func printable(_ text: String, limit: Int = 200) -> String {
  var line = ""
  for (count, scalar) in text.unicodeScalars.enumerated() {
    if count == limit { return line + "…" }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator:
      line += "\\u{" + String(scalar.value, radix: 16) + "}"
    default: line.unicodeScalars.append(scalar)
    }
  }
  return line
}
