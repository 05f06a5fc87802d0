import CLibrary
import Documents
import TensorFiles

/// A file that every attempt is appended to, one JSON object per line, if the learner asked for it.
struct AttemptLog {
  let path: String

  /// Appends an attempt.
  ///
  /// - Returns: an error message, or nil on success.
  func append(_ attempt: JSONValue) -> String? {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { return "attempts are not logged: \(path): \(reason)" }
    defer { close(descriptor) }
    let line = Array((attempt.text + "\n").utf8)
    guard write(descriptor, line, line.count) == line.count else {
      return "attempts are not logged: \(path): \(reason)"
    }
    return nil
  }

  private var reason: String { String(cString: strerror(errno)) }
}
