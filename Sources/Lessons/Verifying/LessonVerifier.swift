import Basics
import Cells
import Documents
import Expressions
import Foundation
import Layers
import Networks
import Tensors

/// Verifies lessons: that cells print what the lesson says, and that for every learner's numbers
/// each exercise accepts its right answer, can't be passed without one, and diagnoses its known
/// mistakes.
struct LessonVerifier {
  /// The learners' seeds. Every learner gets one of these, so every learner's lesson has been verified.
  static let seeds: ClosedRange<UInt64> = 1...20

  /// The result for one file.
  struct Report {
    var file: String
    /// The lesson; nil if it couldn't be parsed.
    var lesson: Lesson?
    /// The problems, by line.
    var problems: [LessonProblem] = []
    /// Things that aren't wrong but could be better, by line.
    var warnings: [LessonProblem] = []
    /// The number of exercises of each kind.
    var kinds: [Exercise.Kind: Int] = [:]
    /// The number of cells run.
    var cells = 0
    /// The time that verifying took.
    var duration: Duration = .zero
  }

  private let host: any Cells.Host
  private let settings: Settings
  /// Weights to start the next lesson with, so that 62 million of them are drawn only once.
  private var weights: Weights?
  private var report = Report(file: "")
  /// The lines of last hints that are the complete answer to type.
  private var wholeHints: [Int] = []
  private var session: Session

  /// A verifier that the host can cancel.
  init(host: any Cells.Host, settings: Settings, commands: CommandTable) {
    (self.host, self.settings) = (host, settings)
    session = Session(host: host, commands: commands)
  }

  /// Verifies a file.
  ///
  /// - Throws: `Cancelled`, `FileError` if it can't be read, or `Failure` if it isn't text.
  mutating func verify(_ file: String) throws -> Report {
    let begun = ContinuousClock.now
    let (lesson, problems) = try LessonReader.read(file)
    report = Report(file: file, lesson: lesson, problems: problems)
    wholeHints = []
    report.problems += LessonText.problems(of: lesson)
    session = .ofLesson(
      lesson, LessonHost(host, isQuiet: true), settings: settings,
      commands: session.commands, weights: weights)
    // Verify what a new learner sees: no runs kept from before.
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

  /// Warns if nearly every last hint is the complete answer.
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

  /// Notes a problem with one seed's numbers. The same problem for another seed is reported only
  /// once.
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
        "the cell of line \(cell.line) does not print the expected output: "
          + (departure.expected.map { "expected \(Self.shown($0))" } ?? "nothing more is expected")
          + (departure.found.map { ", got \(Self.shown($0))" } ?? ", got no more lines"),
        hint: "… stands for any text, a line of only … for any lines")
    } else if let failure = result.failure {
      note(
        cell.line + (failure.line ?? 1) - 1, "the cell fails: \(failure.message)",
        hint: failure.hint ?? "if the cell should fail, put its error in an output block")
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
    // Layers that were needed for one seed's numbers have run for all seeds.
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
      // Keep weights drawn for an answer, so that they aren't drawn again.
      session.weights = warm.weights
    }
  }

  private mutating func verify(_ posed: ExerciseInstance, seed: UInt64, in session: Session) throws
  {
    let exercise = posed.exercise
    if case .goal = exercise.form { return }
    if try posed.verdict(on: "", in: session).isRight {
      note(seed: seed, exercise.line, "an empty answer is accepted")
    }
    let answer = posed.answerText
    let verdict = try posed.verdict(on: answer, in: session)
    if !verdict.isRight {
      var reason = ""
      if case .unreadable(let failure) = verdict { reason = ": " + failure.message }
      note(
        exercise.line,
        "seed \(seed): the reference answer \(quoted(answer)) is not accepted\(reason)",
        hint: "the tolerance may be finer than the printed digits")
    }
    try verifyForms(posed, seed: seed, in: session)
    if case .choice = exercise.form { return verifyOptions(posed, seed: seed) }
    try verifyReadOff(posed, seed: seed, in: session)
    for mistake in posed.mistakes { try verify(mistake, of: posed, seed: seed, in: session) }
  }

  /// Checks that the right answer is accepted in all its equivalent forms.
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

  /// Checks that an answer that only reads the element asked for is rejected, however it is
  /// wrapped.
  private mutating func verifyReadOff(
    _ posed: ExerciseInstance, seed: UInt64, in session: Session
  ) throws {
    guard case .value(let reference) = posed.exercise.form else { return }
    guard let asked = posed.asked?.text else {
      guard Self.isElement(reference.answer.text, in: session) else { return }
      return note(
        reference.answer.line,
        "typing \(reference.answer.text) is enough to answer \(quoted(posed.exercise.name))",
        hint: "asks: \(reference.answer.text), with the drawn names in braces, rejects that")
    }
    for text in [asked, "(\(asked))", "max(\(asked))", "let it = \(asked); it", "\(asked) * 1"] {
      if case .readOff = try posed.verdict(on: text, in: session) { continue }
      note(seed: seed, reference.asks?.line ?? 0, "the answer \(text) is not rejected")
    }
    for (hint, line) in zip(posed.hints, posed.exercise.hints.map(\.line)) {
      for code in Markdown(hint).code {
        guard case .readOff = try posed.verdict(on: code.text, in: session) else { continue }
        note(seed: seed, line, "this hint types \(code.text), which is rejected as an answer")
      }
    }
  }

  /// Whether an expression is just an element of a layer or of the input.
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
    // Accepted: the learner may have rounded the right answer.
    case .close where mistake.value.double != nil: break
    default:
      note(
        seed: seed, mistake.line, "the answer \(shown) does not get this mistake's diagnosis",
        hint: "another mistake has the same value, or an answer can't have this value")
    }
  }

  /// A value as a person would type it with all its digits.
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

  /// Reaches a goal with the lesson's solution; the session continues from there.
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
    for (place, cells) in posed.attempts.enumerated() {
      let line = goal.attempts[place].line
      switch try before.state(after: cells, in: session) {
      case .reached, .notYet(_?): break
      case .notYet(nil): note(line, "this neither reaches the goal nor is a known mistake")
      case .unknown(let failure): note(line, failure.message, hint: failure.hint)
      }
    }
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
      note(mistake.expression.line, "this mistake is also true when the goal is reached")
    }
    try runSee(exercise, in: session)
  }
}
