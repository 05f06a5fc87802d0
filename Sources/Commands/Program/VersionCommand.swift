import ArgumentParser
import Cells
import Documents

/// Prints the version, the engines and the folder of the program's resources.
package struct VersionCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Print the version, the engines and the resource folder.")
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("version", "the version", expect: "alexnet \(Version.number)")
  ]

  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Prints three lines.
  package func run(in session: inout Session) throws -> Output {
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
