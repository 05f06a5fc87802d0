import Documents
import TensorFiles
import Tensors

/// A front end as the notebook sees it: shows output while a cell runs, and can stop the cell.
///
/// Cells run on one thread; the cancellation may be set from any other, or from a signal handler.
package protocol Host: AnyObject, Sendable {
  /// Set when the user stops the running cell.
  var cancellation: Cancellation { get }

  /// Whether a user is at a prompt; then layers that a command needs run without being asked for.
  var isInteractive: Bool { get }

  /// Shows something that is finished. A front end may wait until the person has read it.
  func show(_ document: Document)

  /// Shows a part of the running cell's output, and returns at once.
  func stream(_ document: Document)

  /// Shows a part of the running cell's output in place of what the cell showed under this name
  /// before; below it if the front end can't replace output.
  func update(_ name: String, _ document: Document)

  /// Clears the screen, or what the cell has shown.
  func clear()

  /// Shows what the running cell is doing, on a status line that is overwritten; nil removes it.
  func report(progress: String?)

  /// Reports the running cell's progress on a separate line, if the host can't show a status line.
  func note(_ text: String)

  /// Tells the user about something to change, next to the output: on standard error.
  func warn(_ text: String)

  /// Sends an object to programs that read JSON before the running cell has ended.
  func stream(_ json: JSONValue)

  /// Whether there is a user who can answer a question now.
  var canAsk: Bool { get }

  /// Asks the user a question and waits for a line. Input typed before the question doesn't count.
  ///
  /// - Throws: `Failure` if there is no user to ask, `Cancelled` at Ctrl-C.
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
  package func warn(_ text: String) {}
  /// Does nothing.
  package func stream(_ json: JSONValue) {}
  /// False.
  package var canAsk: Bool { false }
  /// Throws, since there is no user to ask.
  package func ask(_ question: String) throws -> String {
    throw Failure(.usage, "there is no one to answer here: \(question)")
  }
}

/// A host that shows nothing; the results of `Session.run` hold all output.
package final class QuietHost: Host {
  /// Never set by the host itself.
  package let cancellation = Cancellation()
  /// Whether commands run the layers that they need.
  package let isInteractive: Bool

  /// A quiet host.
  package init(isInteractive: Bool = false) { self.isInteractive = isInteractive }

  /// Does nothing.
  package func show(_ document: Document) {}
  /// Does nothing.
  package func report(progress: String?) {}
}
