import ArgumentParser
import Basics
import Cells
import Documents

/// Changes the text of a cell of the session.
package struct EditCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract:
      "Change a cell of the session: edit 3 NEW TEXT; edit 3 puts its text on the next line.",
    discussion: """
      Only the text changes, and nothing runs: rerun 3 runs the cell, rerun runs all that are stale. After \
      edit 3 alone, change the line and press enter. The cells after it that may depend on it are marked as \
      stale, which history shows.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example(
      "edit 1 let a = 3", "give cell 1 another text", expect: "cell 1 is now", after: ["let a = 2"]),
    Example(
      "edit 1", "the text of cell 1, to change it", expect: "let a = 2", after: ["let a = 2"]),
    .slip("edit 7 next", "a number that no cell has", expect: "no cell 7", after: ["let a = 2"]),
    .slip("edit next", "a cell's number is needed", expect: "edit 3"),
  ]

  @Argument(
    parsing: .captureForPassthrough,
    help: "The number of a cell, and its new text.")
  var words: [String] = []
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// The numbers of the cells.
  package static func completions(for words: [String], in session: Session) -> [String] {
    words.count > 2 ? [] : session.record.cells.filter { !$0.isNote }.map { String($0.number) }
  }

  /// Changes the text, or shows it.
  package func run(in session: inout Session) throws -> Output {
    guard session.countsCells else {
      throw Failure(.usage, "in Jupyter, change the cell itself and run it again")
    }
    guard let word = words.first, let number = Int(word) else {
      throw Failure(
        .usage, "edit needs the number of a cell", hint: "edit 3 NEW TEXT; history lists the cells")
    }
    guard let place = session.record.place(of: number) else {
      throw Failure(.name, "there is no cell \(number)", hint: "history lists the cells")
    }
    let text = newText(word, session)
    guard !text.isEmpty else { return show(session.record.cells[place]) }
    guard !session.commands.wantsAnotherLine(text) else {
      throw Failure(
        .usage, "the new text isn't complete: \(text)", hint: "put all of it on one line")
    }
    session.record.cells[place].source = text
    session.record.cells[place].state = .edited
    session.record.unsaved += 1
    session.record.markStale(after: place, session.commands)
    let stale = session.record.cells.filter { $0.state == .stale }.map(\.number)
    var output = Output(
      json: ["cell": .integer(number), "source": .string(text), "stale": .integers(stale)])
    output.line("cell \(number) is now " + .strong(text), hang: 4)
    output.line(
      .faint("It hasn't run yet: ") + .name("rerun \(number)")
        + (stale.isEmpty
          ? ""
          : .faint("; stale: \(Session.list(stale)), ") + .name("rerun")
            + .faint(" runs all")),
      hang: 4)
    return output
  }

  /// The text after the number, as it was typed.
  private func newText(_ number: String, _ session: Session) -> String {
    guard let line = session.commandLine, let start = line.firstRange(of: number)?.upperBound else {
      return words.dropFirst().joined(separator: " ")
    }
    return line[start...].trimmingSpaces()
  }

  /// The cell's text, and, if it is one line, the same on the next line.
  private func show(_ cell: RecordedCell) -> Output {
    var output = Output(Session.echo(cell), json: ["source": .string(cell.source)])
    if !cell.source.contains("\n") {
      output.effect = .type("edit \(cell.number) \(cell.source)")
    }
    return output
  }
}
