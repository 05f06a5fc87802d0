import Documents
import TensorFiles

/// The cells of a session with what they showed, as `save`, `export` and `history` see them.
package struct SessionRecord: Sendable {
  /// The cells in order, with the notes between them.
  package var cells: [RecordedCell] = []
  /// The options with which the program was started, as cells.
  package var opening: [String] = []
  /// The seed of the weights when the session started.
  package var seed: UInt64
  /// How many cells ran or changed since the session was last written to a file or read from one.
  package var unsaved = 0
  /// What the file that was opened says about itself, so that saving keeps it.
  package var metadata: [JSONValue.Member] = []

  /// Outputs of cells before the newest 2,000 are forgotten, since images take memory.
  private static let mostOutputs = 2000

  /// A record without cells.
  package init(seed: UInt64) { self.seed = seed }

  /// Adds a cell that ran.
  package mutating func add(_ cell: RecordedCell) {
    cells.append(cell)
    unsaved += 1
    if cells.count > Self.mostOutputs { cells[cells.count - Self.mostOutputs - 1].forgetOutput() }
  }

  /// The place of the cell with this number; nil if there is none.
  package func place(of number: Int) -> Int? {
    cells.lastIndex { !$0.isNote && $0.number == number }
  }

  /// The largest number of a cell.
  package var lastNumber: Int { cells.map(\.number).max() ?? 0 }
}

/// A cell of a session, or a note between cells.
package struct RecordedCell: Sendable {
  /// How a cell's output relates to its text and to the session.
  package enum State: Hashable, Sendable {
    /// It ran, and nothing it may depend on has changed since.
    case ran
    /// It comes from a file and hasn't run in this session.
    case waiting
    /// Its text has changed since it ran.
    case edited
    /// A cell before it that it may depend on has changed since it ran.
    case stale
  }

  /// What a cell showed.
  package enum Shown: Sendable {
    /// Its output in this session.
    case blocks([Block])
    /// Its outputs in the notebook file that it comes from, in that file's format, and whether it had run.
    case saved([JSONValue], hasRun: Bool)
    /// Nothing is known any more.
    case forgotten
  }

  /// Its number; 0 for a note.
  package var number: Int
  /// The cell's text.
  package var source: String
  /// The part of the text that took effect: for a cell that failed, what was before the failure.
  package var effective: String
  /// What it showed.
  package var shown: Shown = .blocks([])
  /// Whether it gave a value.
  package var hasValue = false
  /// Why it failed in this session; nil if it didn't.
  package var failure: Failure?
  /// Whether it failed when it ran last; then it may fail again without stopping the cells after it.
  package var mayFail = false
  /// How its output relates to its text.
  package var state = State.ran
  /// For a note: the notebook file's cell, as it was there.
  package var note: JSONValue?
  /// The identifier and the metadata in the file that the cell comes from.
  package var identifier: String?
  package var metadata: [JSONValue.Member] = []

  /// A cell.
  package init(number: Int, source: String) {
    (self.number, self.source, effective) = (number, source, source)
  }

  /// Whether it is text between cells.
  package var isNote: Bool { note != nil }

  /// Takes over the result of a run.
  package mutating func take(_ result: CellResult, effective: String) {
    shown = .blocks(result.output.blocks)
    hasValue = result.output.value != nil
    (failure, mayFail) = (result.failure, result.failure != nil)
    self.effective = effective
    state = .ran
  }

  fileprivate mutating func forgetOutput() {
    if case .blocks(let blocks) = shown, blocks.isEmpty { return }
    shown = .forgotten
  }
}

extension Session {
  /// Records a typed cell with its result. A cell about the session itself isn't part of it.
  mutating func record(_ source: String, ran: [Instruction], _ result: CellResult) {
    guard !isOfLesson, depth == 0, !CellReader.isEmpty(source),
      !SavedSession.isPassing(source, commands)
    else { return }
    let before = ran.map(\.source).joined(separator: "\n")
    guard result.failure?.kind == .cancelled else {
      var cell = RecordedCell(number: result.number, source: source)
      cell.take(result, effective: result.failure == nil ? source : before)
      return record.add(cell)
    }
    // Of a cell that was stopped only the instructions that ended are kept.
    guard !ran.isEmpty else { return }
    var cell = RecordedCell(number: result.number, source: before)
    var ended = result
    ended.failure = nil
    cell.take(ended, effective: before)
    record.add(cell)
  }

  /// Runs a recorded cell again, inside the running one, and shows its text and its output.
  package mutating func runRecorded(_ place: Int) -> CellResult {
    let recorded = record.cells[place]
    present(Self.echo(recorded))
    cell = recorded.number
    let result = runNested(commands.instructions(of: recorded.source), source: recorded.source)
    let ran = result.failure == nil ? recorded.source : ""
    if result.failure?.kind != .cancelled {
      record.cells[place].take(result, effective: ran)
      record.unsaved += 1
      if result.output.value == nil { results[recorded.number] = nil }
    }
    return result
  }

  /// A cell's text after its number, as it was typed.
  package static func echo(_ cell: RecordedCell) -> [Block] {
    let label = cell.number > 0 ? "[\(cell.number)]> " : ""
    let more = String(repeating: " ", clamping: max(0, label.count - 5)) + "...> "
    let lines = cell.source.split(separator: "\n", omittingEmptySubsequences: false)
    return [
      .preformatted(
        lines.enumerated().map { place, line in
          (label.isEmpty ? "" : .faint(place == 0 ? label : more)) + .strong(String(line))
        })
    ]
  }

  /// Puts the cells of a file in place of the session's, and starts anew: the first network, the test card,
  /// the file's seed, no names.
  package mutating func reopen(_ record: SessionRecord) {
    var settings = settings
    settings.seed = record.seed
    var fresh = Session(host: host, settings: settings, commands: commands)
    (fresh.depth, fresh.isMuted) = (depth, isMuted)
    (fresh.workingFolder, fresh.keepsRuns) = (workingFolder, keepsRuns)
    (fresh.shown, fresh.commandLine, fresh.countsCells) = (shown, commandLine, countsCells)
    fresh.record = record
    // A typed cell counts after it has run: the next one follows the file's last.
    fresh.cell = record.lastNumber + (commandLine == nil ? 1 : 0)
    self = fresh
  }
}
