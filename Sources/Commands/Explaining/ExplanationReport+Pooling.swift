import Basics
import Documents
import Explanations
import Networks
import TensorFiles

extension ExplanationReport {
  mutating func maxPooling(_ detail: MaxPoolingDetail) {
    let winner = detail.largest.position
    let c = explanation.index[0]
    heading(
      "max of a window",
      "channel \(c), rows \(span(detail.window.rows.inside)) and columns "
        + "\(span(detail.window.columns.inside)) of \(explanation.source)")
    outside(detail.window)
    grid(detail.values, window: detail.window, marked: winner)
    line(
      "\(explanation.source)[\(c), \(winner.row), \(winner.column)] wins"
        + (detail.ties.isEmpty
          ? ""
          : "; \(NumberFormat.count(detail.ties.count, "other is", "others are")) as large: the first in "
            + "row-major order wins"),
      indent: 2, hang: 4)
    sharing(detail.values)
    terms = [
      .init(name: "winner", value: .integers([c, winner.row, winner.column])),
      .init(name: "window", value: window(detail.values)),
    ]
    verdict()
  }

  mutating func averagePooling(_ detail: AveragePoolingDetail) {
    heading(
      "mean of a window",
      "channel \(explanation.index[0]), rows \(span(detail.window.rows.inside)) and columns "
        + "\(span(detail.window.columns.inside)) of \(explanation.source); divided by the "
        + "\(NumberFormat.count(detail.divisor, "value that lies", "values that lie")) on the map")
    outside(detail.window)
    grid(detail.values, window: detail.window, marked: nil)
    sharing(detail.values)
    terms = [.init(name: "window", value: window(detail.values))]
    steps()
  }

  /// The values of a window as rows and columns, each with its coordinates on the edge.
  private mutating func grid(_ values: [PooledValue], window: ClippedWindow, marked: Position?) {
    let columns = window.columns.inside
    var table = Table(
      [.init("")] + columns.map { .init("x \($0)", numeric: true) }, indent: 2)
    for row in window.rows.inside {
      table.row(
        [.faint("y \(row)")]
          + columns.map { column in
            guard
              let value = values.first(where: {
                $0.position.row == row && $0.position.column == column
              })
            else { return "" }
            let text = number(value.value)
            return value.position == marked ? .strong("[\(text)]") : Text(text + " ")
          })
    }
    self.table(table)
  }

  /// Which neighbouring windows read the same values.
  private mutating func sharing(_ values: [PooledValue]) {
    let shared = values.filter { $0.windowCount > 1 }
    guard !shared.isEmpty else {
      line(
        .faint("no other window reads these values: the windows don't overlap"), indent: 2
      )
      return
    }
    var byNeighbour: [(Position, [Position])] = []
    for value in shared {
      for window in value.windows
      where [window.row, window.column] != Array(explanation.index.dropFirst()) {
        if let place = byNeighbour.firstIndex(where: { $0.0 == window }) {
          byNeighbour[place].1.append(value.position)
        } else {
          byNeighbour.append((window, [value.position]))
        }
      }
    }
    line(
      "\(shared.count) of the \(values.count) values \(shared.count == 1 ? "is" : "are") read by "
        + "neighbouring windows too:",
      indent: 2)
    byNeighbour.sort { ($0.0.row, $0.0.column) < ($1.0.row, $1.0.column) }
    for (neighbour, positions) in byNeighbour {
      let places = positions.map { "(\($0.row), \($0.column))" }.joined(separator: " ")
      line(
        "window (\(neighbour.row), \(neighbour.column))" + .faint("  shares y, x  \(places)"),
        indent: 4, hang: 6)
    }
  }

  private func window(_ values: [PooledValue]) -> JSONValue {
    .array(
      values.map {
        [
          "y": .integer($0.position.row), "x": .integer($0.position.column),
          "value": .float($0.value),
          "windows": .array($0.windows.map { .integers([$0.row, $0.column]) }),
        ]
      })
  }
}
