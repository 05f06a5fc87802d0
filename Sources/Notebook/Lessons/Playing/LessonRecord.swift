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
  /// Whether the last step was reached.
  var isFinished = false
  /// The cells that lead to the beginning of the step: run again they bring everything back.
  var commands: [String] = []
  /// The seed that its numbers are drawn from.
  var seed: UInt64?
  /// How often the numbers of a step were drawn anew.
  var draw: [String: Int] = [:]
}

/// How far a learner has come in all lessons.
struct LessonProgress: Equatable {
  /// The learner's seed, drawn with the first lesson.
  var seed: UInt64?
  /// Whether an opened lesson asks where to go on.
  var asks = true
  /// The lessons by name.
  var lessons: [String: LessonRecord] = [:]
}
