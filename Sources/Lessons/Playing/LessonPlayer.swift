import Basics
import Cells
import Documents
import Tensors

/// A lesson in progress: what has been shown, what is being asked, and which keys work.
///
/// A lesson has its own session, separate from the notebook's, and keeps a copy from the beginning
/// of each step. Nothing the learner types can break a later step, and `back` restores the exact
/// state.
struct LessonPlayer: Activity {
  /// What kind of input the lesson is waiting for.
  enum State: String {
    /// Whether to continue where the learner was.
    case resuming
    /// Whether to review a finished lesson or start over.
    case reopening
    /// Whether to run a long-running cell.
    case consenting
    /// An answer.
    case answering
    /// Cells that reach a goal.
    case reaching
    /// Enter, to continue.
    case finished
    /// Cells of the learner's own, while the lesson waits.
    case playing
    /// Enter, to try again: the step's cells were stopped.
    case stopped
    /// Nothing: the lesson is over.
    case ended
  }

  let lesson: Lesson
  /// The learner's seed.
  let seed: UInt64
  var state = State.finished
  /// The current step, as an index.
  var place = 0
  /// The part of the step to show next.
  var part = 0
  /// Whether to ask the question of this step even though it was answered before.
  var asksAnew = false
  /// Whether the lesson's cells run in the notebook's own session, which asks one question at a time.
  var isInCells = false
  /// The session of the lesson's cells.
  var session: Session
  /// The session at the beginning of each step reached so far.
  var starts: [Session] = []
  /// The session of play mode and the state to return to; nil outside play mode.
  var play: (session: Session, before: State)?
  /// The question of this step, once it has been asked.
  var question: OpenQuestion?
  /// The learner's progress, saved at each step.
  var record: LessonRecord
  /// Where the progress is saved.
  var store: ProgressStore
  /// The log of attempts, if the learner asked for one.
  var log: AttemptLog?
  /// Everything shown since the last line of input.
  var shown = Document()

  let host: any Host

  /// A lesson about to be opened.
  ///
  /// - Parameters:
  ///   - chosen: the requested seed; nil keeps the seed that the lesson was begun with.
  ///   - own: the learner's seed, for a lesson that wasn't begun before.
  init(
    _ lesson: Lesson, seed chosen: UInt64?, own: UInt64, in outer: Session, store: ProgressStore,
    log: AttemptLog? = nil
  ) {
    (self.lesson, self.store, self.log) = (lesson, store, log)
    seed = chosen ?? store.progress.lessons[lesson.name]?.seed ?? own
    host = outer.host
    session = .ofLesson(
      lesson, LessonHost(outer.host), settings: outer.settings, commands: outer.commands)
    record = store.progress.lessons[lesson.name] ?? LessonRecord()
    record.seed = seed
  }

  /// The current step.
  var step: LessonStep { lesson.steps[place] }

  var hasNext: Bool { place + 1 < lesson.steps.count }

  /// Shows something immediately.
  mutating func show(_ output: Output) {
    host.show(output.document)
    shown.blocks += output.blocks
  }

  /// Shows a line immediately.
  mutating func show(_ text: Text, indent: Int = 0, hang: Int? = nil) {
    var output = Output()
    output.line(text, indent: indent, hang: hang)
    show(output)
  }

  mutating func space() { show("") }
}

// MARK: - Steps

extension LessonPlayer {
  /// Opens the lesson: at its beginning, or with the question where to continue.
  mutating func open(fromStart: Bool) {
    var output = Output()
    output.line(
      .strong(lesson.number.map { "Lesson \($0) · " } ?? "Lesson · ") + .strong(lesson.title)
        + .faint("   \(lesson.minutes) minutes"), hang: 4)
    show(output)
    guard !fromStart else { return startOver() }
    if record.isFinished, !record.isRetaken { return reopen() }
    guard let index = resumeIndex, index > 0 else { return startOver() }
    guard store.progress.asks else { return goOn(at: index) }
    place = index
    state = .resuming
    show(
      "You were at step \(index + 1) of \(lesson.steps.count), " + .strong(step.heading) + ".")
    showKeys()
  }

  /// Begins at the first step.
  mutating func startOver() {
    begin()
    record.startOver(lesson)
    space()
    for aim in lesson.aims { show("- you will " + Text(aim), indent: 2, hang: 4) }
    enter(0)
  }

  /// Resets the session to the state that every lesson begins in.
  mutating func begin() {
    session = .ofLesson(
      lesson, LessonHost(host), settings: session.settings, commands: session.commands,
      weights: session.weightsForLessons)
    starts = []
  }

  /// Shows a step, runs its cells and asks its question.
  mutating func enter(_ index: Int) {
    place = index
    starts = Array(starts.prefix(index)) + [session]
    question = nil
    (record.step, record.index) = (step.name, index)
    space()
    var output = Output()
    let where_ = "step \(index + 1) of \(lesson.steps.count)"
    output.split(.strong(step.heading), .faint("\(lesson.call), \(where_)"))
    show(output)
    if index == 0, !lesson.introduction.isEmpty { show(prose: lesson.introduction) }
    part = 0
    showParts()
  }

