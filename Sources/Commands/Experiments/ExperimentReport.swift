import Basics
import Cells
import Documents
import Networks
import Training

/// A study's description, printed before it runs, and its results.
enum ExperimentReport {
  /// The claim, the network, the arms, the measure and the budget.
  static func beginning(_ experiment: Experiment, _ budget: Experiment.Budget) -> Output {
    var output = Output()
    func line(_ title: String, _ text: Text) {
      output.line(.faint(title) + .spaces(12 - title.count) + text, indent: 2, hang: 14)
    }
    output.line(.name(experiment.name) + "   " + .strong(experiment.title), hang: 4)
    line("claim", Text("\(experiment.claim.words) (\(experiment.claim.source))"))
    line(
      "network",
      .name(experiment.network)
        + Text(experiment.edits.isEmpty ? "" : ": " + words(experiment.edits.map(\.words))))
    let width = experiment.arms.map { displayWidth($0.name) }.max() ?? 0
    for (index, arm) in experiment.arms.enumerated() {
      line(
        index == 0 ? "arms" : "",
        .name(arm.name) + .spaces(width - displayWidth(arm.name) + 2) + Text(arm.title))
      let (differences, indent) = (arm.differences, 16 + width)
      if !differences.isEmpty {
        output.line(.faint(words(differences)), indent: indent, hang: indent)
      }
    }
    line("measure", Text(experiment.measure.words))
    var parts = [
      NumberFormat.count(budget.seeds, "seed"),
      (experiment.measure == .testError ? "" : "at most ") + TrainingLines.epochs(budget.epochs),
      budget.pictures.map { NumberFormat.count($0, "image") } ?? "all images",
    ]
    if !budget.rates.isEmpty {
      parts.append(
        "rates tried first: "
          + budget.rates.map { NumberFormat.format($0, significant: 3) }.joined(separator: ", "))
    }
    line("each arm", Text(parts.joined(separator: " · ")))
    return output
  }

  /// The output of `--describe`: the beginning, remarks and the recipe.
  static func description(_ experiment: Experiment, _ budget: Experiment.Budget) -> Output {
    var output = beginning(experiment, budget)
    output.line(
      .faint("remarks") + .spaces(5) + Text(experiment.remarks), indent: 2, hang: 14)
    var recipe = experiment.recipe
    (recipe.network, recipe.epochs) = (experiment.network, budget.epochs)
    RecipeReport(recipe).add(to: &output)
    output.json = [
      "name": .string(experiment.name), "title": .string(experiment.title),
      "claim": .string(experiment.claim.words), "source": .string(experiment.claim.source),
      "remarks": .string(experiment.remarks), "network": .string(experiment.network),
      "edits": .array(experiment.edits.map { .string($0.words) }),
      "arms": .array(
        experiment.arms.map {
          [
            "name": .string($0.name), "title": .string($0.title),
            "differences": .array($0.differences.map { .string($0) }),
          ]
        }),
      "measure": .string(experiment.measure.words), "seeds": .integer(budget.seeds),
      "epochs": .integer(budget.epochs),
      "pictures": budget.pictures.map { .integer($0) } ?? .null,
    ]
    return output
  }

  private static func words(_ commands: [String]) -> String {
    commands.joined(separator: " · ")
  }

  // The table.

  /// The table's columns; the rate only if several were tried.
  static func columns(of results: ExperimentResults) -> [Table.Column] {
    var columns = [
      Table.Column("arm"), .init(results.experiment.measure.column, numeric: true),
      .init("each seed", drop: 3), .init("training error", numeric: true, drop: 1),
    ]
    if !results.chosenRates.isEmpty { columns.append(.init("rate", numeric: true, drop: 2)) }
    columns.append(.init("parameters", numeric: true, drop: 2))
    return columns
  }

  /// The table's rows, one per arm.
  static func rows(of results: ExperimentResults) -> [[String]] {
    let measure = results.experiment.measure
    return results.arms.map { arm in
      var figure = arm.sample.map { measure.text($0.mean) } ?? "not reached"
      if arm.runs.isEmpty { figure = "" }
      if let deviation = arm.sample?.deviation { figure += " ± \(measure.spread(deviation))" }
      let each = arm.values.map { $0.map(measure.text) ?? "–" }.joined(separator: ", ")
      var row = [
        arm.arm.name, figure, each,
        arm.trainingError.map { NumberFormat.percent($0.mean, decimals: 1) } ?? "",
      ]
      if !results.chosenRates.isEmpty {
        row.append(
          results.chosenRates[arm.arm.name].map { NumberFormat.format($0, significant: 3) } ?? "")
      }
      row.append(results.parameters[arm.arm.name].map { NumberFormat.grouped($0) } ?? "")
      return row
    }
  }

  /// The table, the curves and the verdicts.
  static func ending(_ record: ExperimentRecord) -> Output {
    var output = figures(of: record.results)
    output.json = record.json
    return output
  }

  /// The table, the curves and the verdicts, without JSON.
  static func figures(of results: ExperimentResults) -> Output {
    var output = Output()
    var table = Table(columns(of: results))
    for row in rows(of: results) { table.row(named: row) }
    output.table(table)
    if results.seeds.count > 1 {
      output.line(.faint("± is the standard deviation over the seeds"))
    }
    for chart in results.curves {
      output.blank()
      output.blocks.append(.chart(chart))
      output.line(.faint(chart.sentence))
    }
    output.blank()
    for (comparison, verdict) in results.verdicts {
      output.line(
        .name(comparison.better) + " against " + .name(comparison.worse) + ": "
          + word(verdict.kind) + Text(": \(verdict.words)"), hang: 4)
    }
    for arm in edges(results) {
      output.line(
        .notice("note")
          + Text(
            "  the rate of \(arm) is the smallest or largest that was tried: a better one may lie "
              + "beyond it"), hang: 6)
    }
    return output
  }

  private static func word(_ kind: ExperimentVerdict.Kind) -> Text {
    switch kind {
    case .confirmed, .inDirection: .good(kind.rawValue)
    case .opposite: .bad(kind.rawValue)
    case .notConfirmed, .notReached, .undecided: .notice(kind.rawValue)
    }
  }

  /// The arms whose best rate is the smallest or largest that was tried.
  private static func edges(_ results: ExperimentResults) -> [String] {
    let rates = results.budget.rates
    guard rates.count > 1 else { return [] }
    return results.experiment.arms.map(\.name).filter {
      results.chosenRates[$0] == rates.min() || results.chosenRates[$0] == rates.max()
    }
  }
}
