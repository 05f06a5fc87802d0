import ArgumentParser
import Cells

/// Goes back one layer.
package struct PreviousCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "previous", abstract: "Go back one layer.")
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("previous", "goes back from relu1 to conv1", expect: "at conv1", after: ["next 2"]),
    .slip("previous", "nothing has run", expect: "no layer has run yet"),
  ]

  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Discards the output of the last layer that ran.
  package func run(in session: inout Session) throws -> Output {
    guard let trace = session.trace, trace.position > 0 else {
      throw Failure(.order, "no layer has run yet", hint: "next runs the first")
    }
    trace.rewind(to: trace.position - 1)
    return session.whereabouts()
  }
}
