import Cells
import Documents

// Continuing where the learner was.
extension LessonPlayer {
  /// The step nearest to where the learner was, since the lesson may have been edited; nil if it
  /// wasn't begun.
  var resumeIndex: Int? {
    guard !record.step.isEmpty else { return nil }
    if let index = lesson.steps.firstIndex(where: { $0.name == record.step }) { return index }
    // That step no longer exists: take the first one after the last finished step.
    if let last = lesson.steps.lastIndex(where: { record.done.contains($0.name) }) {
      return min(last + 1, lesson.steps.count - 1)
    }
    return min(record.index, lesson.steps.count - 1)
  }

  /// Runs the cells of all steps before this one, then enters it.
  mutating func goOn(at index: Int) {
    let wasEdited =
      record.commands != lesson.commands(before: index)
      || record.step != lesson.steps[index].name
    if wasEdited {
      show(
        .notice("note: ") + "the lesson was edited since; its cells run as they are now.",
        hang: 6)
    }
    starts = []
    var quiet = Session.ofLesson(
      lesson, LessonHost(host, isQuiet: true), settings: session.settings,
      commands: session.commands, weights: session.weightsForLessons)
    for (number, step) in lesson.steps[..<index].enumerated() {
      host.report(progress: "running step \(number + 1) of \(lesson.steps.count) again")
      starts.append(audible(quiet))
      for cell in commands(of: step, in: quiet) {
        let result = quiet.run(cell)
        if result.failure?.kind == .cancelled {
          host.report(progress: nil)
          host.cancellation.reset()
          (place, state) = (index, .resuming)
          show(.notice("stopped"))
          return showKeys()
        }
      }
    }
    host.report(progress: nil)
    session = audible(quiet)
    enter(index)
  }

  /// The cells that lead past a step, including those that reach its goal.
  private func commands(of step: LessonStep, in session: Session) -> [String] {
    var cells = step.cells.map { session.withoutLongWork($0.source) }
    if case .goal(let goal)? = step.exercise?.form {
      var copy = session
      let posed = try? ExerciseInstance(step.exercise!, seed: drawSeed(of: step), in: &copy)
      cells += posed?.solution ?? goal.solution.map(\.source)
    }
    return cells
  }

  /// A copy of a session whose cells show their output.
  func audible(_ quiet: Session) -> Session {
    var copy = quiet
    copy.host = LessonHost(host)
    return copy
  }
}

// MARK: - A finished lesson

extension LessonPlayer {
  /// Asks whether to review the lesson or start over. Without a prompt it reviews the
  /// lesson, because that loses nothing.
  mutating func reopen() {
    let result = record.best ?? record.result(of: lesson)
    show("You have done this lesson: " + Text(result.words) + ".")
    guard host.isInteractive else { return review() }
    state = .reopening
    showKeys()
  }

  /// Shows the lesson from its first step, with all recorded answers.
  mutating func review() {
    begin()
    enter(0)
  }

  /// Handles the reply to whether to review the lesson.
  mutating func takeReopening(_ word: String) {
    switch word.lowercased() {
    case "", "review", "r", "yes", "y": review()
    case "over", "restart", "start over": startOver()
    case "quit", "exit", "q": leaveUnopened()
    default: showKeys()
    }
  }

  /// Leaves a lesson of which nothing was shown yet.
  mutating func leaveUnopened() {
    state = .ended
    show("\(lesson.call.prefix(1).uppercased() + lesson.call.dropFirst()) is unchanged.")
  }
}

// MARK: - Long-running cells

extension LessonPlayer {
  /// The long-running work in a cell; nil if there is none, or if there is no prompt to ask
  /// at.
  func longWork(of cell: String) -> Work? {
    host.isInteractive ? session.work(of: cell).first(where: \.isLong) : nil
  }

  /// Shows a long-running cell, and asks whether to run it.
  mutating func askBefore(_ cell: String, _ work: Work) {
    echo(cell)
    space()
    show("This cell " + Text(work.words) + ". Run it?")
    state = .consenting
    save()
    showKeys()
  }

  /// Handles the reply to whether to run a cell.
  mutating func takeConsent(_ line: String, _ word: String) {
    switch word.lowercased() {
    case "", "run", "yes", "y":
      guard case .cell(let cell) = step.parts[part] else { return }
      guard runTyped(cell.source) else { return stop() }
      part += 1
      showParts()
    case "skip", "no", "n":
      // Still run the rest of the cell: later steps depend on it.
      guard case .cell(let cell) = step.parts[part] else { return }
      guard runTyped(session.withoutLongWork(cell.source)) else { return stop() }
      part += 1
      showParts()
    case "back": goBack()
    case "quit", "exit", "q": leave()
    case "play": beginPlay()
    case "?", "help", "keys": showKeys()
    default: takeOther(line, word)
    }
  }
}
