/// How far a learner has come in a lesson.
struct LessonRecord: Equatable {
  /// The name of the step that was shown last; empty before the first.
  var step = ""
  /// Its place among the steps, for where a lesson was edited and no name is left.
  var index = 0
  /// The steps that were answered or read.
  var done: [String] = []
  /// The steps whose answer was asked for.
  var skipped: [String] = []
  /// How many hints each step took before it was answered.
  var hints: [String: Int] = [:]
  /// Whether the end was ever reached: nothing that is done in the lesson later takes it back.
  var isFinished = false
  /// Whether the lesson was started over after that, and its end was not reached again.
  var isRetaken = false
  /// The best that came of it.
  var best: LessonResult?
  /// The cells that lead to the beginning of the step: run again they bring everything back.
  var commands: [String] = []
  /// The seed that its numbers are drawn from.
  var seed: UInt64?
  /// How often the numbers of a step were drawn anew.
  var draw: [String: Int] = [:]

  /// What came of the lesson this time.
  func result(of lesson: Lesson) -> LessonResult {
    let steps = lesson.steps.filter { $0.exercise != nil }.map(\.name)
    return LessonResult(
      answered: steps.count { done.contains($0) && !skipped.contains($0) },
      skipped: steps.count { skipped.contains($0) }, hints: hints.values.reduce(0, +))
  }

  /// Keeps what nothing may take back, of the same lesson as it was known before.
  mutating func keep(_ before: LessonRecord?) {
    guard let before else { return }
    isFinished = isFinished || before.isFinished
    best = LessonResult.better(best, before.best)
  }

  /// The lesson from its first step again.
  mutating func startOver(_ lesson: Lesson) {
    var again = LessonRecord(seed: seed, draw: draw)
    (again.isFinished, again.isRetaken) = (isFinished, isFinished)
    again.best = best ?? (isFinished ? result(of: lesson) : nil)
    self = again
  }
}

/// What came of a lesson.
struct LessonResult: Equatable {
  /// Exercises that were answered.
  var answered: Int
  /// Exercises whose answer was asked for.
  var skipped: Int
  /// Hints that were taken.
  var hints: Int

  /// The one with more answers; of two with as many, the one with fewer hints.
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

/// How far a learner has come in all lessons.
struct LessonProgress: Equatable {
  /// The learner's seed, drawn with the first lesson.
  var seed: UInt64?
  /// Whether an opened lesson asks where to go on.
  var asks = true
  /// The lesson that was taken last.
  var last: String?
  /// The lessons by name.
  var lessons: [String: LessonRecord] = [:]
}
