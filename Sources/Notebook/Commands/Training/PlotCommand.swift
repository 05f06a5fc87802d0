import ArgumentParser
import TensorFiles
import Training

/// Draws the curves of a run.
public struct PlotCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Draw the curves of a training: loss and accuracy by epoch.",
    discussion: """
      It reads metrics.json in the folder of the run, also while the training goes on. The folder holds \
      the same curves as curves.svg, and the numbers as metrics.csv.
      """)
  /// What people may type.
  public static let examples: [Example] = [
    .slip("plot nowhere", "no such run", expect: "nowhere")
  ]

  @Argument(help: "The folder of a run, or its metrics.json.", completion: .file())
  var run: String
  @Option(help: ArgumentHelp("Write the curves as SVG.", valueName: "file"), completion: .file())
  var svg: String?
  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Draws.
  public func run(in session: inout Session) throws -> Output {
    let metrics = try Metrics(path: run.hasSuffix(".json") ? run : run + "/metrics.json")
    var output = Output()
    output.line(
      .name(metrics.network) + " on \(metrics.dataset), recipe \(metrics.recipe), "
        + "seed \(metrics.seed): \(metrics.epochs.count) of \(metrics.plannedEpochs) epochs",
      hang: 4)
    if metrics.epochs.isEmpty {
      output.line("no epoch is done yet", indent: 2)
    }
    for chart in metrics.epochs.isEmpty ? [] : metrics.curves {
      output.blocks.append(chart.block(width: session.host.width))
      output.line(.faint(chart.sentence))
    }
    if let test = metrics.test {
      output.line(
        "test error " + .strong(NumberFormat.percent(1 - test.accuracy, decimals: 2))
          + " of \(NumberFormat.grouped(test.pictures)) pictures, after epoch \(test.epoch)")
    }
    output.json = [
      "run": .string(run), "recipe": .string(metrics.recipe), "network": .string(metrics.network),
      "epochs": .array(
        metrics.epochs.map {
          TrainingLines.json($0, isBest: $0.epoch == metrics.best?.epoch)
        }),
      "test_accuracy": metrics.test.map { .number($0.accuracy) } ?? .null, "svg": .optional(svg),
    ]
    if let svg {
      try AtomicFile.write(metrics.svg, to: svg)
      output.line("written to " + .name(svg))
    }
    return output
  }
}
