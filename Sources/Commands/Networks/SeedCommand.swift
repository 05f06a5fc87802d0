import ArgumentParser
import Basics
import Cells
import Documents
import Networks

/// Shows or sets the seed of all random numbers.
package struct SeedCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "seed", abstract: "Show or set the seed of all random numbers: seed 2.",
    discussion: """
      The seed determines untrained weights and every random number in training runs and studies: the \
      same seed gives the same numbers. Setting it draws untrained weights again; loaded weights stay.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("seed", "show the seed", expect: "seed 1"),
    Example("seed 2", "draw other untrained weights", expect: "drawn again"),
    Example(
      "seed 2", "loaded weights stay", expect: "loaded weights stay",
      after: ["load trained cuda-convnet-18"]),
    .slip("seed two", "not a whole number", expect: "whole number"),
  ]

  @Argument(help: "A whole number from 0; without it the seed is shown.") var number: String?
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Shows or sets the seed.
  package func run(in session: inout Session) throws -> Output {
    let geometry = try session.geometry()
    let isTrained = session.weights.isTrained(geometry)
    let hasLoaded =
      session.weights.untrained(geometry).count < geometry.count { !$0.parameters.isEmpty }
    var text = isTrained ? "the weights were loaded" : "the untrained weights are drawn with it"
    if let number {
      guard let seed = UInt64(number.replacing("_", with: "")) else {
        throw Failure(
          .usage, "a seed is a whole number from 0, not \(quoted(number))", hint: "seed 2")
      }
      if hasLoaded {
        session.settings.seed = seed
        session.weights.reseed(seed)
        if !isTrained { session.reset() }
        text =
          isTrained
          ? "the loaded weights stay; new random numbers are drawn with this seed"
          : "the loaded weights stay, and the others were drawn again"
      } else {
        session.reseed(seed)
        text = "the weights were drawn again, and no layer has run yet"
      }
    }
    let seed = session.settings.seed
    var output = Output(json: ["seed": .string(String(seed)), "trained": .boolean(isTrained)])
    output.line(.strong("seed \(seed)") + "  " + Text(text), hang: 4)
    return output
  }
}
