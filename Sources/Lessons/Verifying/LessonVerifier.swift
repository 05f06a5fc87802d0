import Basics
import Cells
import Documents
import Expressions
import Foundation
import Layers
import Networks
import Tensors

/// Proves that lessons work: that their cells print what they say, and that every exercise can be
/// answered, cannot be passed without an answer, and knows its mistakes, with the numbers of every
/// learner.
struct LessonVerifier {
  /// The learners' seeds: learners get one of these, so each has met a lesson that was verified.
  static let seeds: ClosedRange<UInt64> = 1...20

  /// What came of one file.
  struct Report {
    /// The file.
    var file: String
    /// The lesson, as far as it could be read.
    var lesson: Lesson?
    /// What is wrong with it, by line.
    var problems: [LessonProblem] = []
    /// What is not wrong but could be better, by line.
    var warnings: [LessonProblem] = []
    /// How often each sort of exercise stands in it.
    var kinds: [Exercise.Kind: Int] = [:]
    /// How many cells ran.
    var cells = 0
    /// How long it took.
    var duration: Duration = .zero
  }

  private let host: any Cells.Host
  private let settings: Settings
  /// Weights for the next lesson: drawing 62 million of them once is enough.
  private var weights: Weights?
  private var report = Report(file: "")
  /// The lines of last hints that are the whole answer to type.
  private var wholeHints: [Int] = []
  private var session: Session

  /// A verifier whose work the host can stop.
  init(host: any Cells.Host, settings: Settings, commands: CommandTable) {
    (self.host, self.settings) = (host, settings)
    session = Session(host: host, commands: commands)
  }

  /// Verifies a file.
  ///
  /// - Throws: `Cancelled`, `FileError` where it cannot be read, or `Failure` where it is no text.
  mutating func verify(_ file: String) throws -> Report {
    let begun = ContinuousClock.now
    let (lesson, problems) = try LessonReader.read(file)
    report = Report(file: file, lesson: lesson, problems: problems)
    wholeHints = []
    report.problems += LessonText.problems(of: lesson)
    session = .ofLesson(
      lesson, LessonHost(host, width: 80, isQuiet: true), settings: settings,
      commands: session.commands, weights: weights)
    // Verified is what a learner sees who was never here.
    session.keepsRuns = false
    let folder = FileManager.default.temporaryDirectory.path + "/alexnet-\(UUID().uuidString)/"
    session.workingFolder = folder
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (index, step) in lesson.steps.enumerated() {
      host.report(progress: "\(file)  step \(index + 1) of \(lesson.steps.count)")
      for cell in step.cells { try run(cell) }
      if let exercise = step.exercise { try verify(exercise) }
    }
    host.report(progress: nil)
    weights = session.weightsForLessons ?? weights
    warnOfHints()
    report.problems.sort { $0.line < $1.line }
    report.duration = begun.duration(to: .now)
    return report
  }

  /// Warns where nearly every last hint leaves nothing to do.
  private mutating func warnOfHints() {
    let count = report.lesson?.exercises.count ?? 0
    guard wholeHints.count > 2, wholeHints.count * 2 > count else { return }
    report.warnings.append(
      LessonProblem(
        wholeHints[0],
        "the last hint of \(wholeHints.count) of \(count) exercises is the whole answer to type",
        hint: "leave the last step to the learner; skip shows the answer"))
  }

  private mutating func note(_ line: Int, _ message: String, hint: String? = nil) {
    report.problems.append(LessonProblem(line, message, hint: hint))
  }

  /// Notes what holds for a seed's numbers. The same for another seed is said once.
  private mutating func note(
    seed: UInt64, _ line: Int, _ message: String, hint: String? = nil
  ) {
    guard !report.problems.contains(where: { $0.line == line && $0.isOfSeed }) else { return }
    var problem = LessonProblem(line, "seed \(seed): \(message)", hint: hint)
    problem.isOfSeed = true
    report.problems.append(problem)
  }
}

// MARK: - Cells

