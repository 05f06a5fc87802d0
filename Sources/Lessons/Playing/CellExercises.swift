import Basics
import Cells
import Documents
import Expressions
import Tensors

/// The exercises of a lesson whose cells run in the notebook's own session, as in a lesson's notebook
/// in Jupyter.
///
/// A cell `exercise NAME` with the exercise's lines asks the question. If the front end can ask, the
/// answer is typed there. Otherwise, or later, it is a cell: `answer 55`.
package struct CellExercises {
  /// The lesson at the step of the exercise that was asked last; nil before the first.
  private(set) var player: LessonPlayer?

  /// No question has been asked yet.
  package init() {}

  /// The words that begin a cell about the open question, for completion.
  package var words: [String] { player.map { $0.isOpen ? ["answer"] + $0.keys : $0.keys } ?? [] }

  /// Whether a cell has the lines of an exercise.
  package static func isExercise(_ cell: String) -> Bool {
    let text = cell.drop { $0.isWhitespace }
    return text.hasPrefix("exercise ") && text.contains("\n")
  }

  /// Whether a cell would be a question, an answer or a key, rather than one of the session's.
  package func takes(_ cell: String, in session: Session) -> Bool {
    reading(of: cell, in: session) != nil
  }

  /// Runs a cell: questions and answers here, any other with `run`. If the goal of an exercise is open,
  /// other cells count as attempts, and the lesson's next cell continues from the lesson's own solution.
  package mutating func run(
    _ cell: String, in session: inout Session, _ run: (inout Session) -> CellResult
  ) -> CellResult {
    switch reading(of: cell, in: session) {
    case .exercise: take(cell, in: &session) { try $0.ask(cell, in: &$1) }
    case .reply(let text): take(cell, in: &session) { try $0.reply(text, in: &$1) }
    case nil: runOther(cell, in: &session, run)
    }
  }
}

// MARK: - Reading

extension CellExercises {
  private enum Reading {
    /// The lines of an exercise.
    case exercise
    /// An answer, or a key such as `hint`.
    case reply(String)
  }

  private func reading(of cell: String, in session: Session) -> Reading? {
    let text = cell.trimmingSpaces()
    let word = String(text.prefix { $0.isLetter })
    let rest = text.dropFirst(word.count)
    if Self.isExercise(text) { return .exercise }
    if word == "answer", rest.first?.isWhitespace ?? (player != nil) {
      // `answer - 1` is an expression if a cell has named a value `answer`.
      let isExpression = session.bindings[word] != nil && (try? Program(text)) != nil
      return isExpression ? nil : .reply(rest.trimmingSpaces())
    }
    guard let player, player.keys.contains(text), session.bindings[text] == nil else { return nil }
    return .reply(text)
  }
}

// MARK: - Running

extension CellExercises {
  /// Runs one of the cells that are not the session's. A notebook file keeps them too; as cells of
  /// `.alexnet` they have no effect.
  private mutating func take(
    _ cell: String, in session: inout Session,
    _ work: (inout CellExercises, inout Session) throws -> Void
  ) -> CellResult {
    let number = session.cell
    if session.depth == 0 {
      session.host.cancellation.reset()
      session.shown = []
    }
    let before = session.shown.count
    var failure: Failure?
    do {
      try work(&self, &session)
    } catch is Cancelled {
      failure = Failure(.cancelled, "stopped")
    } catch {
      failure = error as? Failure ?? Failure(error)
    }
    session.renumber(number + 1)
    let blocks = Array(session.shown.dropFirst(before))
    let result = CellResult(
      number: number, output: Output(blocks, json: player?.json), shown: blocks.count,
      failure: failure)
    if session.depth == 0, !session.isOfLesson, failure?.kind != .cancelled {
      var recorded = RecordedCell(number: number, source: cell)
      recorded.take(result, effective: "")
      session.record.add(recorded)
    }
    return result
  }

  /// Lets the lesson do something in the session, and shows what it shows.
  private mutating func play(
    in session: inout Session, _ work: (inout LessonPlayer) throws -> Void
  ) rethrows {
    guard var open = player else {
      preconditionFailure("A question is asked before it is answered.")
    }
    // Clear the property first, so that changing the lesson doesn't copy it.
    player = nil
    open.shown = Document()
    open.session = session
    open.session.host = LessonHost(session.host)
    open.session.depth += 1
    defer {
      session.adopt(open.session)
      session.shown += open.shown.blocks
      player = open
    }
    try work(&open)
  }

  private mutating func ask(_ cell: String, in session: inout Session) throws {
    let next = try LessonPlayer(asking: cell.trimmingSpaces(), in: session, near: player?.lesson)
    if let player, player.isOpenGoal, player.lesson.name == next.lesson.name,
      player.place < next.place
    {
      play(in: &session) { $0.settle() }
    }
    player = next
    try play(in: &session) { try $0.pose() }
    guard session.host.canAsk else { return play(in: &session) { $0.showHowToAnswer() } }
    if player?.isOpen == true { play(in: &session) { $0.showCellKeys() } }
    while let player, player.isOpen {
      let line = try session.host.ask(player.prompt.trimmingSpaces())
      if line.trimmingSpaces().isEmpty {
        return play(in: &session) { $0.showHowToAnswer() }
      }
      play(in: &session) { $0.takeReply(line) }
      try session.host.cancellation.check()
    }
  }

  private mutating func reply(_ text: String, in session: inout Session) throws {
    guard player != nil else {
      throw Failure(
        .order, "no question is open", hint: "run the cell of an exercise before its answer")
    }
    play(in: &session) { $0.takeReply(text) }
    try session.host.cancellation.check()
  }

  /// Runs a cell of the session, and checks whether it reaches the goal if one is open.
  private mutating func runOther(
    _ cell: String, in session: inout Session, _ run: (inout Session) -> CellResult
  ) -> CellResult {
    guard let player, player.isOpenGoal else { return run(&session) }
    if player.isOfLaterStep(cell) {
      let outer = session.shown
      play(in: &session) { $0.settle() }
      let settled = Array(session.shown.dropFirst(outer.count))
      self.player = nil
      var result = run(&session)
      result.output.blocks.insert(contentsOf: settled, at: 0)
      result.shown += settled.count
      return result
    }
    let before = session
    var result = run(&session)
    guard result.failure == nil, result.output.effect == nil else { return result }
    // The verdict comes after the cell's output.
    session.host.show(Document(Array(result.output.blocks.dropFirst(result.shown))))
    let outer = session.shown.count
    play(in: &session) { $0.judge(cell, before: before) }
    result.output.blocks += session.shown.dropFirst(outer)
    result.shown = result.output.blocks.count
    return result
  }
}
