import ArgumentParser
import Layers

/// The option of the commands that can run a network in bfloat16.
package struct PrecisionOptions: ParsableArguments {
  /// The precision, for this command.
  @Option(
    help: ArgumentHelp(
      "Round the inputs and weights of convolutions and fully connected layers.",
      valueName: "name"))
  package var precision: Precision = .float

  /// Float.
  package init() {}
}

extension Precision: ExpressibleByArgument {}
