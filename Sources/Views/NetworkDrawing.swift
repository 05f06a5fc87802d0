import Basics
import Datasets
import Documents
import Layers
import Networks

/// A network's architecture to scale: the output of each layer with weights as a box or a bar, like figure 2 of
/// the paper.
struct NetworkDrawing {
  /// What is drawn of one layer: its output, and what it reads.
  private struct Stage {
    var name: String
    /// Channels, rows and columns; or features.
    var sizes: [Int]
    /// The layer's window: `11×11/4`.
    var settings = ""
    /// The groups that the layer's channels are split into.
    var groups = 1
    /// The parts that the output is drawn in: what the layer, or the next one, splits it into.
    var parts = 1
    /// The rows of the stage before that one output reads.
    var reach = 0
    /// The layers that follow, up to the next stage.
    var rest: [Layer] = []

    var isMap: Bool { sizes.count == 3 }
    var shape: String { sizes.map(String.init).joined(separator: "×") }
    var pooling: Layer? { rest.first { $0.window != nil } }
  }

  /// Pixels per row and column, per channel, and per feature.
  private let scale: (row: Double, channel: Double, feature: Double)
  private let stages: [Stage]
  private let network: Network
  private let parameters: Int

  /// A drawing of the network as it is now.
  ///
  /// - Throws: `NetworkShapeError` if the layers don't fit together.
  init(_ network: Network) throws {
    let geometry = try network.geometry()
    self.network = network
    parameters = geometry.reduce(0) { $0 + $1.parameterCount }
    var stages = [
      Stage(name: "input", sizes: network.input.shape().withoutBatch.dimensions)
    ]
    for layer in geometry {
      let groups: Int
      switch layer.layer.weighted {
      case .convolution(let convolution): groups = convolution.groups
      case .locallyConnected, .linear: groups = 1
      case .batchNormalization, nil:
        stages[stages.count - 1].rest.append(layer.layer)
        continue
      }
      var reach = layer.layer.window?.kernel ?? 0
      for passed in stages[stages.count - 1].rest.reversed() {
        if let window = passed.window { reach = (reach - 1) * window.stride + window.kernel }
      }
      stages.append(
        Stage(
          name: layer.name, sizes: layer.output.withoutBatch.dimensions,
          settings: layer.layer.shortSettings, groups: groups, reach: reach))
    }
    for index in stages.indices {
      let next = index + 1 < stages.count && index > 0 ? stages[index + 1].groups : 1
      // Many groups, as in depthwise convolutions, would be too small to see.
      let parts = max(stages[index].groups, next)
      stages[index].parts = parts <= 4 ? parts : 1
    }
    self.stages = stages
    let maps = stages.filter(\.isMap)
    let rows = maps.flatMap { $0.sizes.dropFirst() }.max() ?? 1
    let channels = maps.map { $0.sizes[0] }.max() ?? 1
    let features = stages.filter { !$0.isMap }.map { $0.sizes[0] }.max() ?? 1
    scale = (170 / Double(rows), 90 / Double(channels), 170 / Double(features))
  }

  /// The drawing, with a table that says the same.
  var block: DrawnBlock {
    var table = Table([
      .init("layer"), .init("window"), .init("output"), .init("then", wrapping: 12...40),
    ])
    for stage in stages {
      let rest = stage.rest.map { layer in
        let isBrief = layer.window != nil
        return isBrief ? "\(layer.kind.title) \(layer.shortSettings)" : layer.kind.title
      }
      table.row([
        .name(stage.name), Text(stage.settings), Text(stage.shape),
        Text(rest.joined(separator: ", ")),
      ])
    }
    return DrawnBlock(
      drawing, text: [.line(Text(sentence), indent: 0, hang: 2), .table(table)])
  }

  /// What the drawing shows, and its scales.
  private var sentence: String {
    let sizes = [stages[0], stages[stages.count - 1]].map(\.shape)
    var text =
      "\(network.name) to scale: \(sizes[0]) in, \(sizes[1]) out, "
      + "\(NumberFormat.grouped(parameters)) parameters. A box is a layer's output: "
      + "\(Basics.number(scale.row, 2)) pixels per row and column, "
      + "\(Basics.number(scale.channel, 2)) per channel"
    if stages.contains(where: { !$0.isMap }) {
      text += "; a bar is a fully connected layer, \(Basics.number(scale.feature, 2)) per output"
    }
    text += ". Orange marks what one output of the next layer reads."
    let parts = stages.map(\.parts).max() ?? 1
    if parts > 1 {
      text += " Layers in groups are drawn in \(parts) rows, and lines show which part reads which."
    }
    return text
  }

  // MARK: - Layout

  /// A part of a stage on the page: the front face of its box, and how far back it reaches.
  private struct Box {
    var left: Double
    var top: Double
    var width: Double
    var height: Double
    var depth: Double
    var right: Double { left + width }
    var bottom: Double { top + height }
    /// The middle of the face on the right, which has the box's rows and columns.
    var face: Drawing.Point { .init(right + depth / 2, top + height / 2 - depth / 2) }
  }

  /// How much a column is shortened, since it points away from the reader.
  private static let perspective = 0.35

