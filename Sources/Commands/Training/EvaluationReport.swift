import Basics
import Cells
import Documents
import Networks
import TensorFiles
import Training

/// An evaluation in tables: accuracy, confusion matrix or recall by class, frequent mistakes.
struct EvaluationReport {
  let output: Output

  /// Lays out an evaluation.
  ///
  /// - Parameters:
  ///   - part: `test` or `validation`.
  ///   - data: the data set's name.
  ///   - engine: the engine's title, for the JSON only.
  init(
    _ evaluation: Evaluation, _ state: TrainingState, part: String, data: String, engine: String
  ) {
    var output = Output()
    let count = evaluation.count
    output.line(
      .name(state.network.name)
        + " after \(TrainingLines.epochs(state.epoch)), recipe \(state.recipe.name): "
        + "\(NumberFormat.count(count, "\(part) image")) of \(data), \(evaluation.crops.words)",
      hang: 4)
    output.line(
      "accuracy " + .strong(NumberFormat.percent(evaluation.accuracy, decimals: 2))
        + "   error " + .strong(NumberFormat.percent(1 - evaluation.accuracy, decimals: 2))
        + "   loss \(NumberFormat.fixed(evaluation.loss, 4)) nats"
        + "   right \(NumberFormat.grouped(evaluation.correct)) of \(NumberFormat.grouped(count))",
      indent: 2, hang: 4)
    if !evaluation.areProbabilities {
      output.line(
        .faint("the outputs are logits; the loss is that of a softmax over them"), indent: 2)
    }
    if evaluation.notNumberCount > 0 {
      output.line(
        .bad(
          "\(NumberFormat.grouped(evaluation.notNumberCount)) of \(NumberFormat.grouped(count)) "
            + "images have a NaN in their outputs") + ": they count as misclassified", indent: 2,
        hang: 4)
    }
    if evaluation.classNames.count <= Self.mostColumns {
      output.table(Self.matrix(evaluation))
      output.line(.faint("rows: the true class; columns: the predicted class"), indent: 2)
    } else {
      output.table(Self.classes(evaluation))
    }
    for line in Self.mistakes(evaluation) { output.line(line, indent: 2) }
    output.json = Self.json(evaluation, state, part: part, data: data, engine: engine)
    self.output = output
  }

  /// The most classes whose confusion matrix fits into a line's width.
  private static let mostColumns = 10

  private static func matrix(_ evaluation: Evaluation) -> Table {
    let names = evaluation.classNames
    var table = Table(
      [.init(""), .init("right", numeric: true)]
        + names.map { .init(String($0.prefix(4)), numeric: true) }, indent: 2)
    for (index, result) in evaluation.classes.enumerated() {
      table.row(
        [.name(String(result.name.prefix(12))), .strong(share(result.recall))]
          + evaluation.confusion[index].enumerated().map { column, count in
            count == 0 ? .faint("·") : column == index ? .good("\(count)") : Text("\(count)")
          })
    }
    return table
  }

  private static func classes(_ evaluation: Evaluation) -> Table {
    var table = Table(
      [
        .init("class"), .init("images", numeric: true), .init("right", numeric: true),
        .init("recall", numeric: true), .init("precision", numeric: true),
      ], indent: 2)
    for result in evaluation.classes {
      table.row([
        .name(result.name), Text(NumberFormat.grouped(result.count)),
        Text(NumberFormat.grouped(result.correct)), .strong(share(result.recall)),
        Text(share(result.precision)),
      ])
    }
    return table
  }

  /// The three most frequent confusions of two classes.
  private static func mistakes(_ evaluation: Evaluation) -> [Text] {
    var pairs: [(count: Int, row: Int, column: Int)] = []
    for (row, counts) in evaluation.confusion.enumerated() {
      for (column, count) in counts.enumerated() where column != row && count > 0 {
        pairs.append((count, row, column))
      }
    }
    pairs.sort { ($1.count, $0.row, $0.column) < ($0.count, $1.row, $1.column) }
    let names = evaluation.classNames
    return pairs.prefix(3).map {
      "\(names[$0.row]) misclassified as \(names[$0.column])  \(NumberFormat.count($0.count, "time"))"
    }
  }

  private static func share(_ value: Double?) -> String {
    value.map { NumberFormat.percent($0, decimals: 1) } ?? "–"
  }

  private static func json(
    _ evaluation: Evaluation, _ state: TrainingState, part: String, data: String, engine: String
  ) -> JSONValue {
    [
      "network": .string(state.network.name), "recipe": .string(state.recipe.name),
      "epoch": .integer(state.epoch), "dataset": .string(data), "part": .string(part),
      "crops": .string(evaluation.crops.rawValue),
      "views": .string(evaluation.crops.rawValue), "engine": .string(engine),
      "pictures": .integer(evaluation.count), "right": .integer(evaluation.correct),
      "accuracy": .number(evaluation.accuracy), "error": .number(1 - evaluation.accuracy),
      "loss": .number(evaluation.loss),
      "outputs": .string(evaluation.areProbabilities ? "probabilities" : "logits"),
      "nan_images": .integer(evaluation.notNumberCount),
      "classes": .array(
        evaluation.classes.map {
          [
            "name": .string($0.name), "pictures": .integer($0.count), "right": .integer($0.correct),
            "recall": $0.recall.map { .number($0) } ?? .null,
            "precision": $0.precision.map { .number($0) } ?? .null,
          ]
        }),
      "confusion": .array(evaluation.confusion.map { .integers($0) }),
    ]
  }
}
