import ArgumentParser
import Cells

/// Clears the screen.
package struct ClearCommand: Command {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "clear", abstract: "Clear the screen; nothing is forgotten.")
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("clear", "an empty screen", expect: "")
  ]

  /// A command with its defaults.
  package init() {}

  /// Clears the screen.
  package func run(in session: inout Session) throws -> Output {
    session.host.clear()
    return Output()
  }
}
