import Basics
import Cells
import Documents
import Layers
import Networks
import TensorFiles
import Training

/// An evaluation in tables: accuracy, confusion matrix or recall by class, frequent mistakes. With many
/// classes only the best and the worst are shown.
package struct EvaluationReport {
  let output: Output

  /// Lays out an evaluation.
  ///
  /// - Parameters:
  ///   - part: `test` or `validation`.
  ///   - data: the data set's name.
  ///   - engine: the engine's title, for the JSON only.
  ///   - precision: the engine's.
  ///   - inFloat: the same in Float, if that was another precision.
  ///   - csv: the file that the confusion matrix was written to, if it was.
  init(
    _ evaluation: Evaluation, _ state: TrainingState, part: String, data: String, engine: String,
    precision: Precision = .float, inFloat: Evaluation? = nil, csv: String? = nil
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
    if let inFloat {
      output.line(Self.cost(evaluation, precision, inFloat), indent: 2, hang: 4)
    }
    if TopFive.isReported(classes: evaluation.classNames.count) {
      output.line(
        "top-5 error " + .strong(NumberFormat.percent(1 - evaluation.topFiveAccuracy, decimals: 2))
          + .faint("   the true class isn't among the five with the largest outputs"),
        indent: 2, hang: 4)
    }
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
    switch evaluation.classNames.count {
    case ...Self.mostColumns:
      output.table(Self.matrix(evaluation))
      output.line(.faint("rows: the true class; columns: the predicted class"), indent: 2)
      for line in Self.mistakes(evaluation, most: 3) { output.line(line, indent: 2) }
    case ...Self.mostRows:
      output.table(Self.table(evaluation.classes))
      for line in Self.mistakes(evaluation, most: 3) { output.line(line, indent: 2) }
    default:
      let classes = evaluation.classesFromBest
      output.line("best classes", indent: 2)
      output.table(Self.table(classes.prefix(Self.extremes)))
      output.line("worst classes", indent: 2)
      output.table(Self.table(classes.dropFirst(Self.extremes).suffix(Self.extremes).reversed()))
      let mistakes = Self.mistakes(evaluation, most: 10)
      if !mistakes.isEmpty { output.line("most confused", indent: 2) }
      for line in mistakes { output.line(line, indent: 4) }
      if csv == nil {
        output.line(
          .faint(
            "--csv FILE writes all \(NumberFormat.grouped(evaluation.classNames.count)) "
              + "classes, --json prints them"), indent: 2, hang: 4)
      }
    }
    if let csv { output.line("confusion matrix written to " + .name(csv), indent: 2, hang: 4) }
    output.json = Self.json(evaluation, state, part: part, data: data, engine: engine, csv)
    if let inFloat, case .object(var members)? = output.json {
      members["precision"] = .string(precision.rawValue)
      members["accuracy_in_float"] = .number(inFloat.accuracy)
      members["loss_in_float"] = .number(inFloat.loss)
      output.json = .object(members)
    }
    self.output = output
  }

  /// What a precision changes: `in Float 80.12%   loss 0.5771 nats: bfloat16 costs 3 images, 0.03 points`.
  private static func cost(
    _ evaluation: Evaluation, _ precision: Precision, _ inFloat: Evaluation
  ) -> Text {
    let lost = inFloat.correct - evaluation.correct
    let points = 100 * (inFloat.accuracy - evaluation.accuracy).magnitude
    let change =
      lost == 0
      ? "\(precision.rawValue) classifies as many images correctly"
      : "\(precision.rawValue) \(lost > 0 ? "costs" : "gains") "
        + "\(NumberFormat.count(abs(lost), "image")), \(NumberFormat.fixed(points, 2)) points"
    return .faint("in Float ")
      + "accuracy " + .strong(NumberFormat.percent(inFloat.accuracy, decimals: 2))
      + "   loss \(NumberFormat.fixed(inFloat.loss, 4)) nats: " + .strong(change)
  }

  /// The most classes whose confusion matrix fits into a line's width.
  private static let mostColumns = 10
  /// The most classes of which each gets a line.
  private static let mostRows = 20
  /// How many of the best, and of the worst classes are shown if there are more.
  private static let extremes = 5

  /// The whole matrix, a row for each true class.
  package static func matrix(_ evaluation: Evaluation) -> Table {
    let names = evaluation.classNames
    var table = Table(
      [.init(""), .init("right", numeric: true)]
        + names.map { .init(String($0.prefix(4)), numeric: true) }, indent: 2)
    for (index, result) in evaluation.classes.enumerated() {
      table.row(
        [.name(String(result.name.prefix(12))), .strong(share(result.recall))]
          + evaluation.confusion.row(index).enumerated().map { column, count in
            count == 0 ? .faint("·") : column == index ? .good("\(count)") : Text("\(count)")
          })
    }
    return table
  }

  private static func table(_ classes: some Sequence<Evaluation.ClassResult>) -> Table {
    var table = Table(
      [
        .init("class"), .init("images", numeric: true), .init("right", numeric: true),
        .init("recall", numeric: true), .init("precision", numeric: true),
      ], indent: 2)
    for result in classes {
      table.row([
        .name(result.name), Text(NumberFormat.grouped(result.count)),
        Text(NumberFormat.grouped(result.correct)), .strong(share(result.recall)),
        Text(share(result.precision)),
      ])
    }
    return table
  }

  /// The most frequent confusions of two classes.
  private static func mistakes(_ evaluation: Evaluation, most: Int) -> [Text] {
    let names = evaluation.classNames
    return evaluation.confusion.confusions.prefix(most).map {
      "\(names[$0.row]) misclassified as \(names[$0.column])  \(NumberFormat.count($0.count, "time"))"
    }
  }

  private static func share(_ value: Double?) -> String {
    value.map { NumberFormat.percent($0, decimals: 1) } ?? "–"
  }

  /// The most classes whose whole matrix is in the JSON; of more, only the pairs that were confused.
  private static let mostDense = 256

  private static func json(
    _ evaluation: Evaluation, _ state: TrainingState, part: String, data: String, engine: String,
    _ csv: String?
  ) -> JSONValue {
    let json: JSONValue = [
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
    ]
    guard case .object(var members) = json else { return json }
    let (confusion, classes) = (evaluation.confusion, evaluation.classNames.count)
    if classes <= mostDense {
      members["confusion"] = .array((0..<classes).map { .integers(confusion.row($0)) })
    } else {
      members["confusions"] = .array(
        confusion.confusions.map {
          [
            "class": .integer($0.row), "predicted": .integer($0.column),
            "count": .integer($0.count),
          ]
        })
    }
    if TopFive.isReported(classes: classes) {
      members["top5_accuracy"] = .number(evaluation.topFiveAccuracy)
      members["top5_error"] = .number(1 - evaluation.topFiveAccuracy)
    }
    members["csv"] = csv.map { .string($0) }
    return .object(members)
  }
}
