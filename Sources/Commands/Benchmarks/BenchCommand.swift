import ArgumentParser
import Cells
import Layers
import Networks

/// Measures how fast an engine trains and classifies.
package struct BenchCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure training and inference of the network.",
    discussion: """
      Medians of a few steps: forward, backward and the optimizer's step on one batch in memory, then \
      forward alone, on the fastest engine there is. With --engine reference one picture goes through \
      layer by layer. Machines are noisy: compare figures of one run.
      """)
  /// Examples, which the tests run.
  package static let examples: [Example] = [
    Example(
      "bench --network cuda-convnet-18 --batch 2 --steps 1", "a small network, hardly measured",
      expect: "training"),
    Example(
      "bench --network cuda-convnet-18 --batch 2 --steps 1 --profile", "layer by layer",
      expect: "backward"),
    Example(
      "bench --network cuda-convnet-18 --engine reference --steps 1",
      "one picture, by the reference",
      expect: "backward"),
    .slip("bench --steps 0", "at least one step", expect: "--steps 0"),
    .slip("bench --batch 0", "at least one picture", expect: "--batch 0"),
  ]

  @Option(help: ArgumentHelp("How many pictures are computed at once (64).", valueName: "n"))
  var batch = 64
  @Option(help: ArgumentHelp("How many steps the medians are of (5).", valueName: "n"))
  var steps = 5
  @Flag(help: "Print how long each layer takes.") var profile = false
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// How long it takes depends on what is measured, and on the machine.
  package func work(in session: Session) -> Work? {
    Work(deed: "measures how fast the engines are")
  }

  /// Measures.
  package func run(in session: inout Session) throws -> Output {
    guard (1...1000).contains(steps) else {
      throw Failure(.usage, "--steps \(steps): a number from 1 to 1000")
    }
    guard (1...4096).contains(batch) else {
      throw Failure(.usage, "--batch \(batch): a number from 1 to 4096")
    }
    let (engine, _) = try session.fastEngine()
    if engine.name == "reference" {
      return try LayerBench(runs: steps).measure(in: &session)
    }
    return try TrainingBench(batch: batch, steps: steps, isProfiled: profile)
      .measure(engine, in: &session)
  }
}

extension [Double] {
  /// The middle value, or the mean of the two in the middle; NaN of none.
  var median: Double {
    let sorted = sorted()
    return sorted.isEmpty ? .nan : (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}
