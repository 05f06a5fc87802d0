import Basics

/// A table laid out for a width. If it is too wide, columns that allow wrapping are narrowed first,
/// then the least important columns are left out, and finally each row becomes a paragraph.
struct TableLayout {
  private let table: Table
  private let layout: Layout
  /// The indices of the columns shown.
  private var shown: [Int]
  /// The width of each column, shown or not.
  private var widths: [Int]
  /// The indices of the columns left out, in that order.
  private var dropped: [Int] = []

  private static let gap = 2

  init(_ table: Table, in layout: Layout) {
    (self.table, self.layout) = (table, layout)
    widths = table.columns.indices.map { column in
      let widest = table.rows.reduce(displayWidth(table.columns[column].title)) {
        max($0, $1?[column].width ?? 0)
      }
      return min(widest, table.columns[column].wrapping?.upperBound ?? .max)
    }
    shown = table.columns.indices.filter { [widths] in widths[$0] > 0 }
    let natural = widths
    narrow()
    while total > layout.width,
      let least = shown.max(by: { table.columns[$0].drop < table.columns[$1].drop }),
      table.columns[least].drop > 0
    {
      shown.removeAll { $0 == least }
      dropped.append(least)
      // What is left may have the room.
      widths = natural
      narrow()
    }
  }

  private var total: Int { shown.reduce(table.indent - Self.gap) { $0 + widths[$1] + Self.gap } }

  /// Narrows the widest column that allows wrapping, again and again, until the table fits.
  private mutating func narrow() {
    func canShrink(_ column: Int) -> Bool {
      table.columns[column].wrapping.map { widths[column] > $0.lowerBound } ?? false
    }
    while total > layout.width,
      let widest = shown.filter(canShrink).max(by: { widths[$0] < widths[$1] })
    {
      widths[widest] -= 1
    }
    // Words rarely fill a line to its end.
    for column in shown where table.columns[column].wrapping != nil {
      widths[column] = ([titles] + table.rows).compactMap(\.self).reduce(0) { widest, row in
        wrapped(row[column], column).reduce(widest) { max($0, $1.width) }
      }
    }
  }

  var lines: [Text] {
    guard total <= layout.width else { return paragraphs }
    var lines: [Text] = []
    if table.columns.contains(where: { !$0.title.isEmpty }) {
      lines += self.lines(of: titles)
    }
    for row in table.rows {
      lines += row.map(self.lines) ?? [rule]
    }
    let names = dropped.sorted().map { table.columns[$0].title }.filter { !$0.isEmpty }
    guard !names.isEmpty else { return lines }
    return lines
      + layout.wrap(
        .faint("not shown at this width: \(names.uniqued.joined(separator: ", "))"),
        indent: table.indent, hang: table.indent)
  }

  private var titles: [Text] { table.columns.map { .faint($0.title) } }

  /// The lines of a cell.
  private func wrapped(_ cell: Text, _ column: Int) -> [Text] {
    table.columns[column].wrapping == nil
      ? [cell]
      : Layout(exactly: widths[column]).wrap(cell, indent: 0, hang: table.columns[column].hang)
  }

  private var rule: Text {
    .spaces(table.indent)
      + .faint(String(repeating: "─", clamping: min(total, layout.width) - table.indent))
  }

  /// A row: as many lines as its cells need.
  private func lines(of cells: [Text]) -> [Text] {
    let wrapped = shown.map { self.wrapped(cells[$0], $0) }
    return (0..<(wrapped.map(\.count).max() ?? 0)).map { number in
      var line = Text.spaces(table.indent)
      for (place, column) in shown.enumerated() {
        let cell = number < wrapped[place].count ? wrapped[place][number] : ""
        let padding = Text.spaces(widths[column] - cell.width)
        if place > 0 { line += .spaces(Self.gap) }
        line +=
          table.columns[column].isNumeric
          ? padding + cell : cell + (place == shown.count - 1 ? "" : padding)
      }
      return line.trimmingTrailingSpaces()
    }
  }

  /// Each row as a paragraph: on one line if its cells are short, otherwise with each cell on a
  /// separate line after its column's title.
  private var paragraphs: [Text] {
    let rows = table.rows.compactMap(\.self)
    let shown = (shown + dropped).sorted()
    guard table.columns.contains(where: { $0.wrapping != nil }) else {
      return ([titles] + rows).flatMap { cells in
        let texts = shown.map { cells[$0] }.filter { $0.width > 0 }
        return texts.isEmpty
          ? []
          : layout.wrap(texts.joined("  "), indent: table.indent, hang: table.indent + 4)
      }
    }
    return rows.flatMap { cells in
      shown.enumerated().flatMap { place, column -> [Text] in
        guard cells[column].width > 0 else { return [] }
        guard place > 0 else {
          return layout.wrap(cells[column], indent: table.indent, hang: table.indent + 2)
        }
        let title = table.columns[column].title
        return layout.wrap(
          (title.isEmpty ? "" : .faint(title + "  ")) + cells[column], indent: table.indent + 2,
          hang: table.indent + 4)
      }
    }
  }
}
