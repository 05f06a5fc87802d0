import Basics
import Datasets

extension Histogram {
  /// A bar for each range.
  ///
  /// - Parameter title: whose values they are.
  package func drawing(title: String, description: String) -> Drawing {
    let (left, top, width, height) = (76.0, 48.0, 520.0, 240.0)
    var drawing = Drawing(
      width: left + width + 40, height: top + height + 56, title: title, description: description)
    drawing.text(title, left + width / 2, 24, anchor: .middle, isBold: true, size: 14)
    let most = max(1, bins.map(\.count).max() ?? 1)
    let bottom = top + height
    for share in [0.25, 0.5, 0.75, 1] {
      let y = bottom - share * height
      drawing.line(.init(left, y), .init(left + width, y), .init(RGB(gray: 0xDD)))
    }
    drawing.text(NumberFormat.grouped(most), left - 8, top + 4, anchor: .end)
    drawing.text("0", left - 8, bottom + 4, anchor: .end)
    let step = width / Double(max(1, bins.count))
    let blue = RGB(0x00, 0x72, 0xB2)
    for (index, bin) in bins.enumerated() where bin.count > 0 {
      let tall = max(1, height * Double(bin.count) / Double(most))
      drawing.rectangle(
        left + Double(index) * step + 1, bottom - tall, step - 2, tall, fill: blue)
    }
    let axis = Drawing.Stroke(RGB(gray: 0x44))
    drawing.line(.init(left, bottom), .init(left + width, bottom), axis)
    let edges = bins.map(\.low) + (bins.last.map { [$0.high] } ?? [])
    // Neighbouring labels don't overlap: at most seven.
    let apart = max(1, (edges.count + 5) / 6)
    for (index, edge) in edges.enumerated() where index.isMultiple(of: apart) {
      let x = left + Double(index) * step
      drawing.line(.init(x, bottom), .init(x, bottom + 4), axis)
      drawing.text(number(edge, 3), x, bottom + 20, anchor: .middle)
    }
    drawing.text("value", left + width / 2, bottom + 42, anchor: .middle)
    return drawing
  }

  /// The number of values in all ranges.
  package var total: Int { bins.reduce(0) { $0 + $1.count } }

  /// The ranges as comma-separated values.
  package var csv: String {
    let rows = bins.map {
      "\(NumberFormat.shortest($0.low, minus: .hyphen)),"
        + "\(NumberFormat.shortest($0.high, minus: .hyphen)),\($0.count)"
    }
    return (["low,high,count"] + rows).joined(separator: "\n") + "\n"
  }
}
