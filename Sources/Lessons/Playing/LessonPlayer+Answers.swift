import Basics
import Cells
import Documents
import Tensors

// Asking questions, checking answers, giving hints.
extension LessonPlayer {
  /// The seed of a step's numbers. `again` advances to another seed that lessons are verified with,
  /// if the learner's seed is one of those.
  func drawSeed(of step: LessonStep) -> UInt64 {
    let seeds = LessonVerifier.seeds
    let offset = UInt64(record.draw[step.name] ?? 0)
    guard seeds.contains(seed) else { return seed &+ offset }
    return seeds.lowerBound + (seed - seeds.lowerBound + offset) % UInt64(seeds.count)
  }

  /// How many draws to advance until the numbers differ from those just shown.
  var drawsToOtherNumbers: Int {
    guard let exercise = step.exercise, let posed, !posed.draws.isEmpty else { return 1 }
    var copy = question?.warm ?? session
    for ahead in 1..<LessonVerifier.seeds.count {
      var next = self
      next.record.draw[step.name, default: 0] += ahead
      let draws = try? ExerciseInstance.draws(
        of: exercise, seed: next.drawSeed(of: step), in: &copy)
      guard let draws else { break }
      if draws != posed.draws { return ahead }
    }
    return 1
  }

  /// Asks the question of this step, or waits for the learner to continue.
  mutating func ask() {
    guard step.exercise != nil else {
      markDone()
      state = .finished
      return showKeys()
    }
    do {
      try pose()
    } catch is Cancelled {
      session = starts[place]
      state = .stopped
      host.cancellation.reset()
      show(.notice("stopped"))
      return showKeys()
    } catch {
      let failure = (error as? LessonProblem)?.failure(in: lesson.file) ?? Failure(error)
      show(failure.output)
      state = .finished
    }
    showKeys()
  }

  /// Draws the numbers of this step's question and shows it.
  ///
  /// - Throws: `LessonProblem`, or `Cancelled`.
  mutating func pose() throws {
    guard let exercise = step.exercise else { return }
    var warm = session
    let posed = try ExerciseInstance(exercise, seed: drawSeed(of: step), in: &warm)
    question = OpenQuestion(exercise: posed, warm: warm, start: session)
    showQuestion()
    if record.done.contains(step.name), !asksAnew {
      let isSkipped = record.skipped.contains(step.name)
      show(
        .faint("You have \(isSkipped ? "skipped" : "answered") this one: ")
          + .faint(isInCells ? "" : "enter continues, ") + .name("again")
          + .faint(exercise.bindings.isEmpty ? " asks it again." : " asks it with other numbers."),
        indent: 2, hang: 2)
      settleGoal(announces: isInCells)
      state = .finished
      question?.offersSee = posed.see != nil
    } else {
      state = exercise.isGoal ? .reaching : .answering
    }
    asksAnew = false
  }

  mutating func showQuestion() {
    guard let posed else { return }
    let title: String =
      switch posed.kind {
      case .predict: "Predict"
      case .bug: "Find the bug"
      case .goal: "Your turn"
      case .choice, .number, .shape: "Question"
      }
    space()
    show(.strong(title) + "   " + Markdown.sentence(posed.question), indent: 2, hang: 4)
    for (index, option) in posed.options.enumerated() {
      show(
        .name(ExerciseInstance.letter(index)) + "  " + Markdown.sentence(option.text), indent: 4,
        hang: 7)
    }
    if let remark = posed.formRemark { show(.faint(remark), indent: 4, hang: 4) }
    space()
  }

  /// Checks an answer and shows the verdict.
  mutating func answer(_ text: String) {
    guard let question else { return }
    let verdict: Verdict
    do {
      verdict = try question.exercise.verdict(on: text, in: question.warm)
    } catch {
      host.cancellation.reset()
      return show(.notice("stopped"))
    }
    if text.contains("^") {
      show(.faint("At the prompt, write a power with **, as in 2 ** 20."))
    }
    switch verdict {
    case .unreadable(let failure): return show(failure.output)
    case .readOff(let line): return show(Markdown.sentence(line), hang: 2)
    case .close(let line):
      note(attempt: text, isRight: false)
      show(.notice(Markdown.sentence(line).string), hang: 2)
    case .right:
      note(attempt: text, isRight: true)
      succeed()
    case .wrong(let diagnosis):
      note(attempt: text, isRight: false)
      miss("Not quite.", diagnosis)
    }
  }

  /// Counts a miss, and offers a hint after three of them.
  private mutating func miss(_ verdict: String, _ diagnosis: String?) {
    show(.notice(verdict) + (diagnosis.map { " " + Markdown.sentence($0) } ?? ""), hang: 2)
    question?.misses += 1
    if !isAnswered {
      record.misses[step.name, default: 0] += 1
      save()
    }
    guard let question, question.misses % 3 == 0 else { return }
    let (given, count) = (question.hintsGiven, question.exercise.hints.count)
    show(
      given < count
        ? "Three misses: " + .name("hint") + " gives hint \(given + 1) of \(count)."
        : .name("skip") + " shows the answer.", hang: 2)
  }

  /// Runs a cell that may reach the goal.
  mutating func reach(_ cell: String) {
    let before = session
    guard runTyped(cell) else {
      host.cancellation.reset()
      return show(.notice("stopped"))
    }
    judge(cell, before: before)
  }

