import ArgumentParser
import Cells

/// Runs the remaining layers.
package struct ForwardCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "forward", abstract: "Run the remaining layers and show the most probable classes."
  )
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example(
      "forward --network cuda-convnet-18", "runs a whole small network",
      expect: "untrained: the classes mean nothing")
  ]

  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Runs the layers; each is shown as soon as it has run.
  package func run(in session: inout Session) throws -> Output {
    try session.runLayers(to: session.network.layers.count)
  }
}
