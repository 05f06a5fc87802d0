import ArgumentParser
import Basics
import Documents

extension Command {
  /// The help of one command, with its examples.
  package static func help(in commands: CommandTable) -> Output {
    var output = Output.helpPage(
      commands.program.helpMessage(for: Self.self, columns: Output.unwrapped))
    let examples = shownExamples
    guard !examples.isEmpty else { return output }
    output.line(.faint("examples"))
    let widest = examples.map { displayWidth($0.line) }.max() ?? 0
    for example in examples {
      output.entry(example.line, .faint(example.note), column: min(widest + 2, 44))
    }
    return output
  }
}

extension CommandTable {
  /// The help of the program.
  package var programHelp: Output {
    .helpPage(program.helpMessage(columns: Output.unwrapped))
  }
}

extension Output {
  /// Wide enough that the argument parser wraps nothing; a front end wraps the page for its own
  /// width.
  fileprivate static let unwrapped = 10_000

  /// The column at which the argument parser explains an option.
  private static let explanations = 26

  /// A help page of the argument parser. What explains an option is wrapped in its column.
  fileprivate static func helpPage(_ page: String) -> Output {
    var output = Output()
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      let indent = line.prefix { $0 == " " }.count
      let beforeColumn = line.prefix(explanations)
      let isOption =
        indent == 2 && line.count > explanations && beforeColumn.hasSuffix("  ")
        || indent == explanations
      output.line(
        Text(String(line.dropFirst(indent))), indent: indent,
        hang: isOption ? explanations : line.hasPrefix("USAGE: ") ? 7 : indent)
    }
    return output
  }

  /// Adds a command and, in a column, its description, which wraps within the column.
  package mutating func entry(_ name: String, _ text: Text, column: Int) {
    let gap = max(2, column - displayWidth(name))
    line(.name(name) + .spaces(gap) + text, indent: 2, hang: 2 + column)
  }
}
