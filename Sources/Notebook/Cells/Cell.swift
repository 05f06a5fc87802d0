/// One thing that a cell says: a command, or an expression, which may go over several lines.
struct Instruction: Hashable {
  /// The text.
  var source: String
  /// The line of the cell on which it begins, from 1.
  var line: Int

  /// The first word, where it is the name of a command.
  var command: String? {
    let trimmed = source.drop { $0.isWhitespace }
    let word = String(trimmed.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
    guard Commands.names.contains(word) else { return nil }
    let next = trimmed.dropFirst(word.count).first
    return next == nil || next!.isWhitespace ? word : nil
  }
}

/// Reads a cell as its instructions: a line whose first word is a command is that command; anything
/// else is an expression, which goes on while brackets are open.
func instructions(of cell: String) -> [Instruction] {
  var result: [Instruction] = []
  var open: Instruction?
  for (index, line) in cell.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    .enumerated()
  {
    if var instruction = open {
      instruction.source += "\n" + line
      open = instruction
    } else {
      let trimmed = line.drop { $0.isWhitespace }
      if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix("//") { continue }
      open = Instruction(source: String(line), line: index + 1)
    }
    if let instruction = open, instruction.command != nil || !isIncomplete(instruction.source) {
      result.append(instruction)
      open = nil
    }
  }
  if let open { result.append(open) }
  return result
}

/// Whether a prompt should ask for another line before it runs this cell.
public func wantsAnotherLine(_ cell: String) -> Bool {
  guard let last = instructions(of: cell).last, last.command == nil else { return false }
  return isIncomplete(last.source)
}
