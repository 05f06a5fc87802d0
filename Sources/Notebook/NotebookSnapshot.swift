import Cells
import Commands
import Documents
import Expressions
import Lessons

/// What completion and help need of a notebook between two cells. Any thread may use it, so that a front end
/// answers them at once while the next cell runs.
package struct NotebookSnapshot: Sendable {
  private let snapshot: SessionSnapshot
  /// The words that the open lesson takes.
  private let keys: [String]
  /// Whether the next cell is an answer or a key of a lesson.
  private let takesAnswer: Bool
  /// Whether a lesson takes all cells, so that its words are offered before any other.
  private let isInLesson: Bool

  private var session: Session { snapshot.session }

  init(_ session: Session, keys: [String], takesAnswer: Bool, isInLesson: Bool) {
    snapshot = SessionSnapshot(session)
    (self.keys, self.takesAnswer, self.isInLesson) = (keys, takesAnswer, isInLesson)
  }
}

// MARK: - Completing

extension NotebookSnapshot {
  /// The completions at the cursor, as `Notebook.completions` describes them.
  package func completions(
    _ line: String, cursor: Int, isFirstLine: Bool
  ) -> (range: Range<Int>, candidates: [Candidate]) {
    let word = line.trimmingSpaces()
    let keys = keys.filter { !word.isEmpty && $0.hasPrefix(word) }
      .map { Candidate(text: $0, terminator: "") }
    if isInLesson, !keys.isEmpty { return (0..<cursor, keys) }
    let found = session.completions(line, cursor: cursor, isFirstLine: isFirstLine && !takesAnswer)
    return keys.isEmpty || found.range != 0..<cursor
      ? found : (found.range, keys + found.candidates)
  }

  /// The completions at a cursor in a cell of several lines.
  ///
  /// - Parameter cursor: the cursor's position in the cell, in Unicode scalars.
  /// - Returns: the range of the cell's scalars that a candidate replaces, and the candidates.
  package func completions(
    inCell cell: String, cursor: Int
  ) -> (range: Range<Int>, candidates: [Candidate]) {
    let place = CellPlace(cell, cursor: cursor)
    let isFirst = !session.commands.wantsAnotherLine(place.earlier)
    let found = completions(place.line, cursor: place.column, isFirstLine: isFirst)
    let start = place.start
    return (found.range.lowerBound + start..<found.range.upperBound + start, found.candidates)
  }

  /// Whether a cell can run.
  package enum Completeness: String, Sendable {
    /// It can run, or only running it can tell.
    case complete
    /// Another line is needed.
    case incomplete
    /// No further line could make an expression of it.
    case invalid
  }

  /// Whether a cell can run, or needs another line.
  package func completeness(of cell: String) -> Completeness {
    guard !takesAnswer, !CellExercises.isExercise(cell),
      !keys.contains(cell.prefix { !$0.isWhitespace }.description)
    else { return .complete }
    // An empty line at the end says that the cell is finished.
    guard !session.commands.wantsAnotherLine(cell) || cell.hasSuffix("\n\n") else {
      return .incomplete
    }
    let isReadable = session.commands.instructions(of: cell).allSatisfy { instruction in
      instruction.command != nil || (try? Program(instruction.source)) != nil
    }
    return isReadable ? .complete : .invalid
  }
}

// MARK: - Inspecting

extension NotebookSnapshot {
  /// Information about the name at the cursor, as `Notebook.inspect` describes it.
  package func inspect(_ line: String, cursor: Int) -> Document? {
    guard let name = Self.name(in: line, at: cursor) else { return nil }
    if let value = session.bindings[name] {
      return ExpressionOutput.output(of: value, named: name).document
    }
    return (try? HelpCommand.page([name], in: session))?.document
  }

  /// Information about the name at a cursor in a cell of several lines.
  package func inspect(inCell cell: String, cursor: Int) -> Document? {
    let place = CellPlace(cell, cursor: cursor)
    return inspect(place.line, cursor: place.column)
  }

  /// The run of letters, digits, `-` and `_` that the cursor is in or directly after.
  private static func name(in line: String, at cursor: Int) -> String? {
    let scalars = Array(line.unicodeScalars)
    let cursor = min(max(0, cursor), scalars.count)
    func isPart(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || scalar == "_" || scalar == "-"
    }
    let start = scalars[..<cursor].lastIndex { !isPart($0) }.map { $0 + 1 } ?? 0
    let end = scalars[cursor...].firstIndex { !isPart($0) } ?? scalars.count
    guard start < end else { return nil }
    return String(String.UnicodeScalarView(scalars[start..<end]))
  }
}

/// A cursor in a cell of several lines.
private struct CellPlace {
  /// The lines before the cursor's.
  let earlier: String
  /// The cursor's line, without its end.
  let line: String
  /// The position of that line in the cell, and of the cursor in that line, in Unicode scalars.
  let start, column: Int

  init(_ cell: String, cursor: Int) {
    let scalars = Array(cell.unicodeScalars)
    let cursor = min(max(0, cursor), scalars.count)
    start = scalars[..<cursor].lastIndex(of: "\n").map { $0 + 1 } ?? 0
    let end = scalars[cursor...].firstIndex(of: "\n") ?? scalars.count
    column = cursor - start
    earlier = String(String.UnicodeScalarView(scalars[..<max(0, start - 1)]))
    line = String(String.UnicodeScalarView(scalars[start..<end]))
  }
}
