import Documents
import TensorFiles

/// What a command requires of the front end besides showing its output.
package enum Effect {
  /// The session ends.
  case quit
  /// The activity takes all lines from now on, until it ends.
  case open(any Activity)
  /// The text goes to the next line at the prompt, where the user can change it.
  case type(String)

  /// Whether the session ends.
  package var quits: Bool { if case .quit = self { true } else { false } }
}

/// Something that takes the typed lines until it ends, such as a lesson.
///
/// It runs cells in a separate session, so nothing typed there changes the notebook's session.
package protocol Activity {
  /// The prompt: `answer> `.
  var prompt: String { get }
  /// Whether it has ended.
  var hasEnded: Bool { get }
  /// Whether the user types cells, which may have several lines and go into the history; otherwise each
  /// line is passed on unchanged.
  var takesCells: Bool { get }
  /// The words that it accepts now, for completion.
  var keys: [String] { get }
  /// The session that cells run in.
  var cellSession: Session { get }
  /// Everything it has shown since it last took a line.
  var shown: Document { get }
  /// Its current state as JSON.
  var json: JSONValue { get }

  /// Takes a line.
  mutating func take(_ line: String)
  /// Handles the end of the input: what was opened last ends first.
  mutating func takeEnd()
}
