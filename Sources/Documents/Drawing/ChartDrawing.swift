import Basics
import Datasets

extension Chart {
  /// Several charts side by side as one SVG document, with a description in words.
  package static func svg(_ charts: [Chart], title: String) -> String {
    drawing(charts, title: title).svg
  }

  /// Several charts side by side, with a description in words.
  ///
  /// - Parameters:
  ///   - charts: the charts, left to right.
  ///   - title: the title above them.
  package static func drawing(_ charts: [Chart], title: String) -> Drawing {
    let names = charts.map(\.lines.count).max() ?? 0
    let areBelow = charts.contains { $0.legendWidth > Frame.legendRoom }
    // Names that don't fit side by side are listed one below the other.
    let isTall = areBelow && charts.contains { $0.legendWidth > Frame.panelWidth + 40 }
    let frame = Frame(count: charts.count, legendLines: areBelow ? isTall ? names : 1 : 0)
    var drawing = Drawing(
      width: frame.width, height: frame.height, title: title,
      description: charts.map(\.sentence).joined(separator: " "))
    drawing.text(title, frame.width / 2, 22, anchor: .middle, isBold: true, size: 14)
    for (index, chart) in charts.enumerated() {
      chart.draw(on: &drawing, left: frame.left(index), frame)
    }
    return drawing
  }

  /// The sizes of the drawing, in pixels.
  private struct Frame {
    let count: Int
    /// The lines of names below the axes; 0 if the names are above them.
    let legendLines: Int
    static let panelWidth = 340.0
    let panelHeight = 220.0
    let top = 64.0
    let before = 56.0
    let between = 80.0
    static let lineHeight = 18.0

    var width: Double {
      before + Double(max(1, count)) * (Self.panelWidth + between) - between + 24
    }
    var height: Double {
      top + panelHeight + 48 + (legendLines == 0 ? 0 : 6 + Self.lineHeight * Double(legendLines))
    }
    /// The room for a legend above a chart, next to the title.
    static let legendRoom = 230.0
    func left(_ index: Int) -> Double { before + Double(index) * (Self.panelWidth + between) }
  }

  /// A colour-blind-safe palette (Okabe and Ito), with dashes to distinguish lines without colour.
  private static let styles: [Drawing.Stroke] = [
    .init(RGB(0x00, 0x72, 0xB2), width: 2),
    .init(RGB(0xD5, 0x5E, 0x00), width: 2, dashes: [6, 3]),
    .init(RGB(0x00, 0x9E, 0x73), width: 2, dashes: [2, 3]),
    .init(RGB(0xCC, 0x79, 0xA7), width: 2, dashes: [8, 3, 2, 3]),
    .init(RGB(0x00, 0x00, 0x00), width: 2),
    .init(RGB(0x56, 0xB4, 0xE9), width: 2, dashes: [6, 3]),
    .init(RGB(0xE6, 0x9F, 0x00), width: 2, dashes: [2, 3]),
  ]

  private static func style(_ line: Int) -> Drawing.Stroke { styles[line % styles.count] }

  private static let grid = Drawing.Stroke(RGB(gray: 0xDD))
  private static let axisLine = Drawing.Stroke(RGB(gray: 0x44))

  /// The width of the legend: all names, each after a piece of its line.
  private var legendWidth: Double {
    lines.reduce(-16) { $0 + Double($1.name.count) * 6.5 + 46 }
  }

  private func draw(on drawing: inout Drawing, left: Double, _ frame: Frame) {
    let (lowest, highest, step) = axis
    let (bottom, right) = (frame.top + frame.panelHeight, left + Frame.panelWidth)
    let (first, last) = (epochs.first ?? 0, epochs.last ?? 0)
    func x(_ epoch: Int) -> Double {
      let share = last == first ? 0.5 : Double(epoch - first) / Double(last - first)
      return left + share * Frame.panelWidth
    }
    func y(_ value: Double) -> Double {
      bottom - (min(max(value, lowest), highest) - lowest) / (highest - lowest) * frame.panelHeight
    }
    if drawing.title != title { drawing.text(title, left, frame.top - 12, isBold: true) }
    for mark in marks {
      drawing.line(.init(left, y(mark)), .init(right, y(mark)), Self.grid)
      drawing.text(label(mark, step: step), left - 8, y(mark) + 4, anchor: .end)
    }
    drawing.line(.init(left, frame.top), .init(left, bottom), Self.axisLine)
    drawing.line(.init(left, bottom), .init(right, bottom), Self.axisLine)
    for mark in epochMarks(most: 8) {
      drawing.line(.init(x(mark), bottom), .init(x(mark), bottom + 4), Self.axisLine)
      drawing.text(String(mark), x(mark), bottom + 18, anchor: .middle)
    }
    drawing.text("epoch", left + Frame.panelWidth / 2, bottom + 36, anchor: .middle)
    drawLegend(on: &drawing, left: left, bottom: bottom, frame)
    for (index, line) in lines.enumerated() {
      let style = Self.style(index)
      let points = line.points(epochs).map { Drawing.Point(x($0.epoch), y($0.value)) }
      if points.count > 1 {
        drawing.elements.append(.path(points, style, title: "\(title), \(line.name)"))
      }
      // With few epochs, each is a dot, so that a single one is visible.
      for point in points.count <= 30 ? points : [] {
        drawing.elements.append(.dot(point, radius: 3, fill: style.color))
      }
    }
  }

  /// The names of the lines, each after a piece of its line.
  private func drawLegend(
    on drawing: inout Drawing, left: Double, bottom: Double, _ frame: Frame
  ) {
    func entry(_ index: Int, _ x: Double, _ y: Double) {
      drawing.text(lines[index].name, x, y)
      drawing.line(.init(x - 30, y - 4), .init(x - 6, y - 4), Self.style(index))
    }
    if frame.legendLines > 1 {
      for index in lines.indices {
        entry(index, left + 30, bottom + 60 + Double(index) * Frame.lineHeight)
      }
      return
    }
    let isBelow = frame.legendLines == 1
    var x = left + (isBelow ? min(legendWidth, Frame.panelWidth + 40) : Frame.panelWidth)
    for index in lines.indices.reversed() {
      x -= Double(lines[index].name.count) * 6.5
      entry(index, x, isBelow ? bottom + 60 : frame.top - 12)
      x -= 46
    }
  }
}
