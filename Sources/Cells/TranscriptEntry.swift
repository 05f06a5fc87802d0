import Basics

/// A cell that ran without failing, and its output.
package struct TranscriptEntry: Sendable {
  /// The cell.
  package var source: String
  /// Its output as text, 80 columns wide.
  package var output: String

  /// How many cells a session remembers.
  package static let most = 200
  /// Commands that are about the notebook itself, and so don't belong in a lesson.
  static let passing = SavedSession.passing.union(["run"])
}

extension Session {
  /// Remembers a cell that ran, for `lesson save`.
  package mutating func remember(_ source: String, ran: [Instruction], _ result: CellResult) {
    guard result.failure == nil, !isOfLesson, depth == 0, transcript.count < TranscriptEntry.most
    else { return }
    let isPassing = ran.allSatisfy { TranscriptEntry.passing.contains($0.command ?? "") }
    guard !isPassing else { return }
    transcript.append(TranscriptEntry(source: source, output: result.output.plainText))
  }
}
