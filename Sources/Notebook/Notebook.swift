import Basics
import Cells
import Documents

/// The notebook, as a front end sees it: it runs cells, and gives the lines to a lesson while one is
/// open.
///
/// A front end is a `Host` for what a running cell shows and asks, and a loop around `run`. Between
/// cells it may call everything here, from one thread; Ctrl-C sets the host's cancellation.
package struct Notebook {
  /// The session of the notebook's own cells.
  package private(set) var session: Session
  /// The lesson that is open.
  private(set) var activity: (any Activity)?

  /// A notebook that begins.
  package init(host: any Host, settings: Settings = Settings()) {
    session = Session(host: host, settings: settings)
  }

  /// Sets the session as the options of the program's start say.
  ///
  /// - Throws: `Failure` that names the option that does not hold.
  package mutating func begin(with options: GlobalOptions) throws {
    try session.begin(with: options)
  }

  /// The lines above the first prompt.
  package var banner: Document { Banner(session).output.document }
}

// MARK: - Running

extension Notebook {
  /// Runs a cell, or gives a line to the lesson that is open. Never throws: a failure is in the result.
  package mutating func run(_ line: String) -> CellResult {
    guard activity == nil else { return give { $0.take(line) } }
    return carryOut(session.run(line))
  }

  /// Runs a command that came as separate words, as a shell gives them.
  package mutating func run(arguments: [String]) -> CellResult {
    carryOut(session.run(arguments: arguments))
  }

  /// Takes the seed of a saved session, which is about to run.
  ///
  /// - Parameter isChosen: whether somebody asked for a seed, which then stays.
  package mutating func begin(_ script: Script, seedIsChosen isChosen: Bool) {
    session.begin(script, seedIsChosen: isChosen)
  }

  /// Takes the number that a saved session gives to its next cell.
  package mutating func number(as instruction: Instruction) { session.number(as: instruction) }

  /// The end of the input: what is open ends, the innermost first.
  ///
  /// - Returns: what is to be shown; nil where nothing is open, so that the notebook ends.
  package mutating func endOfInput() -> CellResult? {
    activity == nil ? nil : give { $0.takeEnd() }
  }

  /// Does what a command asked for.
  private mutating func carryOut(_ result: CellResult) -> CellResult {
    if case .open(let opened)? = result.output.effect { activity = opened }
    return result
  }

  private mutating func give(_ work: (inout any Activity) -> Void) -> CellResult {
    guard var open = activity else {
      preconditionFailure("A line is given to a lesson only while one is open.")
    }
    // Not held twice: its session is large, and would be copied.
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
  /// What stands before the cursor: `[3]> `, or `answer> ` in a lesson.
  package var prompt: String { activity?.prompt ?? "[\(session.cell)]> " }

  /// Whether a lesson is open.
  package var isInLesson: Bool { activity != nil }

  /// Whether the next line is an answer or a key, to be given as it stands; else it is part of a cell,
  /// which may go over several lines.
  package var takesAnswer: Bool { activity.map { !$0.takesCells } ?? false }

  /// Whether a cell is whole; else the prompt asks for another line.
  package func isComplete(_ cell: String) -> Bool { !session.commands.wantsAnotherLine(cell) }

  /// A cell without the prompts that were copied along with its lines.
  package func withoutPrompts(_ cell: String) -> String { session.commands.withoutPrompts(cell) }

  /// Reads cells from lines that come one by one.
  package var reader: CellReader { CellReader(session.commands) }

  /// The ways to go on at the cursor: in a lesson its keys; commands, their arguments, options and files;
  /// names.
  ///
  /// - Parameters:
  ///   - line: the line as typed.
  ///   - cursor: the cursor, in Unicode scalars.
  ///   - isFirstLine: whether the line begins a cell, so that it may be a command.
  /// - Returns: the scalars that a candidate replaces, and the candidates.
  package func completions(
    _ line: String, cursor: Int, isFirstLine: Bool
  ) -> (range: Range<Int>, candidates: [Candidate]) {
    guard let activity else {
      return session.completions(line, cursor: cursor, isFirstLine: isFirstLine)
    }
    let word = line.trimmingSpaces()
    let keys = activity.keys.filter { !word.isEmpty && $0.hasPrefix(word) }
    guard keys.isEmpty else {
      return (0..<cursor, keys.map { Candidate(text: $0, terminator: "") })
    }
    return activity.cellSession.completions(
      line, cursor: cursor, isFirstLine: isFirstLine && !takesAnswer)
  }
}

extension Session {
  /// A session with the notebook's commands, on a network of the zoo with the test card.
  package init(host: any Host, settings: Settings = Settings()) {
    self.init(host: host, settings: settings, commands: .notebook)
  }
}
