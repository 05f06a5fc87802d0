import ArgumentParser
import Cells
import Layers
import Networks

/// Measures the speed of training and inference.
package struct BenchCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure training and inference of the network.",
    discussion: """
      Prints medians of a few steps on the fastest engine: forward, backward and the optimizer's update \
      for one batch in memory, then forward alone. With --engine reference, one image is run layer by \
      layer. Machines are noisy, so only compare figures from the same run.

      --profile times each layer. For one image a fully connected layer uses each weight once, so it \
      can't be faster than its weights are read; the last line compares both.

      --data FOLDER measures how fast that folder's images reach the network instead: how many become \
      batches (decoded, cropped at random, mirrored, minus the mean) while nothing else runs, then \
      training on them, in turn with training on images that are already in memory. --data-only leaves \
      out training.

      --precision bfloat16 measures inference with rounded inputs and weights beside inference in Float; \
      for one image the weights of fully connected layers are read as 16 bits.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example(
      "bench --network cuda-convnet-18 --batch 2 --steps 1", "a small network, one step",
      expect: "training"),
    Example(
      "bench --network cuda-convnet-18 --batch 2 --steps 1 --profile", "layer by layer",
      expect: "backward"),
    Example(
      "bench --network cuda-convnet-18 --engine reference --steps 1",
      "one image on the reference engine",
      expect: "backward"),
    .unrun("bench --data imagenet", "how fast a folder's images reach the network"),
    Example(
      "bench --network cuda-convnet-18 --batch 2 --steps 1 --precision bfloat16",
      "inference in bfloat16 and in Float", expect: "bfloat16"),
    .slip("bench --data-only", "no folder", expect: "--data FOLDER"),
    .slip("bench --steps 0", "at least one step", expect: "--steps takes"),
    .slip("bench --batch 0", "at least one image", expect: "--batch takes"),
  ]

  @Option(help: ArgumentHelp("Images per batch (64).", valueName: "n"))
  var batch = 64
  @Option(help: ArgumentHelp("Number of steps to take the median over (5).", valueName: "n"))
  var steps = 5
  @Flag(help: "Print how long each layer takes.") var profile = false
  @Flag(name: .customLong("data-only"), help: "With --data: leave out training.")
  var dataOnly = false
  @OptionGroup var precision: PrecisionOptions
  @OptionGroup var reading: ReadingOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// No estimate of the time: it depends on the machine, which is what this measures.
  package func work(in session: Session) -> Work? {
    Work(deed: "measures how fast the engines are")
  }

  /// Measures layer by layer on the reference engine, batches on any other.
  package func run(in session: inout Session) throws -> Output {
    guard (1...1000).contains(steps) else {
      throw Failure(.usage, "--steps takes a number from 1 to 1000, not \(steps)")
    }
    guard (1...4096).contains(batch) else {
      throw Failure(.usage, "--batch takes a number from 1 to 4096, not \(batch)")
    }
    guard !dataOnly || options.data != nil else {
      throw Failure(.usage, "--data-only needs the images", hint: "bench --data FOLDER --data-only")
    }
    let (engine, _) = try session.fastEngine()
    guard precision.precision == .float else {
      guard options.data == nil, engine.name != "reference" else {
        throw Failure(
          .usage, "--precision measures inference on the fast engine",
          hint: "bench --precision bfloat16, without --data and --engine")
      }
      let rounding = try session.computing(in: precision.precision) { try $0.fastEngine().engine }
      return try InferenceBench(batch: batch, steps: steps, isProfiled: profile)
        .measure([engine, rounding], in: &session)
    }
    if let data = options.data {
      // Streamed even if it is small, since that is what is measured.
      var choice = try reading.options(side: 256)
      choice.memory = 0
      return try DataBench(batch: batch, steps: steps, isPathOnly: dataOnly)
        .measure(try session.dataset(data, choice), engine, in: &session)
    }
    if engine.name == "reference" {
      return try LayerBench(runs: steps).measure(in: &session)
    }
    return try TrainingBench(batch: batch, steps: steps, isProfiled: profile)
      .measure(engine, in: &session)
  }
}
