import ArgumentParser
import Cells

/// Starts again before the first layer.
package struct ResetCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "reset", abstract: "Start again before the first layer; the weights stay.")
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("reset", "starts again", expect: "before conv1", after: ["next"])
  ]

  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Discards all outputs and gradients.
  package func run(in session: inout Session) throws -> Output {
    session.reset()
    return session.whereabouts()
  }
}
