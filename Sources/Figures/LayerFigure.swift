import Basics
import Datasets
import Documents
import Explanations
import Layers
import Networks
import TensorFiles
import Tensors

/// A layer that has run, as a figure that its reader can click: as much of its input, its output and its
/// weights as fits into a page of a megabyte.
package struct LayerFigure {
  /// The most bytes that a page may have.
  package static let limit = 1_000_000

  /// The element that is shown first: channel, row and column, or the feature.
  package let selected: [Int]
  /// Which part of the layer the figure holds, in a sentence.
  package let included: String
  /// The data for the script.
  let json: JSONValue
  /// The figure with what is shown where no script runs.
  package let figure: Figure

  /// - Parameters:
  ///   - trace: a trace in which the layer has run.
  ///   - layer: the layer's position.
  ///   - element: the element to show first, and to include; nil for the largest value of a part that
  ///     starts at channel 0.
  ///   - preparation: how the image became the first layer's input; nil if it can't be undone.
  ///   - limit: the most bytes of the page.
  /// - Throws: `ExplanationError` if the element doesn't exist, `FigureError` if not even one value fits.
  package init(
    _ trace: Trace, layer: Int, element: [Int]? = nil, preparation: Preprocessing? = nil,
    limit: Int = LayerFigure.limit
  ) throws {
    let geometry = trace.geometry[layer]
    let middle = FigureBox(whole: geometry.output).ranges.map { $0.count / 2 }
    let first = element ?? (geometry.output.rank == 4 ? [0] + middle.dropFirst() : [0])
    // Throws if the element doesn't exist.
    _ = try Explanation.explain(trace, layer: layer, at: first)
    guard let x = trace.input(of: layer), let y = trace.output(of: layer) else {
      throw ExplanationError.fused(layer: geometry.name)
    }
    let parts = try FigureParts(
      geometry, input: x, output: y, parameters: trace.parameters(of: layer) ?? [],
      around: first, isChosen: element != nil, size: limit - FigurePage.overhead)
    selected = element ?? parts.largest
    included = parts.included(element: element)
    var data = parts.json
    data += [
      .init(name: "layer", value: .string(geometry.name)),
      .init(name: "words", value: .string(geometry.layer.words)),
      .init(name: "source", value: .string(layer == 0 ? "image" : trace.geometry[layer - 1].name)),
      .init(name: "isImage", value: .boolean(layer == 0)),
      .init(name: "selected", value: .integers(selected)),
      .init(name: "layers", value: .array(trace.geometry.map { .string($0.name) })),
      .init(name: "included", value: .string(included)),
    ]
    if let labels = trace.network.labels, labels.count == geometry.output.c {
      data.append(.init(name: "classes", value: .array(labels.map { .string($0) })))
    }
    if layer == 0, let preparation, parts.hasWholeInput, [1, 3].contains(x.shape.c) {
      data.append(
        .init(
          name: "image",
          value: [
            "scale": .number(preparation.scale),
            "mean": .array(preparation.mean.map { .number($0) }),
            "deviation": .array(preparation.deviation.map { .number($0) }),
          ]))
    }
    json = .object(data)
    let value = y[[0] + selected]
    let channel = selected.count == 3 ? selected[0] : 0
    let box = FigureBox(whole: geometry.output)
    let plane = Tensor(
      shape: selected.count == 3 ? [box.rows.count, box.columns.count] : [box.columns.count],
      values: box.plane(channel, of: y))
    let maps = MapPicture(plane)
    let name = selected.count == 3 ? "\(geometry.name)[\(channel)]" : geometry.name
    let frames = selected.count == 3 ? [Frame(at: selected[1], selected[2])] : []
    let image = CaptionedImage(
      maps.image, caption: "\(name): \(plane.shape) values, in grey; \(maps.scaling).",
      frames: frames)
    let text = Self.text(geometry, selected: selected, value: value, isLargest: element == nil)
    var alone = Document(text.blocks + [.image(image)])
    alone.line(
      .notice("note: ")
        + "this is a still image, because no script runs here. In a notebook, choose "
        + .strong("Trust Notebook") + " or run the cell again to click its values.", hang: 6)
    figure = Figure(
      html: FigurePage.fragment(data: json, alone: alone), image: image, text: text)
  }

  /// The layer in its place, a value, and how to see the figure.
  private static func text(
    _ geometry: LayerGeometry, selected: [Int], value: Float, isLargest: Bool
  ) -> Document {
    var document = Document()
    let element = "\(geometry.name)[\(coordinates(selected))]"
    document.split(
      .name(geometry.name.padding(to: 8)) + Text(geometry.layer.words),
      Text("\(geometry.input.withoutBatch) → \(geometry.output.withoutBatch)"))
    document.line(
      .strong("\(element) = \(number(value))")
        + (isLargest ? .faint("   the largest value of the part in the figure") : ""), hang: 4)
    document.line("why \(element) shows where it came from.")
    document.line(
      "In a browser or in Jupyter, click any value to see that: explore \(geometry.name) --open, or "
        + "explore \(geometry.name) --html \(geometry.name).html", hang: 4)
    return document
  }
}

extension Frame {
  /// A frame around one value of a map.
  fileprivate init(at row: Int, _ column: Int) {
    self.init(rows: row..<row + 1, columns: column..<column + 1)
  }
}

/// Why a layer can't be shown as a figure.
struct FigureError: DescribedError, Hashable {
  /// The layer.
  var layer: String
  /// The element to explain instead.
  var element: String

  var kind: ErrorKind { .usage }
  var message: String {
    "one value of \(layer) is computed from more numbers than fit into a figure of a megabyte"
  }
  var hint: String? { "why \(element)" }
}
