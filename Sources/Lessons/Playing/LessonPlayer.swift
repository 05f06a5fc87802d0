import Basics
import Cells
import Documents
import Tensors

/// A lesson that somebody takes: what has been shown, what is asked, and what may be typed.
///
/// It has a session of its own, apart from the notebook's, and keeps a copy of it from the beginning
/// of each step. So nothing that is typed spoils what comes later, and `back` restores exactly what
/// was there.
struct LessonPlayer: Activity {
  /// What is being waited for.
  enum State: String {
    /// Whether to go on where the learner was.
    case resuming
    /// Whether to review a lesson that is done, or to start it over.
    case reopening
    /// Whether to run a cell that takes long.
    case consenting
    /// An answer.
    case answering
    /// Cells that reach a goal.
    case reaching
    /// The word to go on.
    case finished
    /// Cells of the learner's own; the lesson waits.
    case playing
    /// The word to try again: the step's cells were stopped.
    case stopped
    /// Nothing more.
    case ended
  }

  /// The lesson.
  let lesson: Lesson
  /// The learner's seed.
  let seed: UInt64
  /// What is being waited for.
  var state = State.finished
  /// Where the learner is: an index of the steps.
  var place = 0
  /// The part of the step that is shown next.
  var part = 0
  /// Whether the question of this step is asked although it was answered before.
  var asksAnew = false
  /// The session of the lesson's cells.
  var session: Session
  /// The session as it was at the beginning of each step that was reached.
  var starts: [Session] = []
  /// The session of play and the state before it, while the lesson waits.
  var play: (session: Session, before: State)?
  /// The question of this step, once it was asked.
  var question: OpenQuestion?
  /// How far the learner has come, which is saved at each step.
  var record: LessonRecord
  /// Where it is saved.
  var store: ProgressStore
  /// Takes attempts, where the learner asked for a log.
  var log: AttemptLog?
  /// What was shown since the last line was taken.
  var shown = Document()

  let host: any Host

  /// A lesson that is about to be opened.
  ///
  /// - Parameters:
  ///   - chosen: the seed that was asked for; nil keeps the one that the lesson was begun with.
  ///   - own: the learner's seed, for a lesson that was not.
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

  /// The step that the learner is at.
  var step: LessonStep { lesson.steps[place] }

  /// Whether there is a step after this one.
  var hasNext: Bool { place + 1 < lesson.steps.count }

  /// Shows something at once.
  mutating func show(_ output: Output) {
    host.show(output.document)
    shown.blocks += output.blocks
  }

  /// Shows a line at once.
  mutating func show(_ text: Text, indent: Int = 0, hang: Int? = nil) {
    var output = Output()
    output.line(text, indent: indent, hang: hang)
    show(output)
  }

  /// Shows an empty line.
  mutating func space() { show("") }
}

// MARK: - Steps

extension LessonPlayer {
  /// Opens the lesson: at its beginning, or with the question where to go on.
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

  /// Begins with the first step.
  mutating func startOver() {
    begin()
    record.startOver(lesson)
    space()
    for aim in lesson.aims { show("- you will " + Text(aim), indent: 2, hang: 4) }
    enter(0)
  }

  /// Brings the session to where every lesson begins.
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

  /// Shows the rest of a step, runs its cells and asks its question. Before a cell that takes long it
  /// asks whether to run it, where somebody can be asked.
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

  /// Runs a cell of the lesson, and shows it with what it prints.
  ///
  /// - Returns: whether nobody stopped it.
  mutating func run(_ cell: String) -> Bool {
    echo(cell)
    return runTyped(cell)
  }

  /// Shows a cell of the lesson.
  mutating func echo(_ cell: String) {
    space()
    for line in lines(of: cell) { show(.faint("> ") + .name(String(line)), hang: 4) }
  }

  /// Runs a cell in the lesson's session, and shows what it prints.
  ///
  /// - Returns: whether nobody stopped it.
  mutating func runTyped(_ cell: String) -> Bool {
    let result = session.run(cell)
    return show(result)
  }

  /// Shows what a cell printed that has not been shown yet.
  ///
  /// - Returns: whether nobody stopped it.
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

  /// The step's cells were stopped: everything is as it was before them.
  mutating func stop() {
    session = starts[place]
    state = .stopped
    host.cancellation.reset()
    show(.notice("stopped"))
    showKeys()
  }

  /// Goes to the next step, or ends the lesson.
  mutating func advance() {
    guard hasNext else { return end() }
    enter(place + 1)
  }

  /// Goes to the step before this one, as it was then.
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

  /// Saves how far the learner has come. What prevents it is said once.
  mutating func save() {
    record.commands = lesson.commands(before: place)
    if !hasNext, state == .finished || state == .ended {
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
  /// The cells that lead to the beginning of a step, those that reach its goals among them.
  func commands(before index: Int) -> [String] {
    steps[..<index].flatMap { step in
      var cells = step.cells.map(\.source)
      if case .goal(let goal)? = step.exercise?.form { cells += goal.solution.map(\.source) }
      return cells
    }
  }
}

/// A question that was asked, and what came of it so far.
struct OpenQuestion {
  /// The exercise with its numbers.
  let exercise: ExerciseInstance
  /// The session that answers are computed in: the layers they need have run.
  let warm: Session
  /// The session before the first cell of a goal.
  let start: Session
  /// The cells typed for a goal.
  var cells: [String] = []
  /// Wrong answers since the last hint.
  var misses = 0
  /// How many hints were given.
  var hintsGiven = 0
  /// Whether the cell that shows more was offered and not run yet.
  var offersSee = false
}
