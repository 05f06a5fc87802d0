import Cells
import Explanations
import Testing

@testable import Commands
@testable import Expressions
@testable import Notebook

/// Help: the list, every command, every topic, every function.
@Suite struct HelpSnapshotTests {
  /// The words after `help`, and the snapshot.
  static let pages: [(snapshot: String, topics: [String])] =
    [("help/overview", [""])]
    + CommandTable.notebook.all.map { ("help/commands/\($0.word)", [$0.word]) }
    + (["commands", "words"] + HelpTopic.all.map(\.name)).map { ("help/topics/\($0)", [$0]) }
    + [
      ("help/functions", Function.all.map(\.name)),
      ("help/words", Glossary.entries.map { $0.word.lowercased() }),
      ("help/layers", ["conv1", "norm1", "pool1", "fc6", "softmax"]),
    ]

  static let names = pages.map(\.snapshot) + ["help/program"]

  @Test(arguments: pages.map(\.snapshot)) func page(_ snapshot: String) throws {
    let page = try #require(Self.pages.first { $0.snapshot == snapshot })
    let stage = try Stage()
    let cells = page.topics.map { $0.isEmpty ? "help" : "help \($0)" }
    try expectSnapshot(stage.run(cells), snapshot)
  }

  /// What `alexnet --help` prints.
  @Test func program() throws {
    try expectSnapshot(AlexNetCommand.helpMessage(columns: 80), "help/program")
  }
}
