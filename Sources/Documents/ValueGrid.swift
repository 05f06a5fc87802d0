import Basics
import Tensors

/// One plane of a tensor as numbers, truncated to fit the width.
package struct ValueGrid {
  package let caption: String
  package let lines: [Text]

  /// The first plane of a tensor.
  package init(_ tensor: Tensor, width: Int) {
    let shape = tensor.shape
    let columns = shape.rank == 0 ? 1 : shape[shape.rank - 1]
    let rows = shape.rank < 2 ? 1 : shape[shape.rank - 2]
    let shownColumns = min(columns, max(1, (width - 7) / 9))
    let shownRows = min(rows, 16)
    // Small planes keep their first rows and columns, without the mean in front.
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
