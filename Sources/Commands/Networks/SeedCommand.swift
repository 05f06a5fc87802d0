import ArgumentParser
import Basics
import Cells
import Documents
import Networks

/// Shows or sets the seed.
package struct SeedCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "seed", abstract: "Show the seed of everything that is drawn, or set it: seed 2.",
    discussion: """
      Untrained weights, and the numbers that trainings and studies draw, follow from the seed: the same \
      seed gives the same numbers. Setting it draws untrained weights anew; weights that were loaded stay.
      """)
  /// Examples, which the tests run.
  package static let examples: [Example] = [
    Example("seed", "shows it", expect: "seed 1"),
    Example("seed 2", "draws the weights from another", expect: "drawn anew"),
    Example("seed 2", "loaded weights stay", expect: "stay", after: ["load trained"]),
    .slip("seed two", "a whole number", expect: "whole number"),
  ]

  @Argument(help: "A whole number from 0; without one the seed is shown.") var number: String?
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Shows or sets it.
  package func run(in session: inout Session) throws -> Output {
    let isTrained = session.weights.isTrained(try session.geometry())
    var text = isTrained ? "the weights were loaded" : "the untrained weights are drawn from it"
    if let number {
      guard let seed = UInt64(number.replacing("_", with: "")) else {
        throw Failure(
          .usage, "a seed is a whole number from 0, not \(quoted(number))", hint: "seed 2")
      }
      if isTrained {
        session.settings.seed = seed
        text = "the loaded weights stay; what is drawn from now on follows from it"
      } else {
        session.reseed(seed)
        text = "the weights are drawn anew, and no layer has run yet"
      }
    }
    let seed = session.settings.seed
    var output = Output(json: ["seed": .string(String(seed)), "trained": .boolean(isTrained)])
    output.line(.strong("seed \(seed)") + "  " + Text(text), hang: 4)
    return output
  }
}
