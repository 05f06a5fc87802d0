import ArgumentParser

/// Leaves the notebook.
public struct QuitCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "quit", abstract: "Leave the notebook; Ctrl-D on an empty line does too.",
    aliases: ["exit", "q"])
  /// What people may type.
  public static let examples: [Example] = [
    Example("quit", "leaves", expect: "")
  ]

  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Asks the front end to end the session.
  public func run(in session: inout Session) throws -> Output {
    var output = Output(json: ["quit": true])
    output.quits = true
    return output
  }
}
