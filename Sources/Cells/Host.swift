import Documents
import TensorFiles
import Tensors

/// What a front end gives the notebook: a place to show things while a cell runs, and a way to stop.
///
/// Cells run on one thread; the cancellation may be set from any other, or from a signal handler.
package protocol Host: AnyObject, Sendable {
  /// Set when the person asks for the running cell to stop.
  var cancellation: Cancellation { get }

  /// The columns there are for text.
  var width: Int { get }

  /// Whether a person sits at a prompt: then nothing long is run that was not asked for.
  var isInteractive: Bool { get }

  /// Shows a part of the running cell's output at once.
  func show(_ document: Document)

  /// Says what the running cell is doing, on a line that is replaced each time; nil takes it away.
  func report(progress: String?)

  /// Says on a line of its own how far the running cell has come, where a line that is replaced cannot
  /// be shown.
  func note(_ text: String)

  /// Gives programs that read JSON an object before the running cell has ended.
  func stream(_ json: JSONValue)

  /// Asks the person a question, and waits for a line. What was typed before the question is no answer
  /// to it.
  ///
  /// - Throws: `Failure` where nobody can be asked, `Cancelled` at Ctrl-C.
  func ask(_ question: String) throws -> String
}

extension Host {
  /// Does nothing.
  package func note(_ text: String) {}
  /// Does nothing.
  package func stream(_ json: JSONValue) {}
  /// Nobody can be asked.
  package func ask(_ question: String) throws -> String {
    throw Failure(.usage, "nobody can be asked here: \(question)")
  }
}

/// A host that shows nothing: results come back from `Session.run` alone.
package final class QuietHost: Host {
  /// Never set by the host itself.
  package let cancellation = Cancellation()
  /// The columns there are for text.
  package let width: Int
  /// Whether commands run the layers they need.
  package let isInteractive: Bool

  /// A quiet host of this width.
  package init(width: Int = 80, isInteractive: Bool = false) {
    (self.width, self.isInteractive) = (width, isInteractive)
  }

  /// Does nothing.
  package func show(_ document: Document) {}
  /// Does nothing.
  package func report(progress: String?) {}
}