extension LessonVerifier {
  private mutating func run(_ cell: LessonCell) throws {
    let result = session.run(cell.source)
    try host.cancellation.check()
    report.cells += 1
    var text = result.output.plainText
    if let failure = result.failure {
      text += (text.isEmpty ? "" : "\n") + failure.output.plainText
    }
    for line in text.split(separator: "\n") where displayWidth(String(line)) > 80 {
      note(cell.line, "the cell prints a line of more than 80 columns: \(quoted(String(line)))")
    }
    if let expected = cell.expected {
      guard let departure = expected.departure(of: text) else { return }
      note(
        departure.line,
        "the cell of line \(cell.line) does not print this: "
          + (departure.expected.map { "expected \(Self.shown($0))" } ?? "nothing more is expected")
          + (departure.found.map { ", got \(Self.shown($0))" } ?? ", got no more lines"),
        hint: "… stands for any text, a line of … for any lines")
    } else if let failure = result.failure {
      note(
        cell.line + (failure.line ?? 1) - 1, "the cell fails: \(failure.message)",
        hint: failure.hint ?? "a cell that is meant to fail has its error in an output block")
    }
  }

  private static func shown(_ line: String) -> String {
    line.count > 100 ? "‘\(line.prefix(100))…’" : "‘\(line)’"
  }
}

// MARK: - Exercises

extension LessonVerifier {
  private mutating func verify(_ exercise: Exercise) throws {
    var sight = HintSight(exercise)
    // Layers that one seed's numbers need have run for all of them.
    var warm = session
    for seed in Self.seeds {
      try host.cancellation.check()
      do {
        let posed = try ExerciseInstance(exercise, seed: seed, in: &warm)
        if seed == Self.seeds.lowerBound {
          report.kinds[posed.kind, default: 0] += 1
          if try HintSight.lastTypesAnswer(of: posed, in: warm), let hint = exercise.hints.last {
            wholeHints.append(hint.line)
          }
        }
        try verify(posed, seed: seed, in: warm)
        sight.look(at: posed)
      } catch let problem as LessonProblem {
        note(seed: seed, problem.line, problem.message, hint: problem.hint)
        break
      }
    }
    report.problems += sight.problems
    if case .goal = exercise.form {
      try reach(exercise)
    } else {
      try runSee(exercise, in: session)
      // The weights that answers drew need not be drawn again.
      session.weights = warm.weights
    }
  }

  private mutating func verify(_ posed: ExerciseInstance, seed: UInt64, in session: Session) throws
  {
    let exercise = posed.exercise
    if case .goal = exercise.form { return }
    if try posed.verdict(on: "", in: session).isRight {
      note(seed: seed, exercise.line, "no answer at all is right")
    }
    let answer = posed.answerText
    let verdict = try posed.verdict(on: answer, in: session)
    if !verdict.isRight {
      var reason = ""
      if case .unreadable(let failure) = verdict { reason = ": " + failure.message }
      note(
        exercise.line,
        "seed \(seed): the reference answer \(quoted(answer)) does not pass\(reason)",
        hint: "the tolerance may be finer than the digits that are shown")
    }
    try verifyForms(posed, seed: seed, in: session)
    if case .choice = exercise.form { return verifyOptions(posed, seed: seed) }
    try verifyReadOff(posed, seed: seed, in: session)
    for mistake in posed.mistakes { try verify(mistake, of: posed, seed: seed, in: session) }
  }

  /// The right answer is accepted in every form in which people write it.
  private mutating func verifyForms(
    _ posed: ExerciseInstance, seed: UInt64, in session: Session
  ) throws {
    for (form, text) in EquivalentForms.forms(of: posed) {
      let verdict = try posed.verdict(on: text, in: session)
      if verdict.isRight { continue }
      var reason = ""
      if case .unreadable(let failure) = verdict { reason = ": " + failure.message }
      note(
        seed: seed, posed.exercise.line,
        "the right answer \(form), \(quoted(text)), is not accepted\(reason)")
    }
  }

  /// An answer that reads what is asked for is refused, however it is wrapped.
  private mutating func verifyReadOff(
    _ posed: ExerciseInstance, seed: UInt64, in session: Session
  ) throws {
    guard case .value(let reference) = posed.exercise.form else { return }
    guard let asked = posed.asked?.text else {
      guard Self.isElement(reference.answer.text, in: session) else { return }
      return note(
        reference.answer.line,
        "naming \(reference.answer.text) answers \(quoted(posed.exercise.name))",
        hint: "asks: \(reference.answer.text), with the drawn names in braces, refuses that")
    }
    for text in [asked, "(\(asked))", "max(\(asked))", "let it = \(asked); it", "\(asked) * 1"] {
      if case .readOff = try posed.verdict(on: text, in: session) { continue }
      note(seed: seed, reference.asks?.line ?? 0, "the answer \(text) is not refused")
    }
    for (hint, line) in zip(posed.hints, posed.exercise.hints.map(\.line)) {
      for code in Markdown(hint).code {
        guard case .readOff = try posed.verdict(on: code.text, in: session) else { continue }
        note(seed: seed, line, "this hint types \(code.text), which is refused as an answer")
      }
    }
  }

