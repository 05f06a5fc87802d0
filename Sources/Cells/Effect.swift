import Documents
import TensorFiles

/// What a command asks of whoever runs the session, beyond what it shows.
package enum Effect {
  /// The session ends.
  case quit
  /// What is typed goes to this from now on, until it ends.
  case open(any Activity)

  /// Whether the session ends.
  package var quits: Bool { if case .quit = self { true } else { false } }
}

/// Something beside the session that takes the lines that are typed until it ends, as a lesson does.
///
/// It runs cells in a separate session: nothing typed there changes the notebook's.
package protocol Activity {
  /// What stands before the cursor: `answer> `.
  var prompt: String { get }
  /// Whether it has ended.
  var hasEnded: Bool { get }
  /// Whether cells are typed, which may go over several lines and belong to the history; else lines go
  /// to it as they stand.
  var takesCells: Bool { get }
  /// The words that count here.
  var keys: [String] { get }
  /// The session that cells run in.
  var cellSession: Session { get }
  /// All that it has shown since it last took a line.
  var shown: Document { get }
  /// Where it stands, for programs.
  var json: JSONValue { get }

  /// Takes a line.
  mutating func take(_ line: String)
  /// Takes the end of the input: what was opened last ends first.
  mutating func takeEnd()
}
