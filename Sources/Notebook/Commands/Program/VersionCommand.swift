import ArgumentParser

/// Says which program this is, and what it was built with.
public struct VersionCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Say which version this is, its engines and its folders.")
  /// What people may type.
  public static let examples: [Example] = [
    Example("version", "the version", expect: "alexnet \(Version.number)")
  ]

  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// A few lines.
  public func run(in session: inout Session) throws -> Output {
    let engines = Engines.all.map(\.name)
    var output = Output(
      json: [
        "version": .string(Version.number), "engines": .array(engines.map { .string($0) }),
        "resources": .optional(Resources.folder),
      ])
    output.line(.strong(Version.line))
    output.line("engines    " + Text(engines.joined(separator: ", ")))
    output.line("resources  " + Text(Resources.folder ?? "not found: set ALEXNET_HOME"))
    return output
  }
}
