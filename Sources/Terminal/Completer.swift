import Cells
import Notebook

/// Completes what is typed at the prompt, from the notebook as it is.
final class Completer {
  /// The notebook in which a cell is being typed.
  var notebook: Notebook?
  /// The lines of the cell before this one.
  var earlier = ""

  /// The ways to go on.
  func completion(_ line: String, cursor: Int) -> Completion {
    guard let notebook else { return Completion(range: cursor..<cursor, candidates: []) }
    let (range, candidates) = notebook.completions(
      line, cursor: cursor, isFirstLine: earlier.isEmpty)
    return Completion(
      range: range,
      candidates: candidates.map { Completion.Candidate($0.text, terminator: $0.terminator) })
  }
}
