import ArgumentParser
import Basics
import Documents

extension Command {
  /// The help of one command, with its examples.
  package static func help(in session: Session) -> Output {
    var output = Output()
    let page = session.commands.program.helpMessage(
      for: Self.self, columns: min(session.host.width, 100))
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      let indent = line.prefix { $0 == " " }.count
      output.line(Text(String(line.dropFirst(indent))), indent: indent, hang: indent + 4)
    }
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

extension Output {
  /// Adds what people type and, from a column on, what it does; what is wider is wrapped below itself.
  package mutating func entry(_ name: String, _ text: Text, column: Int) {
    let gap = max(2, column - displayWidth(name))
    line(.name(name) + .spaces(gap) + text, indent: 2, hang: 2 + column)
  }
}
