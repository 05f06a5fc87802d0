import ArgumentParser
import Basics
import Cells
import Documents
import Explanations
import Expressions

/// Explains commands, topics, functions, layers and terms.
package struct HelpCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "help", abstract: "List the commands; help NAME, or ?NAME, explains one.")
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("help", "lists the commands", expect: "step through the network"),
    Example("help commands", "every command in one sentence", expect: "Run the next layer"),
    Example("help why", "one command", expect: "why norm1[17, 10, 23]"),
    Example("?expressions", "a topic", expect: "localResponseNormalization"),
    .slip("help sumary", "a misspelled name", expect: "did you mean summary?"),
  ]

  @Argument(help: "A command, topic, function, layer or term.") var topic: [String] = []
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// The names of commands, topics and layers.
  package static func completions(for words: [String], in session: Session) -> [String] {
    session.commands.names.sorted() + topics + session.network.layers.map(\.name)
  }

  /// Shows the overview, or explains one name.
  package func run(in session: inout Session) throws -> Output {
    guard let name = topic.first else { return Self.overview(session.commands) }
    if let page = try Self.page(topic, in: session) { return page }
    let names =
      session.commands.proposals + Self.topics + functionNames()
      + Glossary.entries.map { $0.word.lowercased() }
    throw Failure(
      .name, "there is no help on \(quoted(name))",
      hint: Suggestion.didYouMean(name, among: names)
        ?? "help lists all commands and topics")
  }

  /// The page on a command, a topic, a function, a layer or a word of the glossary; nil if there
  /// is none.
  package static func page(_ words: [String], in session: Session) throws -> Output? {
    guard let name = words.first else { return nil }
    // "forward pass", although "forward" is a command.
    if words.count > 1, let entry = Glossary.entry(words.joined(separator: " ")) {
      return glossary([entry])
    }
    if let command = session.commands.named(name) { return command.help(in: session.commands) }
    if let topic = HelpTopic.all.first(where: { $0.name == name }) { return topic.output }
    if name == "words" { return glossary(Glossary.entries) }
    if name == "commands" { return commands(session.commands) }
    if let function = functionHelp(name) { return function }
    if let index = session.network.index(of: name) {
      return try StepReport.describe(layer: index, in: session)
    }
    return Glossary.entry(words.joined(separator: " ")).map { glossary([$0]) }
  }

  /// Words with their meanings, one per paragraph.
  private static func glossary(_ entries: [Glossary.Entry]) -> Output {
    var output = Output()
    for entry in entries { output.line(.name(entry.word) + "  " + Text(entry.meaning), hang: 4) }
    return output
  }

  /// The topics that have a page.
  private static var topics: [String] { ["commands"] + HelpTopic.all.map(\.name) + ["words"] }

  /// The commands by group and the topics, on one screen.
  private static func overview(_ commands: CommandTable) -> Output {
    var output = Output()
    let column = 3 + (commands.groups.map { displayWidth($0.title) }.max() ?? 0)
    func row(_ title: String, _ names: [String]) {
      let list = names.map { Text.name($0) }.joined(", ")
      let gap = Text.spaces(column - displayWidth(title))
      output.line(.faint(title) + gap + list, hang: column)
    }
    for group in commands.groups { row(group.title, group.commands.map { $0.word }) }
    row("topics", topics)
    output.blank()
    output.line(
      .name("help next") + " explains a command, " + .name("help words") + " a topic, "
        + .name("help commands") + " each command in a sentence.")
    output.line(
      "Anything else is an expression: " + .name("(227 - 11) / 4 + 1") + ", "
        + .name("conv1.output.mean") + ".")
    return output
  }

  /// Every command with its abstract, by group.
  private static func commands(_ commands: CommandTable) -> Output {
    var output = Output()
    for group in commands.groups {
      output.line(.faint(group.title))
      for command in group.commands {
        output.entry(command.word, Text(command.configuration.abstract), column: 12)
      }
    }
    return output
  }
}
