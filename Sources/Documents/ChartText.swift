import Basics

extension Chart {
  /// The curves in lines of ASCII, readable in any font and any file.
  ///
  /// Each line is drawn with the first letter of its name, or with a, b, c if two names begin alike, and with `#`
  /// where several meet.
  ///
  /// - Parameters:
  ///   - width: columns in all.
  ///   - height: rows between the axes.
  package func text(width: Int, height: Int = 10) -> [String] {
    let (lowest, highest, step) = axis
    let marks = marks
    let labels = marks.map { label($0, step: step) }
    let margin = (labels.map(\.count).max() ?? 0) + 2
    // Room for " epoch" after the numbers below.
    let columns = max(8, min(width, 100) - margin - 7)
    let height = max(3, height)
    var cells = [[Character]](repeating: .init(repeating: " ", count: columns), count: height)
    func row(_ value: Double) -> Int {
      let share = (min(max(value, lowest), highest) - lowest) / (highest - lowest)
      return height - 1 - Int(rounding: share * Double(height - 1))
    }
    let (first, last) = (epochs.first ?? 0, epochs.last ?? 0)
    func column(_ epoch: Int) -> Int {
      last == first ? columns / 2 : (epoch - first) * (columns - 1) / (last - first)
    }
    let letters = letters
    for (line, mark) in zip(lines, letters) {
      for (column, value) in Self.filled(line.points(epochs).map { (column($0.epoch), $0.value) }) {
        let row = row(value)
        let there = cells[row][column]
        cells[row][column] = there == " " || there == mark ? mark : "#"
      }
    }
    var labelled: [Int: String] = [:]
    for (mark, label) in zip(marks, labels) { labelled[row(mark)] = label }
    var result = heading(zip(letters, lines).map { "\($0) \($1.name)" }, width: width)
    for (row, characters) in cells.enumerated() {
      let label = labelled[row] ?? ""
      let edge = labelled[row] == nil ? "|" : "+"
      result.append(
        label.paddingLeft(to: margin - 1) + " " + edge
          + String(characters).trimmingTrailingSpaces())
    }
    result.append(Self.spaces(width: margin) + "+" + String(repeating: "-", clamping: columns))
    result.append(Self.spaces(width: margin + 1) + below(columns: columns, column: column))
    return result.map { $0.trimmingTrailingSpaces() }
  }

  /// The character that draws each line.
  private var letters: [Character] {
    let first = lines.map { $0.name.first ?? "*" }
    return Set(first).count == first.count
      ? first : lines.indices.map { Character(UnicodeScalar(UInt8(97 + $0 % 26))) }
  }

  /// The title and the names of the lines, in one line if they fit, else one below the other.
  private func heading(_ legend: [String], width: Int) -> [String] {
    let line = ([title] + legend).joined(separator: Self.spaces(width: 3))
    return legend.count < 3 || line.count <= width ? [line] : [title] + legend.map { "  " + $0 }
  }

  /// The numbers of the epochs below the axis.
  private func below(columns: Int, column: (Int) -> Int) -> String {
    var line = [Character](repeating: " ", count: columns)
    var end = 0
    for mark in epochMarks(most: max(1, columns / 8)) {
      let text = String(mark)
      let start = min(max(0, column(mark) - text.count / 2), columns - text.count)
      guard start >= end, start + text.count <= columns else { continue }
      for (i, character) in text.enumerated() { line[start + i] = character }
      end = start + text.count + 1
    }
    return String(line) + " epoch"
  }

  /// One point per column: the last of the points in that column, with straight lines in between.
  private static func filled(_ points: [(column: Int, value: Double)]) -> [(Int, Double)] {
    var result: [(Int, Double)] = []
    for point in points {
      if let (column, value) = result.last {
        if column == point.column {
          result[result.count - 1] = (column, point.value)
          continue
        }
        for between in column + 1..<point.column {
          let share = Double(between - column) / Double(point.column - column)
          result.append((between, value + share * (point.value - value)))
        }
      }
      result.append((point.column, point.value))
    }
    return result
  }

  private static func spaces(width: Int) -> String {
    String(repeating: " ", clamping: width)
  }
}
