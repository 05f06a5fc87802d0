/// Rows of cells in aligned columns.
package struct Table: Sendable {
  /// The heading and layout of a column.
  package struct Column: Sendable {
    package var title: String
    /// Whether its cells are right-aligned, as numbers are.
    package var isNumeric: Bool
    /// If the width is too small, columns with the highest number are left out first; columns with
    /// 0 always stay.
    package var drop: Int

    package init(_ title: String, numeric: Bool = false, drop: Int = 0) {
      (self.title, isNumeric, self.drop) = (title, numeric, drop)
    }
  }

  package var columns: [Column]
  /// Each row has one cell per column; nil is a horizontal rule.
  package var rows: [[Text]?] = []
  /// The number of spaces before the first column.
  package var indent: Int

  /// A table without rows.
  package init(_ columns: [Column], indent: Int = 0) {
    (self.columns, self.indent) = (columns, indent)
  }

  /// Adds a row. Missing cells at its end are empty.
  package mutating func row(_ cells: [Text]) {
    precondition(
      cells.count <= columns.count, "A row has at most a cell per column, \(columns.count) here.")
    rows.append(cells + [Text](repeating: "", count: max(0, columns.count - cells.count)))
  }

  /// Adds a horizontal rule.
  package mutating func rule() { rows.append(nil) }
}