  /// Shows the rest of a step, runs its cells and asks its question. Asks before running a
  /// long-running cell, if somebody can be asked.
  mutating func showParts() {
    while part < step.parts.count {
      switch step.parts[part] {
      case .prose(let text, _): show(prose: text)
      case .cell(let cell):
        if let work = longWork(of: cell.source) { return askBefore(cell.source, work) }
        guard run(cell.source) else { return stop() }
      }
      part += 1
    }
    ask()
    save()
  }

  /// Shows Markdown, with an empty line before it.
  mutating func show(prose: String) {
    space()
    show(Output(Markdown(prose).blocks))
  }

  /// Runs a cell of the lesson: each of its instructions is shown, and its output below it.
  ///
  /// - Returns: false if it was stopped.
  mutating func run(_ cell: String) -> Bool {
    space()
    let all = lines(of: cell)
    let instructions = session.commands.instructions(of: cell)
    var next = 0
    let result = session.run(instructions, source: cell) { instruction in
      // Comments above an instruction are shown with it, those at the end with the last one.
      let end =
        instruction == instructions.last
        ? all.count : instruction.line - 1 + lines(of: instruction.source).count
      defer { next = end }
      return Self.echo(all[next..<end])
    }
    return show(result)
  }

  /// Shows the source of a cell.
  mutating func echo(_ cell: String) {
    space()
    show(Output(Self.echo(lines(of: cell)[...])))
  }

  private static func echo(_ lines: ArraySlice<Substring>) -> [Block] {
    lines.map { .line(.faint("> ") + .name(String($0)), indent: 0, hang: 4) }
  }

  /// Runs a cell in the lesson's session, and shows its output.
  ///
  /// - Returns: false if it was stopped.
  mutating func runTyped(_ cell: String) -> Bool {
    let result = session.run(cell)
    return show(result)
  }

  /// Shows the part of a cell's output that hasn't been shown yet.
  ///
  /// - Returns: false if the cell was stopped.
  mutating func show(_ result: CellResult) -> Bool {
    shown.blocks += result.output.blocks.prefix(result.shown)
    var rest = result.output
    rest.blocks = Array(rest.blocks.dropFirst(result.shown))
    show(rest)
    guard let failure = result.failure else { return true }
    guard failure.kind != .cancelled else { return false }
    show(failure.output)
    return true
  }

  /// Restores the state before the step's cells, which were stopped.
  mutating func stop() {
    session = starts[place]
    state = .stopped
    host.cancellation.reset()
    show(.notice("stopped"))
    showKeys()
  }

  /// Enters the next step, or ends the lesson.
  mutating func advance() {
    guard hasNext else { return end() }
    enter(place + 1)
  }

  /// Enters the previous step, in the state it began in.
  mutating func goBack() {
    guard place > 0 else {
      show("This is the first step.")
      return showKeys()
    }
    session = starts[place - 1]
    enter(place - 1)
  }

  /// Ends the lesson after its last step.
  private mutating func end() {
    state = .ended
    save()
    showResult()
  }

  /// Shows the result of a finished lesson.
  mutating func showResult() {
    var output = Output()
    let result = record.result(of: lesson)
    var line: Text = .good("✓ ") + Text("\(lesson.call) is done: ")
    line += Text("\(result.answered) of \(lesson.exercises.count) exercises answered")
    if result.skipped > 0 { line += Text(", \(result.skipped) skipped") }
    if result.hints > 0 { line += Text(", \(result.hints) hint\(result.hints == 1 ? "" : "s")") }
    output.line(line + ".", hang: 4)
    if let best = record.best, best != result { output.line("Your best: \(best.words).") }
    output.line(.name("lesson next") + " opens the next one, " + .name("progress") + " shows all.")
    show(output)
  }

  /// Saves the learner's progress. An error is shown only once.
  mutating func save() {
    record.commands = lesson.commands(before: place)
    if !isInCells, !hasNext, state == .finished || state == .ended {
      (record.isFinished, record.isRetaken) = (true, false)
    }
    if record.isFinished, !record.isRetaken {
      record.best = LessonResult.better(record.best, record.result(of: lesson))
    }
    if let note = store.save(record, of: lesson.name) {
      show(.notice("note: ") + Text(note), hang: 6)
    }
  }
}

extension Lesson {
  /// The cells that lead to the beginning of a step, including those that reach the goals of
  /// earlier steps.
  func commands(before index: Int) -> [String] {
    steps[..<index].flatMap { step in
      var cells = step.cells.map(\.source)
      if case .goal(let goal)? = step.exercise?.form { cells += goal.solution.map(\.source) }
      return cells
    }
  }
}

/// A question that was asked, and the learner's attempts so far.
struct OpenQuestion {
  /// The exercise with its numbers drawn.
  let exercise: ExerciseInstance
  /// The session that answers are computed in: all layers they need have already run in it.
  let warm: Session
  /// The session before the first cell typed for a goal.
  let start: Session
  /// The cells typed for a goal.
  var cells: [String] = []
  /// Wrong answers since the last hint.
  var misses = 0
  /// How many hints were given.
  var hintsGiven = 0
  /// Whether the cell that shows more was offered and hasn't been run yet.
  var offersSee = false
}
