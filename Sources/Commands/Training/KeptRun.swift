import Basics
import Cells
import Digests
import Documents
import Foundation
import Networks
import Training

/// A finished run that an earlier visit to a lesson left in the lesson's cache folder.
struct KeptRun {
  /// The folder.
  let path: String
  private let state: TrainingState
  private let metrics: Metrics
  private let test: Metrics.Test

  /// Reads the run in a folder; nil if there is none, or if it didn't finish.
  init?(_ path: String) {
    guard RunFolder.isRun(path), let metrics = try? Metrics(path: path + "/metrics.json"),
      let test = metrics.test,
      let state = try? Checkpoint(path: RunFolder.file(path), cancellation: .never).state
    else { return nil }
    (self.path, self.metrics, self.test, self.state) = (path, metrics, test, state)
  }

  /// The folder for a run. Its name depends on everything that changes the result: the recipe, the
  /// network, the data set, the engine and the number of threads.
  static func folder(
    for recipe: Recipe, network: Network?, data: String, in session: Session
  ) -> String {
    let parts = [
      recipe.json, network.map(NetworkFile.text(of:)) ?? "", data, session.settings.engine,
      "\(session.settings.isEngineChosen)", session.settings.threads.map { "\($0)" } ?? "all",
    ]
    let digest = SHA256.digits(of: Array(parts.joined(separator: "\u{0}").utf8))
    return session.workingFolder + "runs/\(recipe.name)-seed\(recipe.seed)-\(digest.prefix(8))"
  }

  /// The network that was trained, with the classes of its data.
  var network: Network {
    var network = state.network
    network.labels = state.classNames
    return network
  }

  /// What the run printed: how it trained, what it took over from other weights, its epochs and its test.
  func output(_ transfer: Transfer?) -> Output {
    var output = Output(
      json: [
        "run": .string(path), "recipe": .string(metrics.recipe),
        "network": .string(metrics.network), "dataset": .string(metrics.dataset),
        "seed": .integer(Int(clamping: metrics.seed)), "epochs": .integer(metrics.epochs.count),
        "test_accuracy": .number(test.accuracy), "test_error": .number(1 - test.accuracy),
        "kept": true,
      ])
    let parameters = (try? state.network.geometry().reduce(0) { $0 + $1.parameterCount }) ?? 0
    output.line(
      "recipe " + .name(metrics.recipe) + " · " + .name(metrics.network)
        + " · \(NumberFormat.grouped(parameters)) parameters · \(metrics.dataset) · "
        + "\(metrics.engine) · seed \(metrics.seed)", hang: 4)
    RecipeReport(state.recipe).add(to: &output)
    if let transfer { output.add(transfer) }
    output.line(
      .faint("kept") + .spaces(8) + "from when you ran this before; its folder is " + .name(path),
      indent: 2, hang: 14)
    for epoch in metrics.epochs {
      output.line(
        TrainingLines.epoch(
          epoch, of: metrics.plannedEpochs, isBest: epoch.epoch == metrics.best?.epoch))
      if let errors = TrainingLines.errors(epoch) { output.line(errors, indent: 10, hang: 14) }
    }
    output.line(
      .good("done") + "   test error " + .strong(NumberFormat.percent(1 - test.accuracy))
        + TrainingLines.topFive(test.topFive)
        + " of \(NumberFormat.grouped(test.pictures)) images (epoch \(test.epoch))", hang: 7)
    return output
  }
}
