// Going on where the learner was.
extension LessonPlayer {
  /// The step that is nearest to where the learner was; nil where nothing was begun. A lesson may
  /// have been edited since.
  var resumeIndex: Int? {
    guard !record.step.isEmpty else { return nil }
    if let index = lesson.steps.firstIndex(where: { $0.name == record.step }) { return index }
    // The step is gone: the first one after the last that was finished.
    if let last = lesson.steps.lastIndex(where: { record.done.contains($0.name) }) {
      return min(last + 1, lesson.steps.count - 1)
    }
    return min(record.index, lesson.steps.count - 1)
  }

  /// Runs the cells of all steps before this one, and enters it.
  mutating func goOn(at index: Int) {
    let wasEdited =
      record.commands != lesson.commands(before: index)
      || record.step != lesson.steps[index].name
    if wasEdited {
      show(
        .notice("note: ") + "the lesson was edited since; its cells are run as they are now.",
        hang: 6)
    }
    starts = []
    var quiet = Session.ofLesson(
      LessonHost(host, isQuiet: true), settings: session.settings,
      weights: session.weightsForLessons)
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

  /// The cells that a step leaves behind, those that reach its goal among them.
  private func commands(of step: LessonStep, in session: Session) -> [String] {
    var cells = step.cells.map(\.source)
    if case .goal(let goal)? = step.exercise?.form {
      var copy = session
      let posed = try? PosedExercise(step.exercise!, seed: drawSeed(of: step), in: &copy)
      cells += posed?.solution ?? goal.solution.map(\.source)
    }
    return cells
  }

  /// The session as one whose cells are shown.
  func audible(_ quiet: Session) -> Session {
    var copy = quiet
    copy.host = LessonHost(host)
    return copy
  }
}
