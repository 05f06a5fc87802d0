/// Rows of cells in aligned columns.
package struct Table: Sendable {
  /// The heading and layout of a column.
  package struct Column: Sendable {
    /// The heading; may be empty.
    package var title: String
    /// Whether cells are aligned to the right, as numbers are.
    package var isNumeric: Bool
    /// If the table is too wide, the column with the highest number is left out first; 0 always
    /// stays.
    package var drop: Int
    /// The smallest and largest width of the column if its cells may be wrapped; nil if they may
    /// not.
    package var wrapping: ClosedRange<Int>?
    /// The indentation of the second and later lines of a wrapped cell.
    package var hang: Int

    /// A column with one line per cell, unless `wrapping` gives its smallest and largest width.
    package init(
      _ title: String, numeric: Bool = false, drop: Int = 0, wrapping: ClosedRange<Int>? = nil,
      hang: Int = 0
    ) {
      (self.title, isNumeric, self.drop) = (title, numeric, drop)
      (self.wrapping, self.hang) = (wrapping, hang)
    }
  }

  /// From left to right.
  package var columns: [Column]
  /// Each row has one cell per column; nil is a horizontal rule.
  package var rows: [[Text]?] = []
  /// The number of spaces before the first column.
  package var indent: Int

  /// A table with no rows yet.
  package init(_ columns: [Column], indent: Int = 0) {
    (self.columns, self.indent) = (columns, indent)
  }

  /// Adds a row. Missing cells at its end are empty.
  package mutating func row(_ cells: [Text]) {
    precondition(cells.count <= columns.count, "A row has at most \(columns.count) cells here.")
    rows.append(cells + [Text](repeating: "", count: max(0, columns.count - cells.count)))
  }

  /// Adds a row of plain cells, the first of which is a name.
  package mutating func row(named cells: [String]) {
    row(cells.enumerated().map { $0.offset == 0 ? .name($0.element) : Text($0.element) })
  }

  /// Adds a horizontal rule.
  package mutating func rule() { rows.append(nil) }
}
