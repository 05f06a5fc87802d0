/// A suggestion for how to begin: a command and what it leads to.
package struct Door {
  /// What to type.
  package var command: String
  /// A few words about where the command leads, for people.
  package var words: String

  package init(command: String, words: String) { (self.command, self.words) = (command, words) }

  /// The lesson to suggest: the one the learner was in, or the next one.
  package static func toLessons(progressPath: String?) -> Door {
    let progress = ProgressStore(path: progressPath).progress
    guard let lessons = try? LessonLibrary.files().map({ Lesson(named: $0) }), !lessons.isEmpty
    else {
      return Door(command: "lesson FILE.md", words: "a lesson from a file")
    }
    if let last = lessons.first(where: { $0.name == progress.last }),
      let door = begun(last, progress)
    {
      return door
    }
    let next = lessons.first { progress.lessons[$0.name]?.isFinished != true }
    guard let next else {
      return Door(command: "lesson", words: "all \(lessons.count) lessons are done")
    }
    if let door = begun(next, progress) { return door }
    if progress.lessons.isEmpty {
      return Door(
        command: next.command, words: "the first of \(lessons.count) lessons: learn step by step")
    }
    let title = (try? LessonLibrary.open(next.file))?.title ?? next.name
    return Door(command: next.command, words: "the next lesson: \(title)")
  }

  /// The door to a lesson the learner has begun; nil if it isn't begun or is already done.
  private static func begun(_ lesson: Lesson, _ progress: LessonProgress) -> Door? {
    guard let record = progress.lessons[lesson.name], !record.step.isEmpty,
      !record.isFinished || record.isRetaken
    else { return nil }
    return Door(
      command: lesson.command, words: "you were at \(lesson.call), step \(record.index + 1)")
  }
}
