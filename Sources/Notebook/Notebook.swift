import Basics
import Cells
import Documents
import Lessons

/// The notebook as front ends see it. It runs cells, and passes lines to a lesson while one is
/// open.
///
/// A front end consists of a `Host`, which shows a running cell's output and asks its questions,
/// and a loop around `run`. Between cells it may call everything here, from one thread. Ctrl-C sets
/// the host's cancellation.
package struct Notebook {
  /// The session of the notebook's own cells.
  package private(set) var session: Session
  /// The open lesson, if any.
  private(set) var activity: (any Activity)?
  /// The exercises of a lesson that is a notebook itself.
  private(set) var exercises = CellExercises()

  package init(host: any Host, settings: Settings = Settings()) {
    session = Session(host: host, settings: settings)
  }

  /// Configures the session with the program's options.
  ///
  /// - Throws: `Failure` that names the invalid option.
  package mutating func begin(with options: GlobalOptions) throws {
    try session.begin(with: options)
  }

  /// The lines above the first prompt.
  package var banner: Document { Banner(session).output.document }
}

// MARK: - Running

extension Notebook {
  /// Runs a cell, or passes a line to the open lesson. Never throws: errors are in the result.
  package mutating func run(_ line: String) -> CellResult {
    guard activity == nil else { return give { $0.take(line) } }
    return carryOut(exercises.run(line, in: &session) { $0.run(line) })
  }

  /// Runs an instruction that has been read already, or passes its text to the open lesson.
  package mutating func run(_ instruction: Instruction) -> CellResult {
    guard activity == nil else { return give { $0.take(instruction.source) } }
    return carryOut(session.run(instruction))
  }

  /// Runs a command that has been read from a shell's arguments.
  package mutating func run(_ reading: CommandTable.Reading) -> CellResult {
    carryOut(session.run(reading))
  }

  /// The result of an expression in a copy of the session: nothing is shown, recorded or changed.
  package func result(of expression: String) -> CellResult {
    var copy = activity?.cellSession ?? session
    copy.host = QuietHost()
    copy.depth += 1
    if let command = copy.commands.command(beginning: expression) {
      let failure = Failure(.usage, "\(command) is a command, and only an expression has a value")
      return CellResult(number: copy.cell, output: Output(), shown: 0, failure: failure)
    }
    return copy.run(expression)
  }

  /// Takes over the seed of a saved session that is about to run.
  ///
  /// - Parameter isChosen: whether the user chose a seed, which then has priority.
  package mutating func begin(seed: UInt64?, seedIsChosen isChosen: Bool) {
    session.begin(seed: seed, seedIsChosen: isChosen)
  }

  /// Takes over the number that a saved session gives its next cell.
  package mutating func number(as instruction: Instruction) { session.number(as: instruction) }

  /// Gives the next cell this number, in a front end that counts cells itself.
  package mutating func number(next: Int) { session.number(next: next) }

  /// Handles the end of the input, which closes the innermost thing that is open.
  ///
  /// - Returns: the output to show; nil if nothing was open and the notebook should end.
  package mutating func endOfInput() -> CellResult? {
    activity == nil ? nil : give { $0.takeEnd() }
  }

  /// Carries out the effects that a command requested.
  private mutating func carryOut(_ result: CellResult) -> CellResult {
    if case .open(let opened)? = result.output.effect { activity = opened }
    return result
  }

  private mutating func give(_ work: (inout any Activity) -> Void) -> CellResult {
    guard var open = activity else {
      preconditionFailure("A line is given to a lesson only while one is open.")
    }
    // Clear the property first, so that changing the large session doesn't copy it.
    activity = nil
    session.host.cancellation.reset()
    work(&open)
    if !open.hasEnded { activity = open }
    let output = Output(open.shown.blocks, json: open.json)
    return CellResult(number: session.cell, output: output, shown: open.shown.blocks.count)
  }
}

// MARK: - Typing

extension Notebook {
  /// The text before the cursor: `[3]> `, or `answer> ` in a lesson.
  package var prompt: String { activity?.prompt ?? "[\(session.cell)]> " }

  /// Whether a lesson is open.
  package var isInLesson: Bool { activity != nil }

  /// Whether the next line is an answer or a key, to be passed on unchanged. Otherwise it is part
  /// of a cell, which may span several lines.
  package var takesAnswer: Bool { activity.map { !$0.takesCells } ?? false }

  /// Assembles cells from lines as they arrive.
  package var reader: CellReader { CellReader(session.commands) }

  /// What completion and help need of the notebook in its current state.
  package var snapshot: NotebookSnapshot {
    NotebookSnapshot(
      activity?.cellSession ?? session, keys: activity?.keys ?? exercises.words,
      takesAnswer: takesAnswer, isInLesson: isInLesson)
  }

  /// Whether a cell can run, or needs another line.
  package func completeness(of cell: String) -> NotebookSnapshot.Completeness {
    snapshot.completeness(of: cell)
  }

  /// The completions at the cursor: in a lesson its keys, otherwise commands, their arguments and
  /// options, files and names.
  ///
  /// - Parameters:
  ///   - line: the current line.
  ///   - cursor: the cursor's position in Unicode scalars.
  ///   - isFirstLine: whether the line is the first of a cell, where a command may be.
  /// - Returns: the range of scalars that a candidate replaces, and the candidates.
  package func completions(
    _ line: String, cursor: Int, isFirstLine: Bool
  ) -> (range: Range<Int>, candidates: [Candidate]) {
    snapshot.completions(line, cursor: cursor, isFirstLine: isFirstLine)
  }

  /// Information about the name at the cursor: the value that a cell gave it, otherwise the help
  /// for that command, function, layer or word. Nothing is computed.
  ///
  /// - Parameters:
  ///   - line: the line as typed.
  ///   - cursor: the cursor, in Unicode scalars.
  /// - Returns: nil if there is no name at the cursor, or nothing is known about it.
  package func inspect(_ line: String, cursor: Int) -> Document? {
    snapshot.inspect(line, cursor: cursor)
  }
}

extension Session {
  /// A session with the notebook's commands, the networks of the zoo and the test card.
  package init(host: any Host, settings: Settings = Settings()) {
    self.init(host: host, settings: settings, commands: .notebook)
  }
}
