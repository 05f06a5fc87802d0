import ArgumentParser
import Basics
import Expressions

extension CommandTable {
  /// The meaning of a command line.
  package enum Reading {
    /// A command, or the program without one.
    case command(any ParsableCommand)
    /// Text to print, as for `--version`.
    case text(String)
    /// The help of this command, or of the program.
    case help((any Command.Type)?)
  }

  /// Parses the words of a command line. A negative number counts as a value, not as an option.
  ///
  /// - Throws: `Failure` of kind `usage` that names the offending word.
  package func read(_ words: [String]) throws(Failure) -> Reading {
    let beforeEnd = words.prefix { $0 != "--" }
    let options = beforeEnd.indices.filter { $0 == 0 || words[$0 - 1] != "-c" }.map { words[$0] }
    let command = options.lazy.compactMap { named($0) }.first
    if options.contains(where: { ["-h", "-help", "--help"].contains($0) }) {
      return .help(command)
    }
    if options.contains("-c"), let command {
      throw Failure(
        .usage, "-c runs cells, so no command can follow it",
        hint: "alexnet -c '\(command.word)' runs the command as a cell")
    }
    // If a command comes first, only its own options can follow, so the program's aren't parsed.
    let first = words.first.flatMap(named)
    do {
      if let first { return .command(try first.parse(Self.signed(words.dropFirst()))) }
      return .command(try program.parseAsRoot(Self.signed(words[...])))
    } catch {
      let (message, code) =
        first.map { ($0.message(for: error), $0.exitCode(for: error)) }
        ?? (program.message(for: error), program.exitCode(for: error))
      // Requests such as `--version` also end the parser with an error.
      if code == .success { return .text(message) }
      throw refusal(message, of: words, command: command)
    }
  }

  /// The words with the sign of negative numbers as U+2212, so that they don't look like options.
  private static func signed(_ words: ArraySlice<String>) -> [String] {
    words.indices.map { place in
      // A cell keeps its hyphens.
      let isCell = place > words.startIndex && words[place - 1] == "-c"
      return isCell ? words[place] : withoutSign(words[place])
    }
  }

  /// The failure for a missing argument: names it in the words of its declaration, with examples as the
  /// hint.
  private static func missing(_ command: any Command.Type, _ words: [String]) -> Failure? {
    let typed = words.drop { $0 != command.word && !command.configuration.aliases.contains($0) }
    guard let argument = Declaration(of: command).argument(at: typed + [""]),
      argument.names.isEmpty
    else { return nil }
    // Within a sentence "A class" becomes "a class"; "PNG" and "LAYER.FIELD" stay as they are.
    let isWord = argument.abstract.dropFirst().first?.isUppercase == false
    let needs =
      (isWord ? argument.abstract.prefix(1).lowercased() : String(argument.abstract.prefix(1)))
      + argument.abstract.dropFirst()
    let examples = command.shownExamples.prefix(3).map(\.line)
    return Failure(
      .usage,
      "\(typed.joined(separator: " ")) needs "
        + (needs.hasSuffix(".") ? String(needs.dropLast()) : needs),
      hint: examples.isEmpty
        ? "help \(command.word) shows how it is used"
        : examples.joined(separator: " · "))
  }

  private func refusal(
    _ message: String, of words: [String], command: (any Command.Type)?
  ) -> Failure {
    let line = message.split(separator: "\n").first.map(String.init) ?? message
    let reason = line.prefix(1).lowercased() + line.dropFirst()
    if let command {
      if line.hasPrefix("Missing expected argument"), let failure = Self.missing(command, words) {
        return failure
      }
      return Failure(.usage, reason, hint: "help \(command.word) shows how it is used")
    }
    // The program itself only takes options, so this was meant to be a command or a cell.
    guard line.hasPrefix("Unexpected argument"),
      let word = line.split(separator: "'").dropFirst().first
    else { return Failure(.usage, reason, hint: "alexnet --help shows the options") }
    return Failure(
      .usage, "there is no command \(quoted(String(word)))",
      hint: Suggestion.didYouMean(String(word), among: proposals)
        ?? "alexnet help lists the commands; alexnet -c 'CELL' runs an expression")
  }
}

/// A negative number with U+2212 as its sign; any other word unchanged.
func withoutSign(_ word: String) -> String {
  let rest = word.dropFirst()
  let isNegative = word.first == "-" && (rest.first?.isNumber == true || rest.first == ".")
  return isNegative ? "−" + rest : word
}
