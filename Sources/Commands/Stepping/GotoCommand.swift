import ArgumentParser
import Cells

/// Goes forward to a layer, running every layer on the way, or back to it.
package struct GotoCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "goto", abstract: "Go to a layer: run every layer up to it, or go back.")
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example(
      "goto pool1", "runs conv1, relu1, norm1, pool1", expect: "⌊(55 + 2·0 − 3) / 2⌋ + 1 = 27"),
    Example("goto conv1", "goes back", expect: "at conv1", after: ["next 3"]),
    .slip("goto conv9", "an unknown layer", expect: "there is no layer 'conv9'"),
  ]

  @Argument(help: "The layer to go to.") var layer: String
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Runs the layers up to this one, or makes it the last that has run.
  package func run(in session: inout Session) throws -> Output {
    let index = try session.layerIndex(layer)
    let trace = try session.begin()
    if trace.position <= index { return try session.runLayers(to: index + 1) }
    trace.rewind(to: index + 1)
    return session.whereabouts()
  }
}
