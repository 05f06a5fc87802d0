import ArgumentParser
import Cells
import Layers
import Networks

/// Removes a layer from the network.
package struct RemoveCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove a layer from the network: remove norm1.")
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("remove norm1", "AlexNet without its first LRN", expect: "norm1"),
    .slip(
      "remove flatten", "a layer that the next one needs", expect: "fc6: takes a row of features"),
  ]

  @Argument(help: "The layer to remove.") var layer: String
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Removes the layer and reports what changes.
  package func run(in session: inout Session) throws -> Output {
    try session.edit(.remove(layer: layer))
  }
}
