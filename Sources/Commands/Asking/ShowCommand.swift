import ArgumentParser
import Basics
import Cells
import Documents
import Expressions
import Tensors

/// Shows a tensor's values: a grid of numbers, or the classes, and a histogram.
package struct ShowCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show values as a grid and their histogram: show conv1, show conv1[5].")
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("show conv1[5]", "one channel", expect: "55×55", after: ["next"]),
    Example(
      "show conv1", "a layer: the histogram, and channel 0", expect: "histogram", after: ["next"]),
    Example("show image", "the image as the first layer gets it", expect: "histogram"),
    Example(
      "show softmax --network cuda-convnet-18", "the classes by name", expect: "airplane"),
  ]

  @Argument(
    help: "image, a layer, gradient and a layer, or any expression that gives a tensor.") var what:
    [String]
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// `image` and the names of the layers.
  package static func completions(for words: [String], in session: Session) -> [String] {
    ["image"] + session.network.layers.map(\.name)
  }

  /// Shows the grid or the classes, then the histogram.
  package func run(in session: inout Session) throws -> Output {
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
      output.blocks.append(.grid(ValueGrid(tensor)))
    }
    output.line(.faint("histogram"), indent: 2)
    output.blocks.append(.histogram(histogram))
    return output
  }
}

extension ShowCommand {
  /// The values by class if they are outputs of the softmax or of the layer before it; only the ten
  /// largest if there are many classes.
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
      table.row([Text(session.className(number)), Text(Basics.number(tensor.values[number], 4))])
    }
    return table
  }
}
