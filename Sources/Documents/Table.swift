/// Rows of cells in aligned columns.
package struct Table: Sendable {
  /// One column.
  package struct Column: Sendable {
    /// The heading.
    package var title: String
    /// Whether its cells stand to the right, as numbers do.
    package var isNumeric: Bool
    /// Columns of the highest number are left out first where the width is short; 0 always stays.
    package var drop: Int

    /// A column.
    package init(_ title: String, numeric: Bool = false, drop: Int = 0) {
      (self.title, isNumeric, self.drop) = (title, numeric, drop)
    }
  }

  /// The columns, first to last.
  package var columns: [Column]
  /// The rows: a cell a column; nil is a rule across.
  package var rows: [[Text]?] = []
  /// Spaces before the first column.
  package var indent: Int

  /// A table of these columns, with no rows yet.
  package init(_ columns: [Column], indent: Int = 0) {
    (self.columns, self.indent) = (columns, indent)
  }

  /// Adds a row; cells that are missing at its end are empty.
  package mutating func row(_ cells: [Text]) {
    precondition(cells.count <= columns.count, "A row has a cell a column, \(columns.count) here.")
    rows.append(cells + [Text](repeating: "", count: max(0, columns.count - cells.count)))
  }

  /// Adds a rule across.
  package mutating func rule() { rows.append(nil) }
}
