import Basics
import Documents

/// A session as a `.alexnet` file: UTF-8 text, a first line with the format's version and the seed, then
/// the cells as they were typed. No outputs.
///
///     # alexnet version 1, seed 7
///     next
///     # [4]
///     out[1] + 1
///
/// A line like `# [4]` gives the number of the cell below it, where that is not one more than the cell
/// above has: cells that failed, or that asked for help, are left out, and `out[1]` still means the
/// same value. To everything else in the program both are comments.
package struct SavedSession {
  /// The version that is written.
  package static let version = 1

  /// The seed of the weights when the session began.
  package var seed: UInt64
  /// What the options of the program's start come to, as cells.
  package var opening: [String] = []
  /// The cells, with their numbers.
  package var cells: [TypedCell]

  private let commands: CommandTable

  /// What was typed in a session; nil where that is nothing that could be run again.
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
    // The number that a reader gives to the next cell.
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

  /// Commands that would do something else, or nothing, when a saved session runs.
  private static let passing = ["lesson", "progress", "help", "quit"]

  /// Whether nothing in a cell belongs to what the session computed.
  static func isPassing(_ cell: TypedCell, _ commands: CommandTable) -> Bool {
    commands.instructions(of: cell.source).allSatisfy { instruction in
      guard let word = instruction.command, let command = commands.named(word) else {
        return false
      }
      // Weights that were saved belong to it; the session that was saved does not.
      guard command.word == "save" else { return passing.contains(command.word) }
      return (try? instruction.words())?.dropFirst().first != "weights"
    }
  }

  private static let mark = "# alexnet version "

  /// What the first line of a text says; nil where it is not of this format.
  ///
  /// - Throws: `Failure` where a newer program wrote it.
  package static func seed(ofFirstLine text: String) throws(Failure) -> UInt64? {
    guard let first = lines(of: text).first, first.hasPrefix(mark) else { return nil }
    let words = first.dropFirst(mark.count).split(separator: ", seed ")
    guard words.count == 2, let version = Int(words[0]), let seed = UInt64(words[1]) else {
      return nil
    }
    guard version <= Self.version else {
      throw Failure(
        .file, "the file is of a newer program (version \(version) of the format)",
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
  /// The cell; of one that failed the part before the failure.
  var source: String
}

extension Session {
  /// Remembers what was typed, for `save`: all of a cell that ran, of one that failed the
  /// instructions before the failure.
  package mutating func type(_ source: String, number: Int, ran: [Instruction], isWhole: Bool) {
    guard !isOfLesson, depth == 0, isWhole || !ran.isEmpty else { return }
    typed.append(
      TypedCell(
        number: number, source: isWhole ? source : ran.map(\.source).joined(separator: "\n")))
  }

  /// Sets the session as the options of the program's start say, and remembers them as cells.
  package mutating func begin(with options: GlobalOptions) throws {
    try options.apply(to: &self)
    firstSeed = settings.seed
    if let network = options.network {
      let isFile = network.hasSuffix(".json") || network.contains("/")
      opening.append("network \(isFile ? "load " : "")\(shellWord(network))")
    }
    if let image = options.image { opening.append("image \(shellWord(image))") }
  }

  /// Takes the seed of a saved session, which is about to run.
  ///
  /// - Parameter isChosen: whether somebody asked for a seed, which then stays.
  package mutating func begin(_ script: Script, seedIsChosen isChosen: Bool) {
    guard let seed = script.seed, !isChosen, seed != settings.seed else { return }
    reseed(seed)
    var output = Output()
    output.line(.faint("seed \(seed), as when the session was saved"))
    show(output)
  }

  /// Takes the number that a saved session gives to its next cell.
  package mutating func number(as instruction: Instruction) {
    if let number = instruction.number { cell = number }
  }
}
