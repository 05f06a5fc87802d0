import Basics
import Cells
import Documents
import TensorFiles

// A lesson whose cells run in the notebook's own session, one question at a time.
extension LessonPlayer {
  /// The lesson at the step of an exercise, with the learner's progress. Of an exercise that no lesson
  /// has, no progress is saved.
  ///
  /// - Parameters:
  ///   - cell: the exercise's lines.
  ///   - near: the lesson of the question before, which is searched first.
  /// - Throws: `Failure` that says what is wrong with the exercise.
  init(asking cell: String, in session: Session, near: Lesson?) throws {
    let (exercise, problems) = ExerciseReader.read(LessonCell(source: cell, line: 1))
    guard let exercise, problems.isEmpty else {
      throw problems.first?.failure(in: "the cell")
        ?? Failure(.usage, "the cell isn't an exercise", hint: "Lessons/README.md describes them")
    }
    var store = ProgressStore(path: session.settings.progressPath)
    let given = session.settings.seed
    let chosen = given == Settings.standardSeed ? nil : given
    let own = LessonCommand.seed(&store)
    let found = Self.place(of: exercise, near: near)
    self.init(
      found?.lesson ?? Lesson(of: exercise), seed: chosen, own: own, in: session,
      store: found == nil ? ProgressStore(path: nil) : store)
    (place, isInCells) = (found?.place ?? 0, true)
  }

  /// The lesson that has an exercise, and the index of its step: one of the program's, or one in the
  /// current folder.
  private static func place(
    of exercise: Exercise, near: Lesson?
  ) -> (lesson: Lesson, place: Int)? {
    func found(in lesson: Lesson) -> (lesson: Lesson, place: Int)? {
      lesson.steps.firstIndex { $0.exercise?.source == exercise.source }.map { (lesson, $0) }
    }
    if let near, let found = found(in: near) { return found }
    let own = ((try? LessonFiles.entries(of: ".")) ?? []).filter { $0.hasSuffix(".md") }
    for file in ((try? LessonLibrary.files()) ?? []) + own {
      guard let text = try? LessonReader.text(of: file), text.contains(exercise.source),
        let found = found(in: LessonReader.read(text, file: file).lesson)
      else { continue }
      return found
    }
    return nil
  }

  /// Whether the question waits for an answer or for cells.
  var isOpen: Bool { state == .answering || state == .reaching }

  /// Whether the question waits for cells that reach a goal.
  var isOpenGoal: Bool { state == .reaching }

  /// Whether a cell belongs to a later step of the lesson, and isn't a solution of this one.
  func isOfLaterStep(_ cell: String) -> Bool {
    let text = cell.trimmingSpaces()
    guard posed?.solution.contains(text) != true else { return false }
    return lesson.steps[(place + 1)...].contains { step in
      step.cells.contains { $0.source.trimmingSpaces() == text }
    }
  }

  /// Handles an answer or a key.
  mutating func takeReply(_ line: String) {
    let word = line.trimmingSpaces()
    switch word.lowercased() {
    case "": showHowToAnswer()
    case "hint" where isOpen: hint()
    case "skip" where isOpen: skip()
    case "again":
      record.draw[step.name, default: 0] += drawsToOtherNumbers
      if step.exercise?.isGoal == true, let start = question?.start { session = audible(start) }
      asksAnew = true
      do { try pose() } catch { show(Failure(error).output) }
      showCellKeys()
    case _ where state == .answering: answer(word)
    case _ where state == .reaching: reach(line)
    default: show("This question has been answered. " + .name("again") + " asks it anew.")
    }
  }

  /// Shows what a learner can type where the front end asks.
  mutating func showCellKeys() {
    guard isOpen else { return }
    show(
      keys.map { .name($0) }.joined(" · ")
        + .faint(" · enter alone leaves the question open, for a later cell"), hang: 2)
  }

  /// Says how to answer in a cell.
  mutating func showHowToAnswer() {
    guard isOpen else { return }
    let answer: Text =
      isOpenGoal
      ? .faint("The cells that you run next are checked; ")
      : .faint("To answer, run ") + .name("answer …") + .faint(" as a cell; ")
    let isKnown = store.path != nil
    show(
      answer + .name("hint") + .faint(", ") + .name("skip") + .faint(" and ") + .name("again")
        + .faint(" are cells too.")
        + .faint(isKnown ? "" : " No lesson here has this question, so the answer isn't kept."),
      indent: 2, hang: 2)
  }

  /// Leaves a goal that wasn't reached: the lesson continues from its own solution.
  mutating func settle() {
    settleGoal(announces: true)
    state = .finished
  }

  /// Marks the lesson as finished if the learner has answered or skipped every exercise.
  ///
  /// - Returns: whether it wasn't finished before.
  mutating func finishInCells() -> Bool {
    (record.step, record.index) = (step.name, place)
    let isDone = lesson.steps.allSatisfy { $0.exercise == nil || record.done.contains($0.name) }
    guard isDone, store.path != nil, !record.isFinished || record.isRetaken else { return false }
    record.done = lesson.steps.map(\.name)
    (record.isFinished, record.isRetaken) = (true, false)
    return true
  }
}

extension Lesson {
  /// A lesson of one exercise, which no file has.
  fileprivate init(of exercise: Exercise) {
    self.init(file: "", name: exercise.name, title: exercise.name)
    steps = [LessonStep(heading: exercise.name, name: exercise.name, line: 1, exercise: exercise)]
  }
}
