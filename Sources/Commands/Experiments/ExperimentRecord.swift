import Basics
import Documents
import Networks
import TensorFiles
import Training

/// A study's results with everything needed to reproduce them, as JSON and Markdown.
struct ExperimentRecord {
  /// The figures and verdicts.
  var results: ExperimentResults
  /// The shell command that reproduces them.
  var command: String
  /// The machine they were measured on.
  var machine: Machine

  // JSON.

  /// The members of the object, in order.
  private var members: [(String, JSONValue)] {
    let (experiment, budget) = (results.experiment, results.budget)
    return [
      ("format", "alexnet-experiment"), ("version", 1),
      ("experiment", .string(experiment.name)), ("claim", .string(experiment.claim.words)),
      ("source", .string(experiment.claim.source)), ("remarks", .string(experiment.remarks)),
      ("command", .string(command)), ("complete", .boolean(results.isComplete)),
      (
        "data",
        [
          "name": .string(results.datasetName), "sha256": .string(results.datasetFingerprint),
          "pictures": .integer(results.pictures), "test_pictures": .integer(results.testPictures),
        ]
      ),
      (
        "machine",
        [
          "processor": .optional(machine.processor), "cores": .integer(machine.cores),
          "system": .string(machine.system), "engine": .string(results.engine),
          "threads": .integer(results.threads),
        ]
      ),
      ("seeds", .array(results.seeds.map { .integer(Int(clamping: $0)) })),
      ("epochs", .integer(budget.epochs)), ("measure", .string(experiment.measure.words)),
      ("network", .string(experiment.network)),
      ("edits", .array(experiment.edits.map { .string($0.words) })),
      ("arms", .array(results.arms.map(json))),
      ("verdicts", .array(results.verdicts.map(json))),
      ("trials", .array(results.trials.map(json))), ("runs", .array(results.runs.map(json))),
    ]
  }

  /// The whole record as one object.
  var json: JSONValue {
    .object(members.map { JSONValue.Member(name: $0.0, value: $0.1) })
  }

  /// The text of `results.json`: one line per member, and one per element of a long list.
  var file: String { json.fileText() }

  private func json(_ arm: ExperimentResults.ArmSummary) -> JSONValue {
    [
      "name": .string(arm.arm.name), "title": .string(arm.arm.title),
      "differences": .array(arm.arm.differences.map { .string($0) }),
      "parameters": results.parameters[arm.arm.name].map { .integer($0) } ?? .null,
      "rate": results.chosenRates[arm.arm.name].map { .number($0) } ?? .null,
      "values": .array(arm.values.map(Self.number)), "mean": Self.number(arm.sample?.mean),
      "standard_deviation": Self.number(arm.sample?.deviation),
      "training_error": Self.number(arm.trainingError?.mean),
    ]
  }

  private func json(
    _ pair: (comparison: Experiment.Comparison, verdict: ExperimentVerdict)
  ) -> JSONValue {
    [
      "better": .string(pair.comparison.better), "worse": .string(pair.comparison.worse),
      "verdict": .string(pair.verdict.kind.rawValue), "words": .string(pair.verdict.words),
    ]
  }

  /// One training run as an object.
  func json(_ run: ExperimentRun) -> JSONValue {
    [
      "arm": .string(run.arm), "seed": .integer(Int(clamping: run.seed)),
      "rate": .number(run.rate), "value": Self.number(results.value(of: run)),
      "test_error": Self.number(run.testError), "training_error": Self.number(run.trainingError),
      "diverged": .optional(run.divergence), "seconds": .number(Self.rounded(run.seconds)),
      "training_errors": .array(run.epochs.map { Self.number(1 - $0.trainAccuracy) }),
      "validation_errors": .array(
        run.epochs.map { Self.number($0.validationAccuracy.map { 1 - $0 }) }),
    ]
  }

  private static func number(_ value: Double?) -> JSONValue {
    value.map { .number(($0 * 1e6).rounded() / 1e6) } ?? .null
  }
  private static func rounded(_ seconds: Double) -> Double { (seconds * 100).rounded() / 100 }

  // Markdown.

  /// The table and the verdicts as Markdown.
  var markdown: String {
    let experiment = results.experiment
    var lines = [
      "# \(experiment.name): \(experiment.title)", "",
      "> \(experiment.claim.words) (\(experiment.claim.source))", "",
      "`\(command)`", "",
      "\(results.datasetName) (SHA-256 `\(results.datasetFingerprint.prefix(12))…`), "
        + "\(NumberFormat.grouped(results.pictures)) training images, "
        + "\(NumberFormat.grouped(results.testPictures)) test images; \(budgetWords); "
        + "\(results.engine); \(machine.words).", "",
    ]
    if !results.isComplete { lines += ["**Not complete.**", ""] }
    let columns = ExperimentReport.columns(of: results)
    lines.append("| " + columns.map(\.title).joined(separator: " | ") + " |")
    lines.append("|" + columns.map { $0.isNumeric ? "---:|" : "---|" }.joined())
    for row in ExperimentReport.rows(of: results) {
      lines.append(
        "| " + row.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |")
    }
    lines += ["", "± is the standard deviation over the seeds.", ""]
    for (comparison, verdict) in results.verdicts {
      lines.append("- **\(comparison.better) against \(comparison.worse)**: \(verdict.sentence).")
    }
    lines += ["", experiment.remarks, "", "![\(curvesWords)](curves.svg)", ""]
    return lines.joined(separator: "\n")
  }

  private var budgetWords: String {
    "\(NumberFormat.count(results.seeds.count, "seed")), \(TrainingLines.epochs(results.budget.epochs))"
  }

  private var curvesWords: String {
    results.curves.map(\.sentence).joined(separator: " ").replacing("]", with: "")
  }
}

extension Experiment.Measure {
  /// The measure in a few words.
  var words: String {
    switch self {
    case .testError: "test error after the last epoch"
    case .epochs(let target):
      "epochs to \(NumberFormat.percent(target, decimals: 0)) training error"
    }
  }

  /// The heading of its column.
  var column: String {
    switch self {
    case .testError: "test error"
    case .epochs(let target): "epochs to \(NumberFormat.percent(target, decimals: 0))"
    }
  }

  /// A value with its unit: `23.4%`, or epochs with one decimal.
  func text(_ value: Double) -> String {
    switch self {
    case .testError: NumberFormat.percent(value, decimals: 1)
    case .epochs: NumberFormat.fixed(value, 1)
    }
  }

  /// A standard deviation: in percentage points, or in epochs.
  func spread(_ value: Double) -> String {
    switch self {
    case .testError: NumberFormat.fixed(100 * value, 1)
    case .epochs: NumberFormat.fixed(value, 1)
    }
  }
}
