import ArgumentParser
import Basics
import Cells
import Documents
import Foundation
import TensorFiles
import Tensors
import Training

/// Draws a run's loss and accuracy by epoch, as text or SVG.
package struct PlotCommand: Command, HasGlobalOptions, WritesFiles {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Draw the curves of a training run: loss and accuracy by epoch.",
    discussion: """
      The curves are read from metrics.json in the run's folder, so you can also plot a run that is still \
      going. The folder also holds them as curves.svg, and the numbers as metrics.csv. For a checkpoint, \
      or trained, the curves show how it was trained.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example(
      "plot trained", "how the network that comes with the program was trained",
      expect: "134 of 140 epochs"),
    .unrun("plot runs/80-seconds-seed1", "a run, finished or not"),
    .slip("plot", "no training to plot", expect: "isn't trained"),
    .slip("plot nowhere", "a run that doesn't exist", expect: "nowhere"),
  ]

  @Argument(
    help:
      "The folder of a run, its metrics.json, a checkpoint, or trained; without one, the network loaded.",
    completion: .file())
  var run: String?
  @Option(help: ArgumentHelp("Write the curves as SVG.", valueName: "file"), completion: .file())
  var svg: OutputFile?
  @OptionGroup package var writing: WritingOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// The names of the networks that come with the program.
  package static func completions(for words: [String], in session: Session) -> [String] {
    TrainedNetwork.names
  }

  /// The metrics of the run that the argument names: its folder, its `metrics.json`, or a checkpoint.
  private func metrics(in session: Session) throws -> Metrics {
    guard let run else {
      return Metrics(try TrainedNetwork(loadedIn: session, for: "plot trained").state)
    }
    if run.hasSuffix(".json") { return try Metrics(path: run) }
    if let other = FileKind.mismatch(path: run, wanted: .metrics), !run.hasSuffix(".safetensors") {
      throw Failure(.file, "\(printable(run)): \(other.reason)", hint: other.hint)
    }
    let path = run + "/metrics.json"
    let checkpoint = TrainedNetwork.file(run)
    guard !FileManager.default.fileExists(atPath: HomeFolder.expanding(path)),
      checkpoint.hasSuffix(".safetensors"), FileManager.default.fileExists(atPath: checkpoint)
    else { return try Metrics(path: path) }
    return Metrics(try Checkpoint(path: checkpoint, cancellation: session.host.cancellation).state)
  }

  /// Draws the curves to the width of the terminal, 80 columns at most.
  package func run(in session: inout Session) throws -> Output {
    let svg = try svg.map(writing.claim)
    let metrics = try metrics(in: session)
    var output = Output()
    output.line(
      .name(metrics.network) + " on \(metrics.dataset), recipe \(metrics.recipe), "
        + "seed \(metrics.seed): \(metrics.epochs.count) of \(metrics.plannedEpochs) epochs",
      hang: 4)
    if metrics.epochs.isEmpty {
      output.line("no epoch is complete yet", indent: 2)
    }
    for chart in metrics.epochs.isEmpty ? [] : metrics.curves {
      output.blocks.append(.chart(chart))
      output.line(.faint(chart.sentence))
    }
    if metrics.validationPart == .test {
      output.line(
        .notice("the validation images are test images (\(EvaluateCommand.validationNote))"),
        hang: 4)
    }
    if let test = metrics.test {
      output.line(
        "test error " + .strong(NumberFormat.percent(1 - test.accuracy, decimals: 2))
          + " of \(NumberFormat.grouped(test.pictures)) images, after epoch \(test.epoch)")
    }
    output.json = [
      "run": .optional(run), "recipe": .string(metrics.recipe), "network": .string(metrics.network),
      "epochs": .array(
        metrics.epochs.map {
          TrainingLines.json($0, isBest: $0.epoch == metrics.best?.epoch)
        }),
      "validation_part": .string(metrics.validationPart.rawValue),
      "test_accuracy": metrics.test.map { .number($0.accuracy) } ?? .null, "svg": .optional(svg),
    ]
    if let svg {
      try AtomicFile.write(metrics.svg, to: svg)
      output.line("written to " + .name(svg))
    }
    return output
  }
}