  /// Whether an expression only names an element of a layer, or of the input.
  private static func isElement(_ text: String, in session: Session) -> Bool {
    guard let (name, members) = try? Program(text).element,
      name == "input" || session.network.index(of: name) != nil
    else { return false }
    return members.allSatisfy { ["output", "input", "gradient"].contains($0) }
  }

  private mutating func verifyOptions(_ posed: ExerciseInstance, seed: UInt64) {
    var texts: Set<String> = []
    for option in posed.options where !texts.insert(option.text).inserted {
      note(seed: seed, option.line, "a second option \(quoted(option.text))")
    }
  }

  private mutating func verify(
    _ mistake: ExerciseInstance.MistakeInstance, of posed: ExerciseInstance, seed: UInt64,
    in session: Session
  ) throws {
    guard let reference = posed.reference else { return }
    let shown = mistake.value.inLesson(isCode: false)
    guard !posed.isClose(mistake.value, reference) else {
      return note(
        seed: seed, mistake.line,
        "the mistake \(shown) passes as the answer \(posed.answerText)",
        hint: "draw other numbers, or a smaller tolerance")
    }
    switch try posed.verdict(on: typed(mistake.value), in: session) {
    case .wrong(mistake.diagnosis): break
    // Whoever types it may have rounded the right answer.
    case .close where mistake.value.double != nil: break
    default:
      note(
        seed: seed, mistake.line, "the answer \(shown) does not get this mistake's diagnosis",
        hint: "another mistake comes to the same value, or it is no value of an answer")
    }
  }

  /// A value as a person with all its digits would type it.
  private func typed(_ value: Value) -> String {
    switch value {
    case .number(let number): number.value.description
    case .list(let elements) where elements.allSatisfy({ $0.double != nil }):
      "[" + elements.map { $0.double!.description }.joined(separator: ", ") + "]"
    case .tensor(let tensor):
      "[" + tensor.values.map { Double($0).description }.joined(separator: ", ") + "]"
    default: value.inLesson(isCode: true)
    }
  }

  /// Runs the cell that is offered after the exercise.
  private mutating func runSee(_ exercise: Exercise, in session: Session) throws {
    guard let see = exercise.see else { return }
    var (warm, copy) = (session, session)
    guard let posed = try? ExerciseInstance(exercise, seed: Self.seeds.lowerBound, in: &warm),
      let cell = posed.see
    else { return }
    let result = copy.run(cell)
    try host.cancellation.check()
    if let failure = result.failure {
      note(see.line, "the cell \(quoted(cell)) fails: \(failure.message)", hint: failure.hint)
    }
  }

  /// Reaches a goal as the lesson says; the session goes on from there.
  private mutating func reach(_ exercise: Exercise) throws {
    guard case .goal(let goal) = exercise.form else { return }
    let before = GoalCheck(goal)
    if case .reached = try before.state(of: session) {
      note(goal.predicate.line, "the goal holds before anything is done")
    }
    var warm = session
    let posed: ExerciseInstance
    do {
      posed = try ExerciseInstance(exercise, seed: Self.seeds.lowerBound, in: &warm)
    } catch { return }
    for (place, cell) in posed.solution.enumerated() {
      let result = session.run(cell)
      try host.cancellation.check()
      if let failure = result.failure {
        note(
          goal.solution[place].line, "the cell \(quoted(cell)) fails: \(failure.message)",
          hint: failure.hint)
      }
    }
    switch try before.state(of: session) {
    case .reached: break
    case .notYet(let diagnosis):
      note(
        goal.predicate.line,
        "the solution does not reach the goal" + (diagnosis.map { ": \($0)" } ?? ""))
    case .unknown(let failure):
      note(goal.predicate.line, "the goal has no value: \(failure.message)", hint: failure.hint)
    }
    for mistake in goal.mistakes where try before.holds(mistake.expression, in: session) == true {
      note(mistake.expression.line, "this mistake is found where the goal is reached")
    }
    try runSee(exercise, in: session)
  }
}
