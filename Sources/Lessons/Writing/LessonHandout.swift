import Basics
import Cells

/// A lesson as Markdown including its answers, for teachers or for printing.
enum LessonHandout {
  /// The text, with the numbers of one seed.
  ///
  /// - Throws: `LessonProblem` as a `Failure`, or `Cancelled`.
  static func text(of lesson: Lesson, seed: UInt64, in outer: Session) throws -> String {
    var session = Session.ofLesson(
      lesson, LessonHost(outer.host, isQuiet: true), settings: outer.settings,
      commands: outer.commands)
    var text = "# \(lesson.title)\n\n\(lesson.minutes) minutes; numbers of seed \(seed).\n"
    if !lesson.introduction.isEmpty {
      text += "\n" + lesson.introduction.trimmingTrailingSpaces() + "\n"
    }
    for step in lesson.steps {
      text += "\n## \(step.heading)\n"
      for part in step.parts {
        switch part {
        case .prose(let prose, _): text += "\n" + prose.trimmingTrailingSpaces() + "\n"
        case .cell(let cell):
          text += "\n```alexnet\n\(cell.source)\n```\n"
          let result = session.run(cell.source)
          try outer.host.cancellation.check()
          let output = result.output.plainText + (result.failure?.output.plainText ?? "")
          if !output.isEmpty { text += "\n```output\n\(LessonSkeleton.elided(output))\n```\n" }
        }
      }
      guard let exercise = step.exercise else { continue }
      do {
        var warm = session
        let posed = try ExerciseInstance(exercise, seed: seed, in: &warm)
        text += Self.text(of: posed)
        for cell in posed.solution { _ = session.run(cell) }
      } catch let problem as LessonProblem {
        throw problem.failure(in: lesson.file)
      }
    }
    return text
  }

  private static func text(of posed: ExerciseInstance) -> String {
    var text = "\n**Exercise.** \(posed.question)\n"
    if !posed.options.isEmpty { text += "\n" }
    for (index, option) in posed.options.enumerated() {
      text += "\(ExerciseInstance.letter(index)). \(option.text)  \n"
    }
    if posed.exercise.isGoal {
      text += "\n**Answer.**\n\n```alexnet\n\(posed.answerText)\n```\n"
    } else {
      text += "\n**Answer.** \(posed.answerText)"
      if let right = posed.options.first(where: \.isRight) { text += ": \(right.reason)" }
      text += "\n"
    }
    if let after = posed.after { text += "\n\(after)\n" }
    let wrong = posed.mistakes.map { ($0.value.inLesson(isCode: false), $0.diagnosis) }
    let refused = posed.options.filter { !$0.isRight }.map { ($0.text, $0.reason) }
    for (place, mistake) in (wrong + refused).enumerated() {
      let stop = mistake.0.last.map { ".!?".contains($0) } == true ? "" : ":"
      text += (place == 0 ? "\nKnown mistakes:\n\n" : "") + "- \(mistake.0)\(stop) \(mistake.1)\n"
    }
    return text
  }
}