  /// Checks whether a cell has reached the goal.
  ///
  /// - Parameter before: the session before the cell ran.
  mutating func judge(_ cell: String, before: Session) {
    guard case .goal(let goal)? = posed?.exercise.form else { return }
    question?.cells.append(cell)
    // A cell that only looks at something, or has a typo, doesn't count as an attempt.
    let isLook = !session.differs(from: before)
    let state: GoalCheck.State
    do {
      state = try GoalCheck(goal).state(of: session)
    } catch {
      host.cancellation.reset()
      return show(.notice("stopped"))
    }
    switch state {
    case .reached:
      note(attempt: question?.cells.joined(separator: "\n") ?? cell, isRight: true)
      succeed()
    case .notYet where isLook, .unknown where isLook: break
    case .notYet(let diagnosis?):
      note(attempt: cell, isRight: false)
      miss("Not yet.", diagnosis)
    case .notYet(nil), .unknown: show(.faint("Not there yet."))
    }
  }

  /// Shows the next hint.
  mutating func hint() {
    guard let question else { return }
    let (given, hints) = (question.hintsGiven, question.exercise.hints)
    guard given < hints.count else {
      return show("There are no more hints. " + .name("skip") + " shows the answer.")
    }
    show(
      .faint("Hint \(given + 1) of \(hints.count)   ") + Markdown.sentence(hints[given]), hang: 4)
    self.question?.hintsGiven = given + 1
    self.question?.misses = 0
    guard !isAnswered else { return }
    record.hints[step.name] = max(given + 1, record.hints[step.name] ?? 0)
    save()
  }

  /// Shows the right answer and counts the step as skipped.
  mutating func skip() {
    guard let question else { return }
    let posed = question.exercise
    if !isAnswered, !record.skipped.contains(step.name) { record.skipped.append(step.name) }
    if case .goal = posed.exercise.form {
      session = question.start
      for cell in posed.solution {
        guard run(cell) else {
          session = question.start
          host.cancellation.reset()
          return show(.notice("stopped"))
        }
      }
    } else {
      var text = "The answer is " + .strong(posed.answerText)
      if let right = posed.options.first(where: \.isRight) {
        let stop = right.text.last.map { ".!?".contains($0) } == true ? " " : ". "
        text += ": " + Markdown.sentence(right.text) + Text(stop) + Markdown.sentence(right.reason)
      }
      show(text + (posed.options.isEmpty ? "." : ""), hang: 2)
    }
    follow()
  }

  /// Handles a right answer.
  private mutating func succeed() {
    guard let posed else { return }
    let name = step.name
    record.skipped.removeAll { $0 == name }
    var text: Text = .good("✓ ") + .strong("Right.")
    if let right = posed.options.first(where: \.isRight) {
      text += " " + Markdown.sentence(right.reason)
    } else if case .value(let reference) = posed.exercise.form, reference.tolerance != nil {
      text += " The value is \(posed.valueText)."
    }
    show(text, hang: 2)
    follow()
  }

  /// Shows the explanation, offers the cell that shows more, and lets the learner continue.
  private mutating func follow() {
    guard let posed else { return }
    if let after = posed.after { show(Markdown.sentence(after), indent: 2, hang: 2) }
    settleGoal()
    markDone()
    state = .finished
    question?.offersSee = posed.see != nil
    if posed.exercise.isPrediction, posed.see.flatMap(longWork) == nil { see() }
    let isFinished = isInCells && finishInCells()
    save()
    showKeys()
    if isFinished { showResult() }
  }

  /// Replaces the session by the one that the lesson's own solution leads to, because later steps
  /// are written for it.
  ///
  /// - Parameter announces: whether to name the cells of the solution even if the learner typed none.
  mutating func settleGoal(announces: Bool = false) {
    guard let question, case .goal = question.exercise.exercise.form else { return }
    let solution = question.exercise.solution
    let isTheSame = question.cells == solution
    if !isTheSame, announces || !question.cells.isEmpty {
      let cells = solution.map { Text.name($0) }.joined("; ")
      show(.faint("The lesson continues from: ") + cells, indent: 2, hang: 4)
    }
    guard !isTheSame else { return }
    var quiet = question.start
    quiet.host = LessonHost(host, isQuiet: true)
    for cell in solution { _ = quiet.run(cell) }
    session = audible(quiet)
  }

  /// Runs the offered cell.
  mutating func see() {
    guard let cell = posed?.see else { return }
    question?.offersSee = false
    // It must not change the session that the lesson continues with.
    let before = session
    if !run(cell) {
      host.cancellation.reset()
      show(.notice("stopped"))
    }
    session = before
  }

  /// Whether the question of this step was answered before, not skipped.
  private var isAnswered: Bool {
    record.done.contains(step.name) && !record.skipped.contains(step.name)
  }

  private mutating func markDone() {
    if !record.done.contains(step.name) { record.done.append(step.name) }
  }

  private mutating func note(attempt text: String, isRight: Bool) {
    guard let posed else { return }
    let note = log?.append(
      [
        "lesson": .string(lesson.name), "step": .string(step.name),
        "exercise": .string(posed.exercise.name),
        "seed": .integer(Int(clamping: drawSeed(of: step))),
        "answer": .string(text), "right": .boolean(isRight),
        "hints": .integer(question?.hintsGiven ?? 0),
      ])
    if let note {
      show(.notice("note: ") + Text(note), hang: 6)
      log = nil
    }
  }
}

extension Session {
  /// Whether anything changed that a goal may depend on.
  fileprivate func differs(from before: Session) -> Bool {
    network != before.network || bindings != before.bindings
  }
}

extension Exercise {
  var isGoal: Bool { if case .goal = form { true } else { false } }
}
