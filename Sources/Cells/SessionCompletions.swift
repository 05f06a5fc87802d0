import Basics
import Expressions

/// One completion of a word.
package struct Candidate: Hashable, Sendable {
  /// The text that replaces the word.
  package var text: String
  /// The text to add if it is the only candidate: a space, or nothing.
  package var terminator: String

  /// A candidate.
  package init(text: String, terminator: String) {
    (self.text, self.terminator) = (text, terminator)
  }
}

extension Session {
  /// The completions at the cursor: commands, then their arguments, options and files, else names.
  ///
  /// - Parameters:
  ///   - line: the line as typed.
  ///   - cursor: the cursor, in Unicode scalars.
  ///   - isFirstLine: whether the line starts a cell, so that it may be a command.
  /// - Returns: the scalars that a candidate replaces, and the candidates.
  package func completions(
    _ line: String, cursor: Int, isFirstLine: Bool
  ) -> (range: Range<Int>, candidates: [Candidate]) {
    let before = String(String.UnicodeScalarView(line.unicodeScalars.prefix(cursor)))
    if isFirstLine, let command = commands.command(beginning: before),
      before.contains(where: \.isWhitespace),
      let type = commands.named(command)
    {
      return argument(before, cursor: cursor, of: type)
    }
    let found = expressionCompletions(line, at: cursor, in: SessionEnvironment(self))
    var candidates = found.candidates.map { Candidate(text: $0, terminator: "") }
    let isFirstWord = !before.trimmingSpaces().contains { !$0.isLetter && $0 != "-" && $0 != "_" }
    if isFirstLine, isFirstWord {
      let word = before.trimmingSpaces()
      candidates =
        commands.names.filter { $0.hasPrefix(word) }.sorted()
        .map { Candidate(text: $0, terminator: " ") } + (word.isEmpty ? [] : candidates)
      return (cursor - word.unicodeScalars.count..<cursor, candidates)
    }
    return (found.range, candidates)
  }

  private func argument(
    _ before: String, cursor: Int, of command: any Command.Type
  ) -> (range: Range<Int>, candidates: [Candidate]) {
    let word = String(before.reversed().prefix { !$0.isWhitespace }.reversed())
    let range = cursor - word.unicodeScalars.count..<cursor
    let words = before.split(whereSeparator: \.isWhitespace).map(String.init)
    let typed = words + (word.isEmpty ? [""] : [])
    let declaration = Declaration(of: command)
    if word.hasPrefix("-") {
      let options = declaration.optionNames.filter { $0.hasPrefix(word) }
      return (range, options.map { Candidate(text: $0, terminator: " ") })
    }
    if word.contains("["), !word.contains("]") || word.contains(".") {
      let found = expressionCompletions(before, at: cursor, in: SessionEnvironment(self))
      return (found.range, found.candidates.map { Candidate(text: $0, terminator: "") })
    }
    let argument = declaration.argument(at: typed)
    // The command's candidates are for positional arguments and for options without a list of values.
    let isListed =
      argument.map { !$0.names.isEmpty && (!$0.values.isEmpty || $0.takesPath) } ?? false
    let own = isListed ? [] : command.completions(for: typed, in: self)
    let declared =
      argument?.isLayer == true ? network.layers.map(\.name) : argument?.values ?? []
    var candidates = Set(own + declared).filter { $0.hasPrefix(word) }.sorted()
      .map { Candidate(text: $0, terminator: $0.hasSuffix("[") || $0.hasSuffix("/") ? "" : " ") }
    if let argument, argument.takesPath {
      candidates += Paths.completions(
        of: word, foldersOnly: argument.isFolder, extensions: argument.extensions)
    }
    if candidates.isEmpty, word.contains(".") {
      let found = expressionCompletions(before, at: cursor, in: SessionEnvironment(self))
      return (found.range, found.candidates.map { Candidate(text: $0, terminator: "") })
    }
    return (range, candidates)
  }
}
