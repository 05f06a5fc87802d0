import Basics
import Documents

/// A session as a `.alexnet` file: UTF-8 text, a first line with the format's version and the seed, then
/// the cells as they were typed, without their output.
///
///     # alexnet version 1, seed 7
///     next
///     # [4]
///     out[1] + 1
///
/// A line like `# [4]` gives the number of the cell below it, if that isn't the number above plus one.
/// Cells that failed or only showed help are left out, so this keeps the meaning of `out[1]`. Everywhere
/// else in the program, both kinds of lines are comments.
package struct SavedSession {
  /// The version that is written.
  package static let version = 1

  private let record: SessionRecord
  private let commands: CommandTable

  /// The cells that are kept: those that had an effect.
  package let cells: [RecordedCell]
  /// The seed of the weights when the session started.
  package var seed: UInt64 { record.seed }

  /// The cells that were typed in a session; nil if none of them could be run again.
  package init?(_ session: Session) {
    (record, commands) = (session.record, session.commands)
    cells = record.cells.filter { cell in
      !cell.isNote && !CellReader.isEmpty(cell.effective)
        && !Self.isPassing(cell.effective, session.commands)
    }
    guard !cells.isEmpty else { return nil }
  }

  /// The text of the file.
  package var text: String {
    var lines = ["\(Self.mark)\(Self.version), seed \(seed)"] + record.opening
    // The number that the next cell would get without a number line.
    var next = record.opening.count + 1
    for cell in cells {
      let parts = commands.instructions(of: cell.effective)
      for source in parts.count > 1 ? parts.map(\.source) : [cell.effective] {
        if cell.number != next { lines.append("# [\(cell.number)]") }
        lines.append(source)
        next = parts.isEmpty ? cell.number : cell.number + 1
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Commands that are about the session itself, or about lessons: they would do something different, or
  /// nothing, when a saved session runs.
  static let passing: Set = [
    "lesson", "progress", "help", "quit", "open", "export", "history", "rerun", "edit",
  ]

  /// Whether a cell has no part in what the session computed, and so isn't saved.
  package static func isPassing(_ source: String, _ commands: CommandTable) -> Bool {
    commands.instructions(of: source).allSatisfy { instruction in
      guard let word = instruction.command, let command = commands.named(word) else {
        return false
      }
      let words = (try? instruction.words()) ?? []
      return switch command.word {
      // Saving weights is part of the session, saving the session isn't.
      case "save": words.dropFirst().first != "weights"
      // Without a file it runs the session's own cells; a check changes nothing.
      case "run": !words.dropFirst().contains { !$0.hasPrefix("-") } || words.contains("--check")
      default: passing.contains(command.word)
      }
    }
  }

  private static let mark = "# alexnet version "

  /// The seed in the first line of a text; nil if the text isn't in this format.
  ///
  /// - Throws: `Failure` if a newer program wrote it.
  package static func seed(ofFirstLine text: String) throws(Failure) -> UInt64? {
    guard let first = lines(of: text).first, first.hasPrefix(mark) else { return nil }
    let words = first.dropFirst(mark.count).split(separator: ", seed ")
    guard words.count == 2, let version = Int(words[0]), let seed = UInt64(words[1]) else {
      return nil
    }
    guard version <= Self.version else {
      throw Failure(
        .file, "the file was written by a newer program (format version \(version))",
        hint: "this program reads version \(Self.version)")
    }
    return seed
  }

  /// The number that a line gives to the cell below it.
  package static func number(of line: Substring) -> Int? {
    guard line.hasPrefix("# ["), line.hasSuffix("]") else { return nil }
    return Int(line.dropFirst(3).dropLast()).flatMap { (1...999_999).contains($0) ? $0 : nil }
  }
}

extension Session {
  /// Applies the options with which the program was started, and remembers them as cells.
  package mutating func begin(with options: GlobalOptions) throws {
    try options.apply(to: &self)
    record.seed = settings.seed
    if let network = options.network {
      let isFile = network.hasSuffix(".json") || network.contains("/")
      record.opening.append("network \(isFile ? "load " : "")\(shellWord(network))")
    }
    if let image = options.image { record.opening.append("image \(shellWord(image))") }
  }

  /// Sets the seed of a saved session that is about to run.
  ///
  /// - Parameter isChosen: whether the user chose a seed, which then isn't replaced.
  package mutating func begin(seed: UInt64?, seedIsChosen isChosen: Bool) {
    guard let seed, !isChosen, seed != settings.seed else { return }
    reseed(seed)
    var output = Output()
    output.line(.faint("seed \(seed), as when the session was saved"))
    show(output)
  }

  /// Uses the number that a saved session gives to its next cell.
  package mutating func number(as instruction: Instruction) {
    if let number = instruction.number { cell = number }
  }

  /// Gives the next cell this number.
  package mutating func renumber(_ number: Int) { cell = number }

  /// Gives the next cell this number, in a front end that counts cells itself.
  package mutating func number(next: Int) { (cell, countsCells) = (next, false) }
}
