import Cells

/// A cell as it is typed at the prompt, line by line.
struct PromptCell {
  /// The lines so far, without prompts that were copied along with them.
  private(set) var source = ""
  /// The one instruction that it is, once it is complete; nil where nothing is to be run, or the line
  /// came from the history and holds several.
  private(set) var instruction: Instruction?

  private var reader: CellReader
  private var lines = 0

  /// A cell that begins.
  init(_ reader: CellReader) { self.reader = reader }

  /// Whether nothing was typed.
  var isEmpty: Bool { lines == 0 }

  /// Takes what was typed: a line, or a cell of several lines from the history.
  ///
  /// - Returns: whether the cell is to be run; else another line is asked for. An empty line ends a
  ///   cell that is not complete.
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
