import Basics

/// Lays blocks out as lines of at most `width` columns, with styles. The front end encodes the
/// result, for example with escape sequences or as HTML.
package struct Layout: Sendable {
  /// The number of columns.
  package var width: Int

  /// A layout for this many columns, at least 8.
  package init(width: Int) { self.width = max(8, width) }

  /// The lines of a document.
  package func lines(_ document: Document) -> [Text] { document.blocks.flatMap(lines) }

  /// The lines of one block. For an image these are its description and character drawing: front
  /// ends that can show images handle them separately.
  package func lines(_ block: Block) -> [Text] {
    switch block {
    case .line(let text, let indent, let hang): wrap(text, indent: indent, hang: hang)
    case .split(let left, let right): split(left, right)
    case .preformatted(let lines): lines
    case .table(let table): self.table(table)
    case .picture(_, let description, let ascii):
      // The description comes first, since it explains the drawing.
      wrap(Text(description), indent: 0, hang: 0) + ascii.map { Text($0) }
    }
  }

  private func split(_ left: Text, _ right: Text) -> [Text] {
    let room = min(width, 80) - left.width - right.width
    guard room < 2 else { return [left + .spaces(room) + right] }
    return wrap(left, indent: 0, hang: 4) + wrap(right, indent: 8, hang: 8)
  }

  private func table(_ table: Table) -> [Text] {
    let widths = table.columns.indices.map { column in
      table.rows.reduce(displayWidth(table.columns[column].title)) {
        max($0, $1?[column].width ?? 0)
      }
    }
    var shown = table.columns.indices.filter { widths[$0] > 0 }
    func total() -> Int { shown.reduce(table.indent - 2) { $0 + widths[$1] + 2 } }
    var dropped: [Int] = []
    while total() > width,
      let least = shown.max(by: { table.columns[$0].drop < table.columns[$1].drop }),
      table.columns[least].drop > 0
    {
      shown.removeAll { $0 == least }
      dropped.append(least)
    }
    // A table that is still too wide becomes paragraphs, one per row, so that no word is broken.
    guard total() <= width else { return rows(of: table, shown) }
    func line(_ cells: [Text]) -> Text {
      var result = Text.spaces(table.indent)
      for (place, column) in shown.enumerated() {
        let padding = Text.spaces(widths[column] - cells[column].width)
        let isLast = place == shown.count - 1
        if place > 0 { result += "  " }
        result +=
          table.columns[column].isNumeric
          ? padding + cells[column] : cells[column] + (isLast ? "" : padding)
      }
      return result.trimmingTrailingSpaces()
    }
    var lines: [Text] = []
    if table.columns.contains(where: { !$0.title.isEmpty }) {
      lines.append(line(table.columns.map { .faint($0.title) }))
    }
    for row in table.rows {
      lines.append(
        row.map(line)
          ?? .spaces(table.indent)
          + .faint(String(repeating: "─", clamping: min(total(), width) - table.indent)))
    }
    if !dropped.isEmpty {
      var names: [String] = []
      for column in dropped.sorted() {
        let title = table.columns[column].title
        if !title.isEmpty, !names.contains(title) { names.append(title) }
      }
      guard !names.isEmpty else { return lines }
      lines += wrap(
        .faint("not shown at this width: \(names.joined(separator: ", "))"), indent: table.indent,
        hang: table.indent)
    }
    return lines
  }

  /// The rows of a table as paragraphs, with the titles first.
  private func rows(of table: Table, _ shown: [Int]) -> [Text] {
    ([table.columns.map { Text.faint($0.title) }] + table.rows.compactMap(\.self)).flatMap {
      cells in
      let texts = shown.map { cells[$0] }.filter { $0.width > 0 }
      return texts.isEmpty
        ? [] : wrap(texts.joined("  "), indent: table.indent, hang: table.indent + 4)
    }
  }

  /// Whether a table fits without losing a column.
  package func fits(_ table: Table) -> Bool {
    let widths = table.columns.indices.map { column in
      table.rows.reduce(displayWidth(table.columns[column].title)) {
        max($0, $1?[column].width ?? 0)
      }
    }.filter { $0 > 0 }
    return widths.reduce(table.indent - 2) { $0 + $1 + 2 } <= width
  }

  /// Wraps text at spaces so that no line is wider than the layout. A word wider than a line is
  /// broken at the edge.
  package func wrap(_ text: Text, indent: Int, hang: Int) -> [Text] {
    let hang = min(hang, width / 2)
    if indent + text.width <= width { return [.spaces(indent) + text] }
    var lines: [Text] = []
    var line = Text.spaces(indent)
    var used = indent
    var isEmpty = true
    func flush(_ lines: inout [Text], _ line: inout Text) {
      lines.append(line.trimmingTrailingSpaces())
      line = .spaces(hang)
    }
    for word in words(of: text) {
      let columns = word.width
      if used + columns > width && !isEmpty {
        flush(&lines, &line)
        (used, isEmpty) = (hang, true)
      }
      if word.isSpace {
        if isEmpty && !lines.isEmpty { continue }
        line += word
        used += columns
        continue
      }
      for span in word.spans {
        for character in span.string {
          if used + displayWidth(character) > width {
            flush(&lines, &line)
            used = hang
          }
          line += Text(String(character), span.style)
          used += displayWidth(character)
        }
      }
      isEmpty = false
    }
    lines.append(line.trimmingTrailingSpaces())
    return lines.map { $0.merged() }
  }

  /// Splits a text into runs of spaces and runs of other characters. A word may contain several
  /// styles: a name and the comma after it stay together.
  private func words(of text: Text) -> [Text] {
    var result: [Text] = []
    for span in text.spans {
      var rest = span.string[...]
      while let first = rest.first {
        let run = rest.prefix { ($0 == " ") == (first == " ") }
        let piece = Text(String(run), span.style)
        if let last = result.last, last.isSpace == piece.isSpace {
          result[result.count - 1] += piece
        } else {
          result.append(piece)
        }
        rest = rest.dropFirst(run.count)
      }
    }
    return result
  }
}

extension Text {
  /// Whether the text consists only of spaces.
  fileprivate var isSpace: Bool { spans.allSatisfy { $0.string.allSatisfy { $0 == " " } } }

  /// The text without spaces at its end.
  func trimmingTrailingSpaces() -> Text {
    var result = self
    while let last = result.spans.last {
      let trimmed = String(last.string.reversed().drop { $0 == " " }.reversed())
      if trimmed.isEmpty {
        result.spans.removeLast()
      } else {
        result.spans[result.spans.count - 1].string = trimmed
        break
      }
    }
    return result
  }

  /// The text with neighbouring runs of the same style joined.
  package func merged() -> Text {
    var result = Text("")
    for span in spans {
      if let last = result.spans.last, last.style == span.style {
        result.spans[result.spans.count - 1].string += span.string
      } else {
        result.spans.append(span)
      }
    }
    return result
  }
}
