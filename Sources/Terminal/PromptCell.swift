import Cells

/// A cell being typed at the prompt, line by line.
struct PromptCell {
  /// The lines so far, without prompts copied along with them.
  private(set) var source = ""
  /// The cell's instruction, once it is complete; nil if there is nothing to run, or if the line
  /// came from the history and has several instructions.
  private(set) var instruction: Instruction?

  private var reader: CellReader
  private var lines = 0

  /// An empty cell.
  init(_ reader: CellReader) { self.reader = reader }

  /// Whether nothing was typed.
  var isEmpty: Bool { lines == 0 }

  /// Adds a typed line, or a cell of several lines from the history.
  ///
  /// - Returns: whether the cell should run; otherwise it needs another line. An empty line ends a
  ///   cell that isn't complete.
  mutating func add(_ typed: String) -> Bool {
    let parts = typed.split(separator: "\n", omittingEmptySubsequences: false)
    var read: [Instruction] = []
    for part in parts {
      lines += 1
      source += (lines == 1 ? "" : "\n") + reader.withoutPrompt(part)
      if let instruction = reader.add(part, number: lines) { read.append(instruction) }
    }
    let isEnded = reader.rest == nil || typed.allSatisfy(\.isWhitespace)
    if isEnded {
      let all = read + (reader.rest.map { [$0] } ?? [])
      instruction = all.count == 1 ? all[0] : nil
    }
    return isEnded
  }
}
