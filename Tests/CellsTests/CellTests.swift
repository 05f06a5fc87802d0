import Testing

@testable import Cells
@testable import Notebook

/// How cells are parsed, and what their statements change in the session.
@Suite struct CellTests {
  @Test func splitsAtSpacesOutsideBracketsAndQuotes() throws {
    let words = try splitWords("why norm1[17, 10, 23] --image 'my picture.png' # a comment")
    #expect(words.map(\.text) == ["why", "norm1[17, 10, 23]", "--image", "my picture.png"])
    #expect(words.map(\.column) == [1, 5, 23, 31])
  }

  @Test(arguments: [
    ("-1", "−1"), ("-0.5", "−0.5"), ("-.5", "−.5"), ("-x", "-x"), ("--json", "--json"), ("3", "3"),
  ])
  func aNegativeNumberIsNoOption(_ word: String, _ argument: String) throws {
    #expect(arguments(try splitWords(word)) == [argument])
  }

  @Test(arguments: [
    ("next", true), ("next 3", true), ("  summary --json", true), ("next3", false),
    ("nextt", false), ("let a = 3", false), ("(next)", false), ("conv1", false),
    ("image.mean", false),
  ])
  func theFirstWordDecides(_ line: String, _ isCommand: Bool) {
    #expect((CommandTable.notebook.command(beginning: line) != nil) == isCommand)
  }

  @Test func aCellIsSeveralStatements() {
    let cell = "let a = [1,\n  2]\n\n# nothing\nnext 2\na"
    let found = CommandTable.notebook.instructions(of: cell)
    #expect(found.map(\.source) == ["let a = [1,\n  2]", "next 2", "a"])
    #expect(found.map(\.line) == [1, 5, 6])
  }

  /// A command goes on after a backslash; a comment, an expression and a backslash elsewhere don't.
  @Test func aCommandOfTwoLines() throws {
    let cell = "summary caffenet \\\n  --style \\\n  torch\n1 + 1\nhelp a\\b\n# x \\\nnext"
    let found = CommandTable.notebook.instructions(of: cell)
    #expect(
      found.map(\.source) == [
        "summary caffenet \\\n  --style \\\n  torch", "1 + 1", "help a\\b", "next",
      ])
    #expect(found.map(\.line) == [1, 4, 5, 7])
    #expect(try found[0].words() == ["summary", "caffenet", "--style", "torch"])
    #expect(try splitWords("a\\b \\ c").map(\.text) == ["a\\b", "\\", "c"])
  }

  @Test(arguments: [
    ("(1 + ", true), ("let a = [1,", true), ("1 + 1", false), ("next (", false), ("next \\", true),
    ("next \\\n2", false),
  ])
  func asksForAnotherLine(_ cell: String, _ wants: Bool) {
    #expect(CommandTable.notebook.wantsAnotherLine(cell) == wants)
  }

  @Test func resultsAndNamesStay() {
    var session = Session(host: QuietHost())
    _ = session.run("(227 - 11) / 4 + 1")
    _ = session.run("let b = out[1] * 2")
    let result = session.run("b")
    #expect(result.output.plainText == "110")
    #expect(result.number == 3)
  }

  @Test func aFailureNamesItsLineAndKeepsWhatCameBefore() {
    var session = Session(host: QuietHost())
    let result = session.run("let a = 5\nlet b = a +* 2\nlet c = 3")
    #expect(result.failure?.line == 2)
    #expect(result.failure?.source == "let b = a +* 2")
    #expect(session.bindings.keys.sorted() == ["a"])
  }

  @Test func optionsAtThePromptHoldForOneCommand() {
    var session = Session(host: QuietHost())
    let result = session.run("summary --network caffenet")
    #expect(result.output.plainText.contains("60,965,224"))
    #expect(session.network.name == "alexnet")
  }

  /// A change that would end with its command is refused.
  @Test(arguments: ["network alexnet32 --seed 2", "set input 224 --engine reference"])
  func changesForOneCommandAreRefused(_ cell: String) {
    var session = Session(host: QuietHost())
    let failure = session.run(cell).failure
    #expect(failure?.message.contains("nothing would change") == true)
    #expect(failure?.hint == "type it without them")
    #expect(session.network.name == "alexnet")
  }

  @Test func completesCommandsLayersOptionsAndMembers() {
    let session = Session(host: QuietHost())
    func texts(_ line: String) -> [String] {
      session.completions(line, cursor: line.unicodeScalars.count, isFirstLine: true)
        .candidates.map(\.text)
    }
    #expect(texts("summ") == ["summary"])
    #expect(texts("goto norm") == ["norm1", "norm2"])
    #expect(texts("why gradient conv5").contains("conv5["))
    #expect(texts("summary caff") == ["caffenet"])
    #expect(texts("summary --fo") == ["--formula"])
    #expect(texts("set conv1.str") == ["conv1.stride"])
    #expect(texts("conv1.wei") == ["weight"])
    #expect(texts("localR").contains("localResponseNormalization("))
  }

  /// `next` with a number larger than the remaining layers runs all of them.
  @Test func nextTakesAnyCount() {
    var session = Session(host: QuietHost())
    _ = session.run("network cuda-convnet-26\nnext")
    let result = session.run("next 9223372036854775807")
    #expect(result.failure == nil)
    #expect(session.trace?.position == session.network.layers.count)
  }
}
