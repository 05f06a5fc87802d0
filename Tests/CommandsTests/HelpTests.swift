import Cells
import Documents
import Notebook
import Testing

@testable import Commands

/// Help in a small terminal.
@Suite struct HelpTests {
  static func lines(_ cell: String) -> [String] {
    var session = Session(host: QuietHost())
    return Layout(width: 80).lines(session.run(cell).output.document).map(\.string)
  }

  /// The list of commands and the prompt fit into 24 rows.
  @Test func fitsOneScreen() {
    let lines = Self.lines("help")
    #expect(lines.count <= 22, "\(lines.joined(separator: "\n"))")
    let text = lines.joined(separator: " ")
    for command in CommandTable.notebook.all { #expect(text.contains(command.word)) }
  }

  @Test func everyCommandInASentence() {
    let text = Self.lines("help commands").joined(separator: "\n")
    for command in CommandTable.notebook.all {
      #expect(text.contains("\n  \(command.word) "), "\(command.word)")
    }
  }
}
