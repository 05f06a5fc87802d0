/// One instruction of a cell: a command, or an expression, which may have several lines.
package struct Instruction: Hashable, Sendable {
  /// The text.
  package var source: String
  /// The line of the cell or script on which it starts, from 1.
  package var line: Int
  /// The command that it begins with; `help` for `?why`, nil for an expression.
  package var command: String?
  /// The number of its cell, if a saved session states it.
  package var number: Int?

  /// The words of a command, its name first.
  ///
  /// - Throws: `Failure` at a bracket or quote that is never closed.
  func words() throws(Failure) -> [String] {
    let trimmed = source.drop(while: \.isWhitespace)
    return trimmed.first == "?"
      ? ["help"] + arguments(try splitWords(String(trimmed.dropFirst())))
      : arguments(try splitWords(source))
  }
}
