import ArgumentParser
import Basics

/// The commands of a session. Help, completion, and which words can be names all follow from it.
package struct CommandTable: Sendable {
  /// Commands that belong together, as `help` lists them.
  package struct Group: Sendable {
    /// What the commands are for.
    package var title: String
    /// The commands, in the order in which a user first needs them.
    package var commands: [any Command.Type]

    /// A group.
    package init(_ title: String, _ commands: [any Command.Type]) {
      (self.title, self.commands) = (title, commands)
    }
  }

  /// The commands by what they are for.
  package let groups: [Group]
  /// The program whose subcommands they are.
  package let program: any ProgramCommand.Type
  /// The words that start a command, which can't be names of values or layers.
  package let names: Set<String>

  private let types: [String: any Command.Type]

  /// A table of these commands, the program's subcommands.
  package init(program: any ProgramCommand.Type, _ groups: [Group]) {
    (self.program, self.groups) = (program, groups)
    types = Dictionary(
      groups.flatMap(\.commands).flatMap { type in
        ([type.word] + type.configuration.aliases).map { ($0, type) }
      }, uniquingKeysWith: { first, _ in first })
    names = Set(types.keys)
  }

  /// Every command.
  package var all: [any Command.Type] { groups.flatMap(\.commands) }

  /// The words to suggest for a mistyped one: not `q`, which ends the session.
  package var proposals: [String] { names.filter { $0.count > 1 }.sorted() }

  /// The command that this word starts; nil if there is none.
  package func named(_ word: String) -> (any Command.Type)? { types[word] }
}

/// The program itself: without a command, it runs cells or opens the notebook.
package protocol ProgramCommand: ParsableCommand {
  /// Cells to run instead of opening the notebook.
  var cells: [String] { get }
  /// The options that every command takes.
  var options: GlobalOptions { get }
}

// MARK: - Cells

extension CommandTable {
  /// The command that a text starts with, `help` for a question mark; nil if it is an expression.
  package func command(beginning source: some StringProtocol) -> String? {
    let trimmed = source.drop { $0.isWhitespace }
    if trimmed.first == "?" { return "help" }
    let word = String(
      trimmed.prefix(32).prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
    guard names.contains(word) else { return nil }
    let rest = trimmed.dropFirst(word.count)
    guard rest.first?.isWhitespace ?? true else { return nil }
    // `q = 3` was meant to name a value.
    let argument = rest.drop { $0.isWhitespace }
    return argument.hasPrefix("=") && !argument.hasPrefix("==") ? nil : word
  }

  /// Splits a cell into instructions: a line whose first word is a command is that command, which
  /// continues after a `\` at the end of the line; anything else is an expression, which continues while
  /// brackets are open.
  package func instructions(of cell: String) -> [Instruction] {
    var result: [Instruction] = []
    var reader = CellReader(self)
    for (index, line) in lines(of: cell).enumerated() {
      if let instruction = reader.add(line, number: index + 1) { result.append(instruction) }
    }
    return result + (reader.rest.map { [$0] } ?? [])
  }

  /// Whether a prompt should ask for another line before it runs this cell.
  package func wantsAnotherLine(_ cell: String) -> Bool {
    var reader = CellReader(self)
    for line in lines(of: cell) { _ = reader.add(line, number: 1) }
    return reader.rest != nil
  }
}
