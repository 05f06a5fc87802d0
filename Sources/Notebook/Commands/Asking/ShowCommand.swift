import ArgumentParser
import Basics
import Tensors

/// Shows the values of a layer as numbers.
public struct ShowCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show values as a grid and their histogram: show conv1, show conv1[5].")
  /// What people may type.
  public static let examples: [Example] = [
    Example("show conv1[5]", "one channel", expect: "55×55", after: ["next"]),
    Example(
      "show conv1", "a layer: the histogram, and channel 0", expect: "histogram", after: ["next"]),
    Example("show image", "the image as the first layer takes it", expect: "histogram"),
    Example(
      "show softmax --network cuda-convnet-18", "the classes by name", expect: "airplane"),
  ]

  @Argument(
    help: "image, a layer, gradient and a layer, or any expression that gives a tensor.") var what:
    [String]
  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// The layers.
  public static func completions(for words: [String], in session: Session) -> [String] {
    ["image"] + session.network.layers.map(\.name)
  }

  /// A grid and a histogram.
  public func run(in session: inout Session) throws -> Output {
    let what = what.joined(separator: " ")
    let tensor = try session.tensor(what)
    guard tensor.count > 0 else { throw Failure(.name, "\(what) has no values to show") }
    let statistics = TensorStatistics(tensor)
    let histogram = Histogram(tensor)
    var output = Output(
      json: [
        "show": .string(what), "shape": .integers(tensor.shape.dimensions),
        "statistics": statistics.json, "histogram": histogram.json,
        "values": tensor.count <= ExpressionOutput.mostValues
          ? .array(tensor.values.map { .float($0) }) : .null,
      ])
    output.line(.strong(what) + "  \(tensor.shape)   " + statistics.text, hang: 4)
    if let classes = classes(of: what, tensor, in: session) {
      output.table(classes)
    } else {
      let grid = ValueGrid(tensor, width: session.host.width)
      output.line(.faint(grid.caption), indent: 2)
      output.blocks.append(.preformatted(grid.lines))
    }
    output.line(.faint("histogram"), indent: 2)
    output.blocks.append(.preformatted(histogram.lines(width: session.host.width)))
    return output
  }
}

extension ShowCommand {
  /// The values by class where they are those of a layer that scores classes: the softmax, or the layer
  /// before it. Of many classes the ten largest.
  private func classes(of what: String, _ tensor: Tensor, in session: Session) -> Table? {
    let name = what.hasSuffix(".output") ? String(what.dropLast(".output".count)) : what
    let layers = session.network.layers
    guard tensor.shape.rank == 1, let index = session.network.index(of: name),
      index == layers.count - 1 || index == layers.count - 2 && layers.last?.layer == .softmax
    else { return nil }
    let isShort = tensor.count <= 12
    let order =
      isShort
      ? Array(tensor.values.indices)
      : Array(
        tensor.values.indices.filter { !tensor.values[$0].isNaN }
          .sorted { (tensor.values[$0], $1) > (tensor.values[$1], $0) }.prefix(10))
    var table = Table(
      [.init(isShort ? "class" : "ten largest of \(tensor.count)"), .init(what, numeric: true)],
      indent: 2)
    for number in order {
      table.row([Text(session.className(number)), Text(Notebook.number(tensor.values[number], 4))])
    }
    return table
  }
}

/// One plane of a tensor as numbers, as much of it as the width holds.
struct ValueGrid {
  let caption: String
  let lines: [Text]

  /// The first plane of a tensor.
  init(_ tensor: Tensor, width: Int) {
    let shape = tensor.shape
    let columns = shape.rank == 0 ? 1 : shape[shape.rank - 1]
    let rows = shape.rank < 2 ? 1 : shape[shape.rank - 2]
    let shownColumns = min(columns, max(1, (width - 7) / 9))
    let shownRows = min(rows, 16)
    // Without their mean in front, small planes keep their first rows and columns.
    var lines: [Text] = []
    lines.append(
      .spaces(7) + .faint((0..<shownColumns).map { Self.right("x \($0)") }.joined()))
    for row in 0..<shownRows {
      let values = (0..<shownColumns).map { column in
        Self.right(number(tensor.values[row * columns + column], 3))
      }
      lines.append(.faint(("  y \(row)").padding(to: 7)) + Text(values.joined()))
    }
    self.lines = lines
    let planes = tensor.count / max(1, rows * columns)
    let which = planes > 1 ? "plane 0 of \(planes)" : "values"
    let part =
      shownRows < rows || shownColumns < columns
      ? ", rows 0…\(shownRows - 1) and columns 0…\(shownColumns - 1) of \(rows)×\(columns)" : ""
    caption = which + part
  }

  private static func right(_ text: String) -> String {
    String(repeating: " ", clamping: max(1, 9 - displayWidth(text))) + text
  }
}

/// How often values fall into each of a few equal ranges.
struct Histogram {
  /// The lower end, the upper end and the count of each range.
  let bins: [(low: Double, high: Double, count: Int)]

  /// The histogram of a tensor's finite values.
  init(_ tensor: Tensor, count: Int = 12) {
    let values = tensor.values.filter(\.isFinite).map(Double.init)
    guard let low = values.min(), let high = values.max(), low < high else {
      bins = values.isEmpty ? [] : [(values[0], values[0], values.count)]
      return
    }
    var counts = [Int](repeating: 0, count: count)
    for value in values {
      counts[min(count - 1, Int(clamping: (value - low) / (high - low) * Double(count)))] += 1
    }
    let step = (high - low) / Double(count)
    bins = counts.enumerated().map {
      (low + Double($0.offset) * step, low + Double($0.offset + 1) * step, $0.element)
    }
  }

  var json: JSONValue {
    .array(
      bins.map {
        ["low": .number($0.low), "high": .number($0.high), "count": .integer($0.count)]
      })
  }

  func lines(width: Int) -> [Text] {
    let most = bins.map(\.count).max() ?? 1
    let labels = bins.map { "\(number($0.low, 3)) … \(number($0.high, 3))" }
    let counts = bins.map { NumberFormat.grouped($0.count) }
    let (labelWidth, countWidth) = (labels.map(\.count).max() ?? 0, counts.map(\.count).max() ?? 0)
    let room = max(4, min(width, 80) - labelWidth - countWidth - 8)
    return zip(bins, zip(labels, counts)).map { bin, text in
      let bar = bin.count == 0 ? 0 : max(1, bin.count * room / most)
      return .spaces(2 + labelWidth - text.0.count) + Text(text.0) + "  "
        + .spaces(countWidth - text.1.count) + Text(text.1) + "  "
        + .name(String(repeating: "█", clamping: bar))
    }
  }
}
