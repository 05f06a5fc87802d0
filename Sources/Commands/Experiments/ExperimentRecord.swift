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

  /// The record as an object.
  var json: JSONValue { results.json(command: command, machine: machine) }

  /// The text of `results.json`: one line per member, and one per element of a long list.
  var file: String { json.fileText() }

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
