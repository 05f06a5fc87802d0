import ArgumentParser
import Basics
import Cells
import Documents
import Training

/// Prints the paper's settings and results, each with its section.
package struct PaperCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "paper",
    abstract: "Print the paper's settings and results; paper vs source compares the program.",
    discussion: """
      The paper: Krizhevsky, Sutskever, Hinton, ImageNet Classification with Deep Convolutional \
      Neural Networks, NIPS 2012. The source: the authors' own program of 2012, published by the \
      Computer History Museum; the errors logged with its configuration layers-145 are those in the \
      paper.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("paper", "settings and results", expect: "ten crops"),
    Example(
      "paper vs source", "where the program differs", expect: "⌈(in + 2·pad"),
    Example("paper results", "only the results", expect: "the runner-up"),
  ]

  @Argument(help: "settings, results, or vs source.") var part: [String] = []
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// The names of the parts.
  package static func completions(for words: [String], in session: Session) -> [String] {
    words.count > 2 ? ["source"] : ["settings", "results", "vs"]
  }

  /// Prints the tables of the chosen part, or all.
  package func run(in session: inout Session) throws -> Output {
    let tables: [PaperTable]
    switch part {
    case []: tables = [.settings, .results2010, .results2012, .logged, .gains]
    case ["settings"]: tables = [.settings]
    case ["results"]: tables = [.results2010, .results2012, .logged, .gains]
    case ["vs", "source"], ["vs"], ["source"]: tables = [.versusSource, .logged]
    default:
      throw Failure(
        .usage, "paper has no part \(quoted(part.joined(separator: " ")))",
        hint: "paper, paper settings, paper results, paper vs source")
    }
    var output = Output(json: .object(tables.map { .init(name: $0.title, value: $0.json) }))
    for (number, table) in tables.enumerated() {
      if number > 0 { output.blank() }
      output.line(.strong(table.title))
      output.table(table.table)
      if let note = table.note { output.line(.faint(note), indent: 2) }
    }
    return output
  }
}
