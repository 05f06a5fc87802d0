import CLibrary
import Documents
import TensorFiles

/// A file that takes every attempt, one JSON object a line, where a learner asked for it.
struct AttemptLog {
  /// The file.
  let path: String

  /// Appends an attempt.
  ///
  /// - Returns: what prevents it.
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
