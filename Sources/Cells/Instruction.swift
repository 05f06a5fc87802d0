/// One thing that a cell says: a command, or an expression, which may go over several lines.
package struct Instruction: Hashable, Sendable {
  /// The text.
  package var source: String
  /// The line of the cell or script on which it begins, from 1.
  package var line: Int
  /// The first word, where it is the name of a command.
  package var command: String?
  /// The number of its cell, where a saved session says so.
  package var number: Int?
}
