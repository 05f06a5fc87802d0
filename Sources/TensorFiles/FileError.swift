#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why a file could not be read or written, in one line.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was tried.
  public enum Action: String, Hashable, Sendable {
    /// Its bytes were wanted.
    case read
    /// Bytes were to be kept in it.
    case write
  }

  /// What was tried.
  public let action: Action
  /// The file, as the caller named it.
  public let path: String
  /// What stood in the way, in the system's words or ours.
  public let reason: String

  /// The file at `path` could not be read or written.
  public init(_ action: Action, _ path: String, reason: String) {
    self.action = action
    self.path = path
    self.reason = reason
  }

  /// The same, for the error number of the system call that just failed.
  init(_ action: Action, _ path: String, errno number: Int32) {
    self.init(action, path, reason: String(cString: strerror(number)))
  }

  /// `cannot write x: No space left on device`.
  public var description: String { "cannot \(action) \(printable(path)): \(reason)" }
}

/// The path, or an error where it holds a NUL, at which the system would cut it off.
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
