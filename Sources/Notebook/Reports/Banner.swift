import Networks

/// What stands above the first prompt: what is loaded, and the doors that lead on.
public struct Banner {
  /// A way to begin.
  struct Door {
    /// What to type.
    var command: String
    /// Where it leads.
    var words: String
  }

  /// The lines.
  public let output: Output

  /// The banner of a session that begins.
  public init(_ session: Session) {
    var output = Output()
    var line: Text = .strong("AlexNet notebook") + .spaces(4) + .name(session.network.name)
    if let summary = try? Summary(session.network) {
      line +=
        " · \(NumberFormat.grouped(summary.parameters)) parameters · "
        + "\(NumberFormat.engineering(Double(summary.multiplyAdds), unit: "multiply-adds"))"
    }
    output.line(line, hang: 4)
    output.line(
      .faint("image: \(session.picture.name) · weights: untrained, seed \(session.settings.seed)"),
      hang: 4)
    output.blank()
    let doors = Self.doors(session)
    let width = (doors.map { displayWidth($0.command) }.max() ?? 0) + 3
    for door in doors {
      output.line(
        .name(door.command) + .spaces(width - displayWidth(door.command)) + Text(door.words),
        indent: 2, hang: 2 + width)
    }
    output.blank()
    output.line(
      "Type " + .name("next") + " to run the first layer, " + .name("help") + " for everything.",
      hang: 4)
    output.blank()
    self.output = output
  }

  /// The doors, in the order in which they are shown.
  static func doors(_ session: Session) -> [Door] {
    [
      LessonDoor(ProgressStore(path: session.settings.progressPath).progress).door,
      Door(command: "image photo.jpg", words: "an image of your own; then next, or forward"),
      Door(command: "load trained", words: "a network trained on CIFAR-10, to look inside"),
    ]
  }
}

/// The door to the lessons: where the learner was, or what comes next.
struct LessonDoor {
  private let progress: LessonProgress

  init(_ progress: LessonProgress) { self.progress = progress }

  /// What to type, and what it opens.
  var door: Banner.Door {
    guard let lessons = try? LessonLibrary.files().map({ Lesson(named: $0) }), !lessons.isEmpty
    else {
      return Banner.Door(command: "lesson FILE.md", words: "a lesson of a file")
    }
    if let last = lessons.first(where: { $0.name == progress.last }), let door = begun(last) {
      return door
    }
    let next = lessons.first { progress.lessons[$0.name]?.isFinished != true }
    guard let next else {
      return Banner.Door(command: "lesson", words: "all \(lessons.count) lessons are done")
    }
    if let door = begun(next) { return door }
    if progress.lessons.isEmpty {
      return Banner.Door(
        command: next.command, words: "the first of \(lessons.count) lessons: learn step by step")
    }
    let title = (try? LessonLibrary.open(next.file))?.title ?? next.name
    return Banner.Door(command: next.command, words: "the next lesson: \(title)")
  }

  /// The door to a lesson that was begun; nil where it was not, or is done.
  private func begun(_ lesson: Lesson) -> Banner.Door? {
    guard let record = progress.lessons[lesson.name], !record.step.isEmpty,
      !record.isFinished || record.isRetaken
    else { return nil }
    return Banner.Door(
      command: lesson.command, words: "you were at \(lesson.call), step \(record.index + 1)")
  }
}
