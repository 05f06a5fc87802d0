import Basics

extension Chart {
  /// Several charts side by side as one SVG document, with a description in words.
  ///
  /// - Parameters:
  ///   - charts: the charts, left to right.
  ///   - title: the title above them.
  package static func svg(_ charts: [Chart], title: String) -> String {
    let frame = Frame(
      count: charts.count, hasLegendsBelow: charts.contains { $0.legendWidth > Frame.legendRoom })
    let description = charts.map(\.sentence).joined(separator: " ")
    var lines = [
      #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(frame.width) \#(frame.height)""#
        + #" width="\#(frame.width)" height="\#(frame.height)" role="img""#
        + #" aria-labelledby="title description" font-family="sans-serif" font-size="12">"#,
      #"<title id="title">\#(HTML.escaped(title))</title>"#,
      #"<desc id="description">\#(HTML.escaped(description))</desc>"#,
      #"<rect width="100%" height="100%" fill="white"/>"#,
      text(x: Double(frame.width) / 2, y: 22, title, anchor: "middle", weight: "bold", size: 14),
    ]
    for (index, chart) in charts.enumerated() {
      lines += chart.svg(left: frame.left(index), frame)
    }
    return (lines + ["</svg>", ""]).joined(separator: "\n")
  }

  /// The sizes of the document, in pixels.
  private struct Frame {
    let count: Int
    /// Whether the names of the lines are below the axes, which has more room.
    let hasLegendsBelow: Bool
    let panelWidth = 340.0
    let panelHeight = 220.0
    let top = 64.0
    let before = 56.0
    let between = 80.0

    var width: Int {
      Int(clamping: before + Double(max(1, count)) * (panelWidth + between) - between + 24)
    }
    var height: Int { Int(clamping: top + panelHeight + (hasLegendsBelow ? 72 : 48)) }
    /// The room for a legend above a chart, next to the title.
    static let legendRoom = 230.0
    func left(_ index: Int) -> Double { before + Double(index) * (panelWidth + between) }
  }

  /// A colour-blind-safe palette (Okabe and Ito), with dashes to distinguish lines without colour.
  private static let styles = [
    ("#0072B2", ""), ("#D55E00", "6 3"), ("#009E73", "2 3"), ("#CC79A7", "8 3 2 3"),
  ]

  /// The width of the legend: all names, each after a piece of its line.
  private var legendWidth: Double {
    lines.reduce(-16) { $0 + Double($1.name.count) * 6.5 + 46 }
  }

  private func svg(left: Double, _ frame: Frame) -> [String] {
    let (lowest, highest, step) = axis
    let bottom = frame.top + frame.panelHeight
    let (first, last) = (epochs.first ?? 0, epochs.last ?? 0)
    func x(_ epoch: Int) -> Double {
      let share = last == first ? 0.5 : Double(epoch - first) / Double(last - first)
      return left + share * frame.panelWidth
    }
    func y(_ value: Double) -> Double {
      bottom - (min(max(value, lowest), highest) - lowest) / (highest - lowest) * frame.panelHeight
    }
    var result = [Self.text(x: left, y: frame.top - 12, title, weight: "bold")]
    for mark in marks {
      result.append(Self.rule(left, y(mark), left + frame.panelWidth, y(mark), "#dddddd"))
      result.append(Self.text(x: left - 8, y: y(mark) + 4, label(mark, step: step), anchor: "end"))
    }
    result.append(Self.rule(left, frame.top, left, bottom, "#444444"))
    result.append(Self.rule(left, bottom, left + frame.panelWidth, bottom, "#444444"))
    for mark in epochMarks(most: 8) {
      result.append(Self.rule(x(mark), bottom, x(mark), bottom + 4, "#444444"))
      result.append(Self.text(x: x(mark), y: bottom + 18, String(mark), anchor: "middle"))
    }
    result.append(
      Self.text(x: left + frame.panelWidth / 2, y: bottom + 36, "epoch", anchor: "middle"))
    let below = frame.hasLegendsBelow
    var legend = left + (below ? min(legendWidth, frame.panelWidth + 40) : frame.panelWidth)
    let legendLine = below ? bottom + 60 : frame.top - 12
    for (index, line) in lines.enumerated().reversed() {
      let (colour, dashes) = Self.styles[index % Self.styles.count]
      legend -= Double(line.name.count) * 6.5
      result.append(Self.text(x: legend, y: legendLine, line.name))
      result.append(
        Self.rule(legend - 30, legendLine - 4, legend - 6, legendLine - 4, colour, 2, dashes))
      legend -= 46
    }
    for (index, line) in lines.enumerated() {
      let (colour, dashes) = Self.styles[index % Self.styles.count]
      let points = line.points(epochs).map { (x($0.epoch), y($0.value)) }
      let coordinates = points.map { "\(Self.number($0.0)),\(Self.number($0.1))" }
      let dashing = dashes.isEmpty ? "" : #" stroke-dasharray="\#(dashes)""#
      if points.count > 1 {
        result.append(
          #"<polyline points="\#(coordinates.joined(separator: " "))" fill="none""#
            + #" stroke="\#(colour)" stroke-width="2"\#(dashing)><title>"#
            + "\(HTML.escaped("\(title), \(line.name)"))</title></polyline>")
      }
      // With few epochs, each is a dot, so that a single one is visible.
      for point in points.count <= 30 ? points : [] {
        result.append(
          #"<circle cx="\#(Self.number(point.0))" cy="\#(Self.number(point.1))" r="3""#
            + #" fill="\#(colour)"/>"#)
      }
    }
    return result
  }

  private static func text(
    x: Double, y: Double, _ text: String, anchor: String = "start", weight: String = "normal",
    size: Int = 12
  ) -> String {
    #"<text x="\#(number(x))" y="\#(number(y))" text-anchor="\#(anchor)" font-weight="\#(weight)""#
      + #" font-size="\#(size)">\#(HTML.escaped(text))</text>"#
  }

  private static func rule(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String, _ width: Int = 1,
    _ dashes: String = ""
  ) -> String {
    #"<line x1="\#(number(x1))" y1="\#(number(y1))" x2="\#(number(x2))" y2="\#(number(y2))""#
      + #" stroke="\#(colour)" stroke-width="\#(width)""#
      + (dashes.isEmpty ? "" : #" stroke-dasharray="\#(dashes)""#) + "/>"
  }

  private static func number(_ value: Double) -> String {
    let text = NumberFormat.fixed(value, 1, minus: .hyphen)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
