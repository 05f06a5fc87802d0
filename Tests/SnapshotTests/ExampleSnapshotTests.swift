import Cells
import Testing

@testable import Notebook

/// The output of every command's examples: those that help shows, and those that fail.
@Suite struct ExampleSnapshotTests {
  /// Commands whose output depends on this machine.
  static let left: Set<String> = ["bench", "compare", "engines", "version"]

  static let commands = CommandTable.notebook.all.filter { command in
    !left.contains(command.word) && !examples(command).isEmpty
  }

  static let names = commands.map { "examples/\($0.word)" }

  /// The examples that depend neither on the current folder nor on data that may be missing, and
  /// show no path of this machine.
  static func examples(_ command: any Command.Type) -> [Example] {
    command.examples.filter {
      $0.isRun && !$0.line.contains("Package.swift") && $0.line != "load trained --list"
    }
  }

  @Test(arguments: commands.map { $0.word }) func gives(_ word: String) throws {
    let command = try #require(CommandTable.notebook.named(word))
    var texts: [String] = []
    for example in Self.examples(command) {
      texts.append(try Stage().run(example.after + [example.line]))
    }
    try expectSnapshot(texts.joined(separator: "\n\n---\n\n"), "examples/\(word)")
  }
}
