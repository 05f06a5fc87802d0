import TensorFiles
import Testing

@testable import Cells
@testable import Notebook

/// Runs every example that help shows.
@Suite struct ExamplesTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var command: String
    var example: Example
    var testDescription: String { (example.after + [example.line]).joined(separator: "; ") }
  }

  static let cases = CommandTable.notebook.all.flatMap { command in
    command.examples.filter(\.isRun).map { Case(command: command.word, example: $0) }
  }

  @Test(arguments: cases)
  func gives(_ example: Case) {
    var session = Session(host: QuietHost(isInteractive: true))
    for line in example.example.after {
      let result = session.run(line)
      #expect(result.failure == nil, "\(line): \(result.failure?.message ?? "")")
    }
    let result = session.run(example.example.line)
    let text =
      result.output.plainText + "\n" + (result.failure.map { $0.output.plainText } ?? "")
    let expected = example.example.expected
    // A word of a few letters is in many outputs; nothing is expected of commands that show nothing.
    #expect(expected.isEmpty ? text == "\n" : expected.count > 4, "\(expected)")
    #expect(expected.isEmpty || text.contains(expected), "\(text)")
    #expect((result.failure != nil) == example.example.isSlip, "\(text)")
  }

  /// The same in JSON: one object, which the strict parser reads, without a line break.
  @Test(arguments: cases)
  func isJSON(_ example: Case) throws {
    var session = Session(host: QuietHost(isInteractive: true))
    for line in example.example.after { _ = session.run(line) }
    let text = session.run(example.example.line).json.text
    #expect(!text.contains("\n"))
    let value = try JSONParser.parse(Array(text.utf8))
    guard case .object(let members) = value else {
      Issue.record("not an object: \(text.prefix(200))")
      return
    }
    #expect(!members.isEmpty || example.command == "quit", "\(text.prefix(200))")
  }

  /// Each command has an abstract and describes each of its arguments, in whole sentences, and has
  /// examples of itself, each with a note.
  @Test(arguments: CommandTable.notebook.all.map { $0.word })
  func isDocumented(_ name: String) throws {
    let command = try #require(CommandTable.notebook.named(name))
    let arguments = Declaration(of: command).all.filter { !$0.isHidden }
    for sentence in [command.configuration.abstract] + arguments.map(\.abstract) {
      #expect(sentence.contains(" ") && sentence.last == ".", "\(sentence)")
    }
    #expect(!command.shownExamples.isEmpty)
    for example in command.examples {
      let words = try splitWords(example.line.replacing("?", with: "help ")).map(\.text)
      #expect(words.first.flatMap(CommandTable.notebook.named) == command, "\(example.line)")
      #expect(!example.note.isEmpty, "\(example.line)")
    }
  }
}
