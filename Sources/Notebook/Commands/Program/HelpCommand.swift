import ArgumentParser

/// Says what can be typed.
public struct HelpCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "help", abstract: "Say what can be typed; help NAME, or ?NAME, says more.")
  /// What people may type.
  public static let examples: [Example] = [
    Example("help", "lists the commands", expect: "step through the network"),
    Example("help why", "one command", expect: "why norm1[17, 10, 23]"),
    Example("?expressions", "a topic", expect: "localResponseNormalization"),
    .slip("help sumary", "a slip", expect: "did you mean summary?"),
  ]

  @Argument(help: "A command, a topic, a function or a layer.") var topic: [String] = []
  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Commands, topics and functions.
  public static func completions(for words: [String], in session: Session) -> [String] {
    Commands.names.sorted() + HelpTopic.all.map(\.name) + session.network.layers.map(\.name)
  }

  /// The list, or one entry.
  public func run(in session: inout Session) throws -> Output {
    guard let name = topic.first else { return Self.overview(width: session.host.width) }
    if let command = Commands.named(name) { return Self.help(for: command, session) }
    if let topic = HelpTopic.all.first(where: { $0.name == name }) { return topic.output }
    if name == "words" { return Glossary.output }
    if let function = functionHelp(name) { return function }
    if let index = session.network.index(of: name) {
      return try StepReport.describe(layer: index, in: session)
    }
    if let entry = Glossary.entry(topic.joined(separator: " ")) {
      var output = Output()
      output.line(.name(entry.word) + "  " + Text(entry.meaning), hang: 4)
      return output
    }
    let names =
      Commands.proposals + HelpTopic.all.map(\.name) + functionNames()
      + Glossary.entries.map { $0.word.lowercased() }
    throw Failure(
      .name, "there is no help on \(quoted(name))",
      hint: closest(to: name, among: names).map { "did you mean \($0)?" }
        ?? "help lists what there is")
  }

  private static func overview(width: Int) -> Output {
    var output = Output()
    for group in Commands.groups {
      output.line(.faint(group.title))
      for command in group.commands {
        output.entry(command.word, Text(command.configuration.abstract), column: 10)
      }
    }
    output.blank()
    let topics = (HelpTopic.all.map(\.name) + ["words"]).map { Text.name($0) }.joined(", ")
    output.line(.faint("topics  ") + topics + .faint("   (help TOPIC)"), hang: 8)
    output.line(
      "Anything else is an expression: " + .name("(227 - 11) / 4 + 1") + ", "
        + .name("conv1.output.mean") + ". " + .name("help next") + " says more of a command.")
    return output
  }

  /// The help of one command, with its examples.
  static func help(for command: any Command.Type, _ session: Session) -> Output {
    var output = Output()
    let page = AlexNetCommand.helpMessage(for: command, columns: min(session.host.width, 100))
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      let indent = line.prefix { $0 == " " }.count
      output.line(Text(String(line.dropFirst(indent))), indent: indent, hang: indent + 4)
    }
    let examples = command.shownExamples
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
  fileprivate mutating func entry(_ name: String, _ text: Text, column: Int) {
    let gap = max(2, column - displayWidth(name))
    line(.name(name) + .spaces(gap) + text, indent: 2, hang: 2 + column)
  }
}
