import ArgumentParser
import Basics
import Cells
import Commands
import Documents
import Expressions
import Foundation
import TensorFiles
import Tensors
import Training

/// Draws the curves of one or more training runs, or the histogram of a tensor.
package struct PlotCommand: Command, HasGlobalOptions, WritesFiles {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw curves of training runs, or a histogram: plot RUN, plot histogram conv1.",
    discussion: """
      The curves are read from metrics.json in the run's folder, so you can also plot a run that is still \
      going. The folder also holds them as curves.svg, and the numbers as metrics.csv. For a checkpoint, \
      or trained, the curves show how it was trained. Several runs are drawn in one chart, by their \
      validation. plot histogram takes any expression that gives a tensor.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example(
      "plot trained cuda-convnet-18", "how a network that comes with the program was trained",
      expect: "134 of 140 epochs"),
    .unrun("plot runs/80-seconds-seed1", "a run, finished or not"),
    .unrun("plot runs/one runs/two", "two runs in one chart"),
    Example(
      "plot histogram conv1.weight", "the distribution of the weights",
      expect: "34,848 values of conv1.weight"),
    .slip("plot", "no training to plot", expect: "isn't trained"),
    .slip("plot nowhere", "a run that doesn't exist", expect: "nowhere"),
    .slip("plot histogram", "the values are missing", expect: "plot histogram conv1.weight"),
    .slip("plot trained --svg curves.png", "a name that contradicts", expect: "--png curves.png"),
  ]

  @Argument(
    help: ArgumentHelp(
      "Folders of runs, metrics.json files, checkpoints, or trained; without one, the network loaded.",
      valueName: "run"),
    completion: .file())
  var runs: [String] = []
  @OptionGroup var files: ShownFiles
  @OptionGroup package var writing: WritingOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// The names of the networks that come with the program; for a histogram, layers.
  package static func completions(for words: [String], in session: Session) -> [String] {
    words.dropFirst().first == "histogram" && words.count > 2
      ? session.network.layers.map(\.name) : TrainedNetwork.names + ["histogram"]
  }

  /// Draws the chart, or writes the files that were asked for.
  package func run(in session: inout Session) throws -> Output {
    let claimed = try files.claim(writing)
    if runs.first == "histogram" {
      return try histogram(of: runs.dropFirst().joined(separator: " "), claimed, in: &session)
    }
    let runs = try TrainedNetwork.joining(runs)
    let named: [String?] = runs.isEmpty ? [nil] : runs
    let read = try named.map { try metrics($0, in: session) }
    let plot = CurvePlot(read, names: runs)
    var output = Output(plot.blocks, json: plot.json(claimed))
    try plot.content.write(claimed)
    output.written(claimed)
    return output
  }

  private func histogram(
    of what: String, _ claimed: ShownFiles.Claimed, in session: inout Session
  ) throws -> Output {
    guard !what.isEmpty else {
      throw Failure(
        .usage, "plot histogram needs values", hint: "plot histogram conv1.weight")
    }
    let tensor = try session.tensor(what)
    let histogram = Histogram(tensor, count: 24)
    guard histogram.total > 0 else {
      throw Failure(.name, "\(what) has no values to show")
    }
    let statistics = TensorStatistics(tensor)
    let left = tensor.count - histogram.total
    let sentence =
      "\(NumberFormat.count(histogram.total, "value")) of \(what) in "
      + "\(NumberFormat.count(histogram.bins.count, "range")) of equal width"
      + (left == 0 ? "" : "; \(NumberFormat.grouped(left)) aren't finite and are left out")
      + ": \(statistics)."
    let drawing = histogram.drawing(title: "Histogram of \(what)", description: sentence)
    var output = Output(
      [
        .drawing(
          DrawnBlock(
            drawing, text: [.line(Text(sentence), indent: 0, hang: 2), .histogram(histogram)]))
      ],
      json: [
        "histogram": .string(what), "ranges": histogram.json, "statistics": statistics.json,
        "png": claimed.json(.png), "svg": claimed.json(.svg), "csv": claimed.json(.csv),
        "html": claimed.json(.html),
      ])
    try ShownContent(drawing: drawing, scale: 2, csv: histogram.csv).write(claimed)
    output.written(claimed)
    return output
  }

  /// The metrics of the run that the argument names: its folder, its `metrics.json`, or a checkpoint; of the
  /// loaded network if there is no argument.
  private func metrics(_ run: String?, in session: Session) throws -> Metrics {
    guard let run else {
      return Metrics(try TrainedNetwork(loadedIn: session, for: "plot trained").state)
    }
    if run.hasSuffix(".json") { return try Metrics(path: run) }
    if let other = FileKind.mismatch(path: run, wanted: .metrics), !run.hasSuffix(".safetensors") {
      throw Failure(.file, "\(printable(run)): \(other.reason)", hint: other.hint)
    }
    let path = run + "/metrics.json"
    guard !FileManager.default.fileExists(atPath: HomeFolder.expanding(path)),
      let checkpoint = try Optional(TrainedNetwork.file(run)),
      checkpoint.hasSuffix(".safetensors"), FileManager.default.fileExists(atPath: checkpoint)
    else { return try Metrics(path: path) }
    return Metrics(try Checkpoint(path: checkpoint, cancellation: session.host.cancellation).state)
  }
}
