import ArgumentParser
import Basics
import Cells
import Datasets
import Documents
import Expressions
import TensorFiles

/// Shows a layer as a figure that its reader can click.
package struct ExploreCommand: Command, HasGlobalOptions, WritesFiles {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "explore",
    abstract:
      "A figure to click: explore conv1 --open. Any value of a layer, and where it came from.",
    discussion: """
      The figure is a page of at most a megabyte that needs no network: the layer's input, its output \
      and as many of its filters as fit. Click a value, or move with the arrow keys, to see the window \
      on the input, each product, and the sum, which the page computes itself. In Jupyter the figure is \
      the cell's output; elsewhere --open shows it in a browser and --html writes it. With an element, \
      explore conv2[200, 13, 13], the figure starts there.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("explore pool1", "the layer, and how to see the figure", expect: "55×55 → 96×27×27"),
    Example("explore norm1[17, 10, 23]", "starts at an element", expect: "norm1[17, 10, 23] = "),
    .unrun("explore conv1 --open", "in a browser"),
    .unrun("explore conv1 --html conv1.html", "as a file, to keep or to send"),
    .slip("explore conv9", "an unknown layer", expect: "there is no layer 'conv9'"),
    .slip("explore image", "not a layer", expect: "explore conv1"),
    .slip("explore pool1[96, 0, 0]", "an index out of range", expect: "0...95"),
  ]

  @Argument(help: "The layer, or an element of it: LAYER[c, y, x].") var layer: [String]
  @Option(help: ArgumentHelp("Write the figure as a page.", valueName: "file"), completion: .file())
  var html: OutputFile?
  @Flag(name: .customLong("open"), help: "Show the figure in a browser.") var opens = false
  @OptionGroup package var writing: WritingOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// The layers.
  package static func completions(for words: [String], in session: Session) -> [String] {
    session.network.layers.map(\.name)
  }

  /// Runs the layers that the figure needs, and makes it.
  package func run(in session: inout Session) throws -> Output {
    let (index, element) = try target(in: &session)
    let file = try html.map(writing.claim)
    let trace = try session.trace(through: index)
    let made = try LayerFigure(
      trace, layer: index, element: element,
      preparation: try session.preparation() as? Preprocessing)
    let name = session.network.layers[index].name
    let page = FigurePage.page(made.figure, title: "\(name) · \(session.network.name)")
    var output = Output(
      json: [
        "layer": .string(name), "element": .integers(made.selected),
        "included": .string(made.included), "bytes": .integer(page.utf8.count),
        "file": .optional(file),
      ])
    if let file {
      try AtomicFile.write(page, to: file)
      output.line(
        "\(name) as a figure to click, \(NumberFormat.bytes(page.utf8.count)), written to "
          + .name(file), hang: 4)
      output.line(Text(made.included), indent: 2, hang: 2)
    }
    if opens { try open(page, name, at: file, in: &output) }
    if file == nil, !opens { output.blocks.append(.figure(made.figure)) }
    return output
  }

  private func open(
    _ page: String, _ name: String, at file: String?, in output: inout Output
  ) throws {
    // A layer's name may hold a slash.
    let safe = name.replacing("/", with: "-")
    let path = try file ?? Browser.write(page, named: "\(safe).html")
    if let reason = Browser.open(path) {
      output.line("no browser opened: \(reason). Open this file in one: " + .name(path), hang: 4)
    } else {
      output.line("opened \(name) in a browser: " + .name(path), hang: 4)
    }
    output.json = output.json.map { json in
      guard case .object(var members) = json else { return json }
      members["file"] = .string(path)
      return .object(members)
    }
  }

  /// The layer's position, and the element's coordinates if there are any.
  private func target(in session: inout Session) throws -> (Int, [Int]?) {
    // `explore conv1 5 10 23` works too.
    let numbers = layer.dropFirst().filter { Int(word: $0) != nil }
    let isSpelledOut = !numbers.isEmpty && numbers.count == layer.count - 1
    let text =
      isSpelledOut ? "\(layer[0])[\(numbers.joined(separator: ", "))]" : layer.joined()
    let bracket = text.firstIndex(of: "[") ?? text.endIndex
    let name = text[..<bracket].trimmingSpaces()
    if session.network.index(of: name) == nil, SessionEnvironment.imageNames.contains(name) {
      throw Failure(
        .usage, "\(name) isn't computed by a layer, so there is nothing to explore",
        hint: "explore \(session.network.layers.first?.name ?? "conv1") starts at the image")
    }
    let index = try session.layerIndex(name)
    guard bracket < text.endIndex else { return (index, nil) }
    let list: Evaluated
    do {
      list = try session.evaluate(String(text[bracket...]))
    } catch let error as ExpressionError {
      throw Failure(.expression, "\(text[bracket...]): \(error.message)", hint: error.hint)
    }
    guard let element = list.value.integers else {
      throw Failure(
        .expression, "an element's coordinates are whole numbers, not \(text[bracket...])",
        hint: "explore \(name)")
    }
    return (index, element)
  }
}
