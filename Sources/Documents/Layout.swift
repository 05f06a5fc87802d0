import Basics

/// Lays blocks out as lines of at most `width` columns, with styles. The front end encodes the
/// result, for example with escape sequences or as HTML.
package struct Layout: Sendable {
  /// The number of columns.
  package var width: Int

  /// A layout for this many columns, at least 8.
  package init(width: Int) { self.width = max(8, width) }

  /// A layout for a column of a table, however narrow.
  init(exactly width: Int) { self.width = max(1, width) }

  /// The lines of a document.
  package func lines(_ document: Document) -> [Text] { document.blocks.flatMap(lines) }

  /// The lines of one block. For an image these are its description and character drawing: front
  /// ends that can show images handle them separately.
  package func lines(_ block: Block) -> [Text] {
    switch block {
    case .line(let text, let indent, let hang): wrap(text, indent: indent, hang: hang)
    case .split(let left, let right): split(left, right)
    case .preformatted(let lines): lines
    case .table(let table): TableLayout(table, in: self).lines
    case .grid(let grid):
      wrap(.faint(grid.caption(width: width)), indent: 2, hang: 2) + grid.lines(width: width)
    case .histogram(let histogram): histogram.lines(width: width)
    case .chart(let chart): chart.text(width: min(width, 80), height: 9).map { Text($0) }
    case .figure(let figure): lines(figure.text)
    case .drawing(let drawn): drawn.text.flatMap(lines)
    case .image(let image):
      // The caption comes first, since it explains the characters.
      wrap(Text(image.caption), indent: 0, hang: 0)
        + image.characters(width: width).map { Text($0) }
    }
  }

  private func split(_ left: Text, _ right: Text) -> [Text] {
    let room = min(width, 80) - left.width - right.width
    guard room < 2 else { return [left + .spaces(room) + right] }
    return wrap(left, indent: 0, hang: 4) + wrap(right, indent: 8, hang: 8)
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
      let trimmed = last.string.trimmingTrailingSpaces()
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
