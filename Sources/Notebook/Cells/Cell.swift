/// One thing that a cell says: a command, or an expression, which may go over several lines.
public struct Instruction: Hashable, Sendable {
  /// The text.
  public var source: String
  /// The line of the cell or script on which it begins, from 1.
  public var line: Int
  /// The number of its cell, where a saved session says so.
  var number: Int?

  /// The first word, where it is the name of a command.
  var command: String? {
    let trimmed = source.drop { $0.isWhitespace }
    let word = String(
      trimmed.prefix(32).prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
    guard Commands.names.contains(word) else { return nil }
    let rest = trimmed.dropFirst(word.count)
    guard rest.first?.isWhitespace ?? true else { return nil }
    // `q = 3` was meant to give a name.
    let argument = rest.drop { $0.isWhitespace }
    return argument.hasPrefix("=") && !argument.hasPrefix("==") ? nil : word
  }
}

/// Reads a cell as its instructions: a line whose first word is a command is that command; anything
/// else is an expression, which goes on while brackets are open.
public func instructions(of cell: String) -> [Instruction] {
  var result: [Instruction] = []
  var reader = CellReader()
  for (index, line) in lines(of: cell).enumerated() {
    if let instruction = reader.add(line, number: index + 1) { result.append(instruction) }
  }
  return result + (reader.rest.map { [$0] } ?? [])
}

/// A cell without the prompts that were copied along with its lines.
public func withoutPrompts(_ cell: String) -> String {
  var reader = CellReader()
  return lines(of: cell).map { line in
    defer { _ = reader.add(line, number: 1) }
    return String(reader.withoutPrompt(line))
  }.joined(separator: "\n")
}

/// Whether a prompt should ask for another line before it runs this cell.
public func wantsAnotherLine(_ cell: String) -> Bool {
  var reader = CellReader()
  for line in lines(of: cell) { _ = reader.add(line, number: 1) }
  return reader.rest != nil
}

/// The lines of a text, ended by LF or CRLF.
func lines(of text: String) -> [Substring] {
  text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
    Substring($0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0)
  }
}
