import Cells
import Notebook

/// Completes the input at the prompt, from the notebook's current state.
final class Completer {
  /// The notebook in which a cell is being typed.
  var notebook: Notebook?
  /// The earlier lines of the cell being typed.
  var earlier = ""

  /// The completion at a cursor.
  func completion(_ line: String, cursor: Int) -> Completion {
    guard let notebook else { return Completion(range: cursor..<cursor, candidates: []) }
    let (range, candidates) = notebook.completions(
      line, cursor: cursor, isFirstLine: earlier.isEmpty)
    return Completion(
      range: range,
      candidates: candidates.map { Completion.Candidate($0.text, terminator: $0.terminator) })
  }
}
