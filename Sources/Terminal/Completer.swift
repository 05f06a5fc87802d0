import Notebook

/// Completes what is typed at the prompt, from the session as it is.
final class Completer {
  /// The session of the cell that is being typed.
  var session: Session?
  /// The lines of the cell before this one.
  var earlier = ""

  /// The ways to go on.
  func completion(_ line: String, cursor: Int) -> Completion {
    guard let session else { return Completion(range: cursor..<cursor, candidates: []) }
    let (range, candidates) = session.completions(
      line, cursor: cursor, isFirstLine: earlier.isEmpty)
    return Completion(
      range: range,
      candidates: candidates.map { Completion.Candidate($0.text, terminator: $0.terminator) })
  }
}
