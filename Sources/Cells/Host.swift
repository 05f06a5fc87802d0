import Documents
import TensorFiles
import Tensors

/// What a front end gives the notebook: a place to show things while a cell runs, and a way to stop.
///
/// Cells run on one thread; the cancellation may be set from any other, or from a signal handler.
package protocol Host: AnyObject, Sendable {
  /// Set when the person asks for the running cell to stop.
  var cancellation: Cancellation { get }

  /// Whether a person sits at a prompt: then nothing long is run that was not asked for.
  var isInteractive: Bool { get }

  /// Shows something that is finished. A front end may wait until the person has read it.
  func show(_ document: Document)

  /// Shows a part of the running cell's output, and returns at once.
  func stream(_ document: Document)

  /// Shows a part of the running cell's output in place of what the cell showed under this name
  /// before; below it where nothing can be replaced.
  func update(_ name: String, _ document: Document)

  /// Clears the screen, or what the cell has shown.
  func clear()

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
  /// Shows it as if it were finished.
  package func stream(_ document: Document) { show(document) }
  /// Shows it below.
  package func update(_ name: String, _ document: Document) { stream(document) }
  /// Does nothing.
  package func clear() {}
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
  /// Whether commands run the layers they need.
  package let isInteractive: Bool

  /// A quiet host.
  package init(isInteractive: Bool = false) { self.isInteractive = isInteractive }

  /// Does nothing.
  package func show(_ document: Document) {}
  /// Does nothing.
  package func report(progress: String?) {}
}
