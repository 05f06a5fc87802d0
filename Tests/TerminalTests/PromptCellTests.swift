import Cells
import Notebook
import Testing

@testable import Terminal

/// A cell typed at the prompt.
@Suite struct PromptCellTests {
  static func cell(_ lines: [String]) -> (cell: PromptCell, isEnded: Bool) {
    var cell = PromptCell(CellReader(.notebook))
    var isEnded = false
    for line in lines { isEnded = cell.add(line) }
    return (cell, isEnded)
  }

  @Test(arguments: [
    (["next"], "next", true), (["let a = [1,"], "let a = [1,", false),
    (["let a = [1,", "2]"], "let a = [1,\n2]", true), (["[1,", ""], "[1,\n", true),
    (["# a comment"], "# a comment", true), ([""], "", true), (["next ("], "next (", true),
    // Prompts copied along with lines are removed, but comments that look like prompts aren't.
    (["[1]> let a = [1,", "   ...> 2]"], "let a = [1,\n2]", true),
    (["# > kept"], "# > kept", true),
  ])
  func reads(_ lines: [String], _ source: String, _ isEnded: Bool) {
    let (cell, ended) = Self.cell(lines)
    #expect(cell.source == source && ended == isEnded)
  }

  @Test func oneInstructionIsReadOnce() {
    #expect(Self.cell(["let a = [1,", "2]"]).cell.instruction?.source == "let a = [1,\n2]")
    #expect(Self.cell(["?why"]).cell.instruction?.command == "help")
    #expect(Self.cell(["# nothing"]).cell.instruction == nil)
  }

  /// A cell of several instructions is recalled from the history as one line with line breaks.
  @Test func severalInstructionsStayTogether() {
    let (cell, isEnded) = Self.cell(["[1]> let a = 1\n> a + 1"])
    #expect(isEnded && cell.instruction == nil && cell.source == "let a = 1\na + 1")
  }
}
