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

  /// The seed of the weights when the session started.
  package var seed: UInt64
  /// The options with which the program was started, as cells.
  package var opening: [String] = []
  /// The cells, with their numbers.
  package var cells: [TypedCell]

  private let commands: CommandTable

  /// The cells that were typed in a session; nil if none of them could be run again.
  package init?(_ session: Session) {
    let commands = session.commands
    let cells = session.typed.filter { !Self.isPassing($0, commands) }
    guard !cells.isEmpty else { return nil }
    (self.commands, self.cells) = (commands, cells)
    (seed, opening) = (session.firstSeed, session.opening)
  }

  /// The text of the file.
  package var text: String {
    var lines = ["\(Self.mark)\(Self.version), seed \(seed)"] + opening
    // The number that the next cell would get without a number line.
    var next = opening.count + 1
    for cell in cells {
      let parts = commands.instructions(of: cell.source)
      for source in parts.count > 1 ? parts.map(\.source) : [cell.source] {
        if cell.number != next { lines.append("# [\(cell.number)]") }
        lines.append(source)
        next = parts.isEmpty ? cell.number : cell.number + 1
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Commands that would do something different, or nothing, when a saved session runs.
  private static let passing = ["lesson", "progress", "help", "quit"]

  /// Whether a cell has no part in what the session computed, and so isn't saved.
  static func isPassing(_ cell: TypedCell, _ commands: CommandTable) -> Bool {
    commands.instructions(of: cell.source).allSatisfy { instruction in
      guard let word = instruction.command, let command = commands.named(word) else {
        return false
      }
      // Saving weights is part of the session, saving the session isn't.
      guard command.word == "save" else { return passing.contains(command.word) }
      return (try? instruction.words())?.dropFirst().first != "weights"
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

/// A cell that was typed and ran.
package struct TypedCell: Hashable, Sendable {
  /// Its number.
  var number: Int
  /// The cell's text; for a cell that failed, the part before the failure.
  var source: String
}

extension Session {
  /// Remembers a typed cell, for `save`; for a cell that failed, the instructions before the failure.
  package mutating func type(_ source: String, number: Int, ran: [Instruction], isWhole: Bool) {
    guard !isOfLesson, depth == 0, isWhole || !ran.isEmpty else { return }
    typed.append(
      TypedCell(
        number: number, source: isWhole ? source : ran.map(\.source).joined(separator: "\n")))
  }

  /// Applies the options with which the program was started, and remembers them as cells.
  package mutating func begin(with options: GlobalOptions) throws {
    try options.apply(to: &self)
    firstSeed = settings.seed
    if let network = options.network {
      let isFile = network.hasSuffix(".json") || network.contains("/")
      opening.append("network \(isFile ? "load " : "")\(shellWord(network))")
    }
    if let image = options.image { opening.append("image \(shellWord(image))") }
  }

  /// Sets the seed of a saved session that is about to run.
  ///
  /// - Parameter isChosen: whether the user chose a seed, which then isn't replaced.
  package mutating func begin(_ script: Script, seedIsChosen isChosen: Bool) {
    guard let seed = script.seed, !isChosen, seed != settings.seed else { return }
    reseed(seed)
    var output = Output()
    output.line(.faint("seed \(seed), as when the session was saved"))
    show(output)
  }

  /// Uses the number that a saved session gives to its next cell.
  package mutating func number(as instruction: Instruction) {
    if let number = instruction.number { cell = number }
  }

  /// Gives the next cell this number, in a front end that counts cells itself.
  package mutating func number(next: Int) { cell = next }
}