  private func extent(_ stage: Stage) -> (width: Double, height: Double, depth: Double) {
    guard stage.isMap else { return (10, max(1, Double(stage.sizes[0]) * scale.feature), 0) }
    return (
      max(1, Double(stage.sizes[0]) * scale.channel / Double(stage.parts)),
      max(1, Double(stage.sizes[1]) * scale.row),
      max(1, Double(stage.sizes[2]) * scale.row * Self.perspective)
    )
  }

  private var drawing: Drawing {
    let (margin, head) = (24.0, 44.0)
    let rowHeight =
      (stages.filter { $0.parts > 1 }.map { extent($0) }.map { $0.height + $0.depth }
        .max() ?? 0) + 20
    let most = Double(stages.map(\.parts).max() ?? 1)
    let tallest = stages.map { extent($0) }.map { $0.height + $0.depth }.max() ?? 0
    let room = max(tallest, most > 1 ? most * rowHeight : 0)
    var boxes: [[Box]] = []
    var x = margin
    for stage in stages {
      let (width, height, depth) = extent(stage)
      boxes.append(
        (0..<stage.parts).map { part in
          let shift = (Double(part) - Double(stage.parts - 1) / 2) * rowHeight
          let middle = head + room / 2 + shift
          return Box(
            left: x, top: middle - (height - depth) / 2, width: width, height: height, depth: depth)
        })
      x += max(width + depth + 30, labelWidth(stage) + 14)
    }
    let feet = head + room + 18
    var drawing = Drawing(
      width: x + margin - 14, height: feet + 4 * 17 + 8, title: "\(network.name) to scale",
      description: sentence)
    drawing.text(
      "\(network.name): \(NumberFormat.grouped(parameters)) parameters", margin, 24, isBold: true,
      size: 14)
    for (stage, parts) in zip(stages, boxes) {
      for box in parts { draw(box, stage.isMap, on: &drawing) }
      for (line, label) in labels(stage).enumerated() {
        drawing.text(
          label, parts[0].left, feet + 17 * Double(line), isBold: line == 0,
          size: line == 0 ? 12 : 11)
      }
    }
    // Last, so that no box hides what is read.
    for index in stages.indices.dropFirst() {
      connect(boxes[index - 1], to: boxes[index], index, on: &drawing)
    }
    return drawing
  }

  /// The lines below a stage.
  private func labels(_ stage: Stage) -> [String] {
    [
      stage.name, stage.isMap ? stage.shape : NumberFormat.grouped(stage.sizes[0]),
      stage.settings, stage.pooling.map { "\($0.kind.title) \($0.shortSettings)" } ?? "",
    ]
  }

  private func labelWidth(_ stage: Stage) -> Double {
    labels(stage).map { Drawing.width(of: $0, size: 11) }.max() ?? 0
  }

  private static let outline = RGB(gray: 0x55)
  private static let orange = RGB(0xD5, 0x5E, 0x00)

  private func draw(_ box: Box, _ isMap: Bool, on drawing: inout Drawing) {
    guard isMap else {
      drawing.rectangle(
        box.left, box.top, box.width, box.height, fill: RGB(0xF5, 0xDE, 0xC3),
        outline: Self.outline)
      return
    }
    let (d, top, bottom) = (box.depth, box.top, box.bottom)
    drawing.elements.append(
      .area(
        [
          .init(box.left, top), .init(box.left + d, top - d), .init(box.right + d, top - d),
          .init(box.right, top),
        ], fill: RGB(0xEE, 0xF5, 0xFB), outline: Self.outline))
    drawing.elements.append(
      .area(
        [
          .init(box.right, top), .init(box.right + d, top - d), .init(box.right + d, bottom - d),
          .init(box.right, bottom),
        ], fill: RGB(0xB9, 0xD2, 0xEA), outline: Self.outline))
    drawing.rectangle(
      box.left, top, box.width, box.height, fill: RGB(0xDC, 0xE9, 0xF5), outline: Self.outline)
  }

  /// Draws what an output of the stage at `index` reads of the one before.
  private func connect(_ sources: [Box], to targets: [Box], _ index: Int, on drawing: inout Drawing)
  {
    let stage = stages[index]
    let isSplit = stage.groups > 1 && sources.count == targets.count
    for (from, source) in sources.enumerated() {
      for (to, target) in targets.enumerated() where !isSplit || from == to {
        let end = Drawing.Point(target.left, target.top + target.height / 2)
        let line = Drawing.Stroke(Self.orange, width: 0.8, dashes: [3, 2])
        guard stage.isMap, stage.reach > 0, stages[index - 1].isMap else {
          let right = source.right + source.depth
          drawing.line(
            .init(right, source.top - source.depth), .init(target.left, target.top), line)
          drawing.line(
            .init(right, source.bottom - source.depth), .init(target.left, target.bottom), line)
          continue
        }
        let rows = min(Double(stage.reach) * scale.row, source.height)
        let back = min(Double(stage.reach) * scale.row * Self.perspective, source.depth)
        let middle = source.face
        let (near, far) = (middle.x - back / 2, middle.x + back / 2)
        let corners: [Drawing.Point] = [
          .init(near, middle.y - rows / 2 + back / 2), .init(far, middle.y - rows / 2 - back / 2),
          .init(far, middle.y + rows / 2 - back / 2), .init(near, middle.y + rows / 2 + back / 2),
        ]
        drawing.elements.append(.path(corners + [corners[0]], .init(Self.orange, width: 1.2)))
        drawing.line(corners[1], end, line)
        drawing.line(corners[2], end, line)
      }
    }
  }
}
