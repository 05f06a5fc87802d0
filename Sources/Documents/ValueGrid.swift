import Basics
import Tensors

/// One plane of a tensor as numbers, with as many rows and columns as fit.
package struct ValueGrid: Sendable {
  /// The number of rows of the plane; the first 16 are shown.
  private let rows: Int
  private let columns: Int
  private let planes: Int
  /// The plane's values, row-major.
  private let values: [Float]

  private static let mostRows = 16
  /// The width of a row's name, and of each value.
  private static let (margin, cell) = (7, 9)

  /// The first plane of a tensor: index 0 in every axis except the last two.
  package init(_ tensor: Tensor) {
    let shape = tensor.shape
    columns = shape.rank == 0 ? 1 : shape[shape.rank - 1]
    rows = shape.rank < 2 ? 1 : shape[shape.rank - 2]
    planes = tensor.count / max(1, rows * columns)
    values = Array(tensor.values.prefix(rows * columns))
  }

  /// The plane and the part shown: `plane 0 of 96, rows 0…15 and columns 0…7 of 55×55`.
  func caption(width: Int) -> String {
    let shown = shown(width)
    let which = planes > 1 ? "plane 0 of \(planes)" : "values"
    return shown.rows < rows || shown.columns < columns
      ? which + ", rows 0…\(shown.rows - 1) and columns 0…\(shown.columns - 1) of "
        + "\(rows)×\(columns)" : which
  }

  /// The values in aligned columns, below the column numbers.
  func lines(width: Int) -> [Text] {
    let shown = shown(width)
    let titles = (0..<shown.columns).map { "x \($0)".paddingLeft(to: Self.cell, gap: 1) }.joined()
    return [.spaces(Self.margin) + .faint(titles)]
      + (0..<shown.rows).map { row in
        let cells = values[row * columns..<row * columns + shown.columns]
        return .faint("  y \(row)".padding(to: Self.margin))
          + Text(cells.map { number($0, 3).paddingLeft(to: Self.cell, gap: 1) }.joined())
      }
  }

  private func shown(_ width: Int) -> (rows: Int, columns: Int) {
    (
      min(rows, Self.mostRows),
      min(columns, max(1, (width - Self.margin) / Self.cell))
    )
  }
}
