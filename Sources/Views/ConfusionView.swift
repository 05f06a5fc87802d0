import Basics
import Cells
import Commands
import Datasets
import Documents
import Expressions
import TensorFiles
import Tensors
import Training

/// The confusion matrix of a network on a data set: a row for each true class, a column for each predicted one.
struct ConfusionView {
  private let evaluation: Evaluation
  private let title: String

  /// The matrix of an evaluation.
  ///
  /// - Parameter title: the network and the images.
  init(_ evaluation: Evaluation, title: String) {
    (self.evaluation, self.title) = (evaluation, title)
  }

  /// Classifies the images of a data set with the network that was loaded.
  init(_ options: FeatureOptions, in session: inout Session) throws {
    let trained: TrainedNetwork
    do {
      trained = try TrainedNetwork(loadedIn: session, for: "load runs/NAME")
    } catch let failure as Failure {
      guard !session.weights.isTrained(try session.geometry()) else { throw failure }
      throw Failure(
        failure.kind, "\(failure.message): random weights confuse everything with everything",
        hint: failure.hint)
    }
    let state = trained.state
    guard let data = session.settings.data ?? trained.data else {
      throw Failure(
        .usage, "view confusion needs images to classify",
        hint: "view confusion --data cifar10, or the folder of its images")
    }
    let source = state.pipeline.source
    let dataset: Dataset
    do {
      dataset = try session.dataset(
        data, DatasetOptions(side: source.height == source.width ? source.height : nil))
    } catch let error as ImageError where data == "cifar10" {
      // Its own hint names sets that this network has no classes of.
      throw Failure(
        .file, error.message,
        hint: "alexnet data fetch cifar10 fetches it; --data takes a folder of its classes' images")
    }
    guard dataset.train.classNames == state.classNames else {
      throw Failure(
        .training,
        "\(state.network.name) knows \(Self.list(state.classNames)), but \(dataset.name) has "
          + Self.list(dataset.train.classNames),
        hint: "--data takes images of the network's classes"
          + (state.datasetName == dataset.name ? "" : ": it was trained on \(state.datasetName)"))
    }
    let isSame = dataset.fingerprint == state.datasetFingerprint
    let test = isSame ? DatasetSplit(state.recipe, of: dataset).test : dataset.test
    let set = try options.images(of: options.part == .train ? dataset.train : test)
    let host = session.host
    defer { host.report(progress: nil) }
    let evaluation = try Evaluation.evaluate(
      state.network, parameters: state.parameters, on: set, pipeline: state.pipeline,
      engine: session.fastEngine().engine, cancellation: host.cancellation
    ) {
      host.report(
        progress: "testing  \(NumberFormat.grouped($0)) of \(NumberFormat.grouped($1)) images")
    }
    self.init(
      evaluation,
      title: "\(state.network.name) on \(NumberFormat.count(set.count, "image")) of \(set.name)")
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " …" : "")
  }

  /// The most frequent confusions of two classes in either direction.
  struct Pair: Hashable {
    let first: Int
    let second: Int
    /// Images of the first classified as the second, and the other way round.
    let there: Int
    let back: Int
    var count: Int { there + back }
  }

  /// Pairs of classes, the most confused first; equally confused ones in the order of the classes.
  static func pairs(_ matrix: ConfusionMatrix) -> [Pair] {
    Set(matrix.confusions.map { [min($0.row, $0.column), max($0.row, $0.column)] })
      .map {
        Pair(
          first: $0[0], second: $0[1], there: matrix[$0[0], $0[1]],
          back: matrix[$0[1], $0[0]])
      }
      .sorted { ($1.count, $0.first, $0.second) < ($0.count, $1.first, $1.second) }
  }

  /// The most classes that are named beside the drawing, and whose counts are written in it.
  private static let mostNamed = 30
  private static let mostCounted = 12

  var view: View {
    let names = evaluation.classNames
    let pairs = Self.pairs(evaluation.confusion).prefix(10)
    var table = Table([
      .init("most confused"), .init("with"), .init("there", numeric: true),
      .init("back", numeric: true), .init("together", numeric: true),
    ])
    for pair in pairs {
      table.row([
        .name(names[pair.first]), .name(names[pair.second]), Text(String(pair.there)),
        Text(String(pair.back)), .strong(String(pair.count)),
      ])
    }
    let description = description(pairs.first)
    var text: [Block] = [.line(Text(description), indent: 0, hang: 2)]
    if names.count <= 10 { text.append(.table(EvaluationReport.matrix(evaluation))) }
    var view = View(drawn: DrawnBlock(drawing(description), text: text))
    if !pairs.isEmpty { view.tables = [table] }
    let evaluation = evaluation
    view.csv = {
      "true class,predicted class,images\n"
        + evaluation.confusion.cells.map {
          "\(Table.csv(names[$0.row])),\(Table.csv(names[$0.column])),\($0.count)\n"
        }.joined()
    }
    if names.count <= 1_000 {
      view.value = .tensor(
        Tensor(
          shape: [names.count, names.count],
          values: names.indices.flatMap { evaluation.confusion.row($0).map { Float($0) } }))
    }
    view.facts = [
      .init(name: "images", value: .integer(evaluation.count)),
      .init(name: "accuracy", value: .number(evaluation.accuracy)),
      .init(
        name: "pairs",
        value: .array(
          pairs.map {
            [
              "first": .string(names[$0.first]), "second": .string(names[$0.second]),
              "there": .integer($0.there), "back": .integer($0.back),
            ]
          })),
    ]
    return view
  }

  private func description(_ worst: Pair?) -> String {
    let names = evaluation.classNames
    var text =
      "confusion matrix of \(title): \(NumberFormat.percent(evaluation.accuracy, decimals: 2)) right. "
      + "A row is a true class, a column a predicted one; the darker, the larger the share of the "
      + "row."
    if let worst {
      let isTurned = worst.back > worst.there
      let (first, second) = (names[worst.first], names[worst.second])
      let (one, other) = isTurned ? (second, first) : (first, second)
      func times(_ count: Int) -> String { NumberFormat.count(count, "time") }
      text +=
        " Most confused are \(one) and \(other): \(one) was classified as \(other) "
        + "\(times(max(worst.there, worst.back))), and \(other) as \(one) "
        + "\(times(min(worst.there, worst.back)))."
    }
    if evaluation.notNumberCount > 0 {
      text +=
        " \(NumberFormat.count(evaluation.notNumberCount, "image")) had a NaN among the outputs, and "
        + "aren't in the matrix."
    }
    return text
  }

  /// Squares from white to blue, by their share of the row.
  private func drawing(_ description: String) -> Drawing {
    let (names, matrix) = (evaluation.classNames, evaluation.confusion)
    let count = names.count
    let isNamed = count <= Self.mostNamed
    let side = Double(max(1, min(40, 640 / max(1, count))))
    let room = isNamed ? 24 + (names.map { Drawing.width(of: $0) }.max() ?? 0) + 20 : 24
    let top = 54.0
    var drawing = Drawing(
      width: max(room + Double(count) * side + 16, Drawing.width(of: title, size: 14) + 16),
      height: top + Double(count) * side + 16, title: "confusion matrix of \(title)",
      description: description)
    drawing.text(title, 8, 20, isBold: true, size: 14)
    drawing.text("predicted →", room, top - (isNamed ? 18 : 6), size: 11)
    drawing.text("true", 8, top - 6, size: 11)
    let results = evaluation.classes
    var bytes = [UInt8](repeating: 255, count: 3 * count * count)
    func share(_ cell: ConfusionMatrix.Cell) -> Double {
      Double(cell.count) / Double(max(1, results[cell.row].count))
    }
    for cell in matrix.cells {
      // The square root makes rare confusions visible.
      let level = share(cell).squareRoot()
      for (c, full) in [0x00, 0x48, 0x8A].enumerated() {
        bytes[3 * (cell.row * count + cell.column) + c] = UInt8(
          rounding: 255 + (Double(full) - 255) * level)
      }
    }
    drawing.elements.append(
      .image(Image(width: count, height: count, bytes: bytes), .init(room, top), side: side))
    let (right, bottom) = (room + Double(count) * side, top + Double(count) * side)
    let line = Drawing.Stroke(RGB(gray: 0x99))
    for (from, to) in [
      ((room, top), (right, top)), ((right, top), (right, bottom)),
      ((right, bottom), (room, bottom)),
      ((room, bottom), (room, top)),
    ] { drawing.line(.init(from.0, from.1), .init(to.0, to.1), line) }
    guard isNamed else { return drawing }
    for (index, name) in names.enumerated() {
      let middle = (Double(index) + 0.5) * side
      drawing.text("\(index) \(name)", room - 6, top + middle + 4, anchor: .end)
      drawing.text(String(index), room + middle, top - 5, anchor: .middle, size: 11)
    }
    for cell in matrix.cells where count <= Self.mostCounted {
      // Dark squares get no count except on the diagonal, where a white square is put below it.
      let (x, y) = (room + Double(cell.column) * side, top + Double(cell.row) * side)
      let width = Drawing.width(of: String(cell.count), size: 11)
      if share(cell) > 0.2 {
        drawing.rectangle(
          x + (side - width) / 2 - 2, y + side / 2 - 8, width + 4, 16, fill: RGB(gray: 255))
      }
      drawing.text(
        String(cell.count), x + side / 2, y + side / 2 + 4, anchor: .middle, size: 11)
    }
    return drawing
  }
}
