/// A way to begin: what to type, and where it leads.
package struct Door {
  /// What to type.
  package var command: String
  /// Where it leads.
  package var words: String

  /// A door.
  package init(command: String, words: String) { (self.command, self.words) = (command, words) }

  /// The door to the lessons: where the learner was, or what comes next.
  package static func toLessons(progressPath: String?) -> Door {
    let progress = ProgressStore(path: progressPath).progress
    guard let lessons = try? LessonLibrary.files().map({ Lesson(named: $0) }), !lessons.isEmpty
    else {
      return Door(command: "lesson FILE.md", words: "a lesson of a file")
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

  /// The door to a lesson that was begun; nil where it was not, or is done.
  private static func begun(_ lesson: Lesson, _ progress: LessonProgress) -> Door? {
    guard let record = progress.lessons[lesson.name], !record.step.isEmpty,
      !record.isFinished || record.isRetaken
    else { return nil }
    return Door(
      command: lesson.command, words: "you were at \(lesson.call), step \(record.index + 1)")
  }
}
