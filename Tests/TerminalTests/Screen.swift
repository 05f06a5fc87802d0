import Basics

/// A terminal's screen, with the features that a line editor uses: characters of one and two
/// columns, cursor movement, erasing, inserting, deleting and scrolling. Widths come from the
/// program's own tables.
struct Screen: CustomStringConvertible {
  /// The position of the cursor, from 0.
  private(set) var row = 0, column = 0

  private var rows: Int, columns: Int
  /// One string per column; empty if a wide character to the left covers it.
  private var cells: [[String]]
  /// Whether the last column is full, so that the next character wraps.
  private var wrapPending = false
  private var sequence: [UInt8]?
  private var character: [UInt8] = []

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  /// The rows as text, without trailing spaces.
  var lines: [String] {
    cells.map { row in
      let text = row.joined()
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// The last row that isn't empty.
  var lastLine: String { lines.last { !$0.isEmpty } ?? "" }

  var description: String { lines.joined(separator: "\n") }

  /// Truncates or extends the screen. Like xterm, it doesn't rewrap text.
  mutating func resize(rows: Int, columns: Int) {
    cells = cells.map { row in
      Array((row + Array(repeating: " ", count: max(0, columns - row.count))).prefix(columns))
    }
    if cells.count > rows {
      // Rows below the cursor are removed first.
      let below = min(cells.count - rows, cells.count - 1 - row)
      cells.removeLast(below)
      let above = cells.count - rows
      cells.removeFirst(above)
      row -= above
    }
    while cells.count < rows { cells.append(Array(repeating: " ", count: columns)) }
    self.rows = rows
    self.columns = columns
    column = min(column, columns - 1)
  }

  /// Processes the output of a program.
  mutating func show(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      if sequence != nil {
        sequence?.append(byte)
        interpretSequence(last: byte)
      } else if byte < 0x20 || byte == 0x7F {
        control(byte)
      } else {
        character.append(byte)
        if let text = String(validating: character, as: UTF8.self) {
          put(text)
          character = []
        } else if character.count >= 4 {
          put("?")
          character = []
        }
      }
    }
  }

  private mutating func control(_ byte: UInt8) {
    switch byte {
    case 0x08: column = max(0, column - 1)
    case 0x09: column = min(columns - 1, (column / 8 + 1) * 8)
    case 0x0A: lineFeed()
    case 0x0D: column = 0
    case 0x1B: sequence = []
    default: return
    }
    if byte != 0x1B { wrapPending = false }
  }

  private mutating func lineFeed() {
    if row + 1 < rows {
      row += 1
    } else {
      cells.removeFirst()
      cells.append(Array(repeating: " ", count: columns))
    }
  }

  private mutating func put(_ text: String) {
    let width = min(displayWidth(text), columns)
    if wrapPending || column + width > columns {
      wrapPending = false
      column = 0
      lineFeed()
    }
    guard width > 0 else { return }
    cells[row][column] = text
    if width == 2 { cells[row][column + 1] = "" }
    column += width
    if column >= columns {
      column = columns - 1
      wrapPending = true
    }
  }

  private mutating func interpretSequence(last: UInt8) {
    guard let sequence, let first = sequence.first else { return }
    guard first == UInt8(ascii: "[") else {
      // Two-byte sequences don't affect the model, except for those that choose a character set.
      if !(0x20...0x2F).contains(first) || sequence.count > 1 { self.sequence = nil }
      return
    }
    guard sequence.count > 1, (0x40...0x7E).contains(last) else { return }
    self.sequence = nil
    wrapPending = false
    let parameters = String(decoding: sequence.dropFirst().dropLast(), as: UTF8.self)
      .split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    let first0 = parameters.first ?? 0
    let count = max(1, first0)
    switch Character(Unicode.Scalar(last)) {
    case "A": row = max(0, row - count)
    case "B": row = min(rows - 1, row + count)
    case "C": column = min(columns - 1, column + count)
    case "D": column = max(0, column - count)
    case "G": column = min(columns - 1, count - 1)
    case "H":
      row = min(rows - 1, count - 1)
      column = min(columns - 1, max(1, parameters.count > 1 ? parameters[1] : 1) - 1)
    case "J":
      eraseLine(from: first0 == 2 ? 0 : column)
      for other in cells.indices where first0 == 2 || other > row {
        cells[other] = Array(repeating: " ", count: columns)
      }
    case "K": eraseLine(from: column)
    case "P":
      cells[row].removeSubrange(column..<min(columns, column + count))
      while cells[row].count < columns { cells[row].append(" ") }
    case "@":
      cells[row].insert(contentsOf: Array(repeating: " ", count: count), at: column)
      cells[row].removeLast(cells[row].count - columns)
    default: break
    }
  }

  private mutating func eraseLine(from start: Int) {
    for index in start..<columns { cells[row][index] = " " }
  }
}
