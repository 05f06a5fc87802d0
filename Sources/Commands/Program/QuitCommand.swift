import ArgumentParser
import Cells

/// Ends the session.
package struct QuitCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "quit", abstract: "Leave the notebook; Ctrl-D on an empty line does the same.",
    aliases: ["exit", "q"])
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("quit", "leaves", expect: "")
  ]

  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Asks the front end to end the session.
  package func run(in session: inout Session) throws -> Output {
    var output = Output(json: ["quit": true])
    output.effect = .quit
    return output
  }
}
