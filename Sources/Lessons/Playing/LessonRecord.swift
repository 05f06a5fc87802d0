/// A learner's progress in one lesson.
struct LessonRecord: Equatable {
  /// The name of the last step shown; empty before the first.
  var step = ""
  /// The step's index, used if the lesson was edited and no step has that name any more.
  var index = 0
  /// The steps that were answered or read.
  var done: [String] = []
  /// The steps whose answer was shown by `skip`.
  var skipped: [String] = []
  /// The number of hints taken in each step before it was answered.
  var hints: [String: Int] = [:]
  /// The number of wrong answers in each step before it was answered.
  var misses: [String: Int] = [:]
  /// Whether the end was ever reached. Nothing resets this.
  var isFinished = false
  /// Whether the lesson was started over since then, and not finished again.
  var isRetaken = false
  /// The best result so far.
  var best: LessonResult?
  /// The cells that lead to the beginning of the step: running them again restores its state.
  var commands: [String] = []
  /// The seed that the numbers are drawn from.
  var seed: UInt64?
  /// How often each step's numbers were redrawn.
  var draw: [String: Int] = [:]

  /// The result of the current run through the lesson.
  func result(of lesson: Lesson) -> LessonResult {
    let steps = lesson.steps.filter { $0.exercise != nil }.map(\.name)
    return LessonResult(
      answered: steps.count { done.contains($0) && !skipped.contains($0) },
      skipped: steps.count { skipped.contains($0) }, hints: hints.values.reduce(0, +))
  }

  /// Takes over the permanent parts of an earlier record of the same lesson.
  mutating func keep(_ before: LessonRecord?) {
    guard let before else { return }
    isFinished = isFinished || before.isFinished
    best = LessonResult.better(best, before.best)
  }

  /// Resets the record to the first step.
  mutating func startOver(_ lesson: Lesson) {
    var again = LessonRecord(seed: seed, draw: draw)
    (again.isFinished, again.isRetaken) = (isFinished, isFinished)
    again.best = best ?? (isFinished ? result(of: lesson) : nil)
    self = again
  }
}

/// The result of a run through a lesson.
struct LessonResult: Equatable {
  /// The number of exercises answered.
  var answered: Int
  /// The number of exercises skipped.
  var skipped: Int
  /// The number of hints taken.
  var hints: Int

  /// The result with more answers; if equal, the one with fewer hints.
  static func better(_ one: LessonResult?, _ other: LessonResult?) -> LessonResult? {
    guard let one, let other else { return one ?? other }
    return (other.answered, -other.hints) > (one.answered, -one.hints) ? other : one
  }

  /// `9 answered, 1 skipped, 3 hints`.
  var words: String {
    var parts = ["\(answered) answered"]
    if skipped > 0 { parts.append("\(skipped) skipped") }
    if hints > 0 { parts.append("\(hints) hint\(hints == 1 ? "" : "s")") }
    return parts.joined(separator: ", ")
  }
}

/// A learner's progress in all lessons.
struct LessonProgress: Equatable {
  /// The learner's seed, drawn when the first lesson is opened.
  var seed: UInt64?
  /// Whether opening a lesson asks where to continue.
  var asks = true
  /// The name of the lesson opened last.
  var last: String?
  /// The records by lesson name.
  var lessons: [String: LessonRecord] = [:]
}
