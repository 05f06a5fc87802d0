import ArgumentParser

/// Starts again before the first layer.
public struct ResetCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "reset", abstract: "Start again before the first layer; the weights stay.")
  /// What people may type.
  public static let examples: [Example] = [
    Example("reset", "forgets what has run", expect: "before conv1", after: ["next"])
  ]

  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Forgets the trace.
  public func run(in session: inout Session) throws -> Output {
    session.reset()
    return session.whereabouts()
  }
}
