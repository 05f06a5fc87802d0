/// Rows of cells in aligned columns.
package struct Table: Sendable {
  /// One column.
  package struct Column: Sendable {
    /// The heading.
    package var title: String
    /// Whether cells are aligned to the right, as numbers are.
    package var isNumeric: Bool
    /// Where the table is too wide, the column with the highest number is left out first; 0 stays.
    package var drop: Int
    /// Where cells may be wrapped: the narrowest and the widest that the column may be.
    package var wrapping: ClosedRange<Int>?
    /// How far the second and later lines of a wrapped cell are indented.
    package var hang: Int

    /// A column whose cells are one line each, unless `wrapping` says how narrow and how wide it
    /// may be.
    package init(
      _ title: String, numeric: Bool = false, drop: Int = 0, wrapping: ClosedRange<Int>? = nil,
      hang: Int = 0
    ) {
      (self.title, isNumeric, self.drop) = (title, numeric, drop)
      (self.wrapping, self.hang) = (wrapping, hang)
    }
  }

  /// The columns, first to last.
  package var columns: [Column]
  /// The rows: one cell for each column; nil is a line across.
  package var rows: [[Text]?] = []
  /// Spaces before the first column.
  package var indent: Int

  /// A table with no rows yet.
  package init(_ columns: [Column], indent: Int = 0) {
    (self.columns, self.indent) = (columns, indent)
  }

  /// Adds a row; cells that are missing at its end are empty.
  package mutating func row(_ cells: [Text]) {
    precondition(cells.count <= columns.count, "A row has at most \(columns.count) cells here.")
    rows.append(cells + [Text](repeating: "", count: max(0, columns.count - cells.count)))
  }

  /// Adds a line across.
  package mutating func rule() { rows.append(nil) }
}
