import ArgumentParser
import Cells
import Layers
import Networks

/// Takes a layer out.
package struct RemoveCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Take a layer out of the network: remove norm1.")
  /// Examples, which the tests run.
  package static let examples: [Example] = [
    Example("remove norm1", "AlexNet without its first LRN", expect: "norm1"),
    .slip("remove flatten", "what does not fit", expect: "fc6"),
  ]

  @Argument(help: "The layer.") var layer: String
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// The layers.
  package static func completions(for words: [String], in session: Session) -> [String] {
    session.network.layers.map(\.name)
  }

  /// Changes the network.
  package func run(in session: inout Session) throws -> Output {
    try session.edit(.remove(layer: layer))
  }
}
