/// The lesson that is open in a session, if there is one.
indirect enum OpenLesson {
  /// None.
  case none
  /// This one.
  case open(LessonPlayer)
}

extension Session {
  /// What stands before the cursor while a lesson is open: `answer> `.
  public var lessonPrompt: String? {
    if case .open(let player) = lesson { player.prompt } else { nil }
  }

  /// Whether the next line goes to a lesson as it stands: an answer or a key, and no cell that might
  /// go over several lines.
  public var takesAnswer: Bool {
    if case .open(let player) = lesson { !player.takesCells } else { false }
  }

  /// The end of the input, where a lesson is open: play ends first, then the lesson.
  ///
  /// - Returns: what is to be shown; nil where no lesson is open.
  public mutating func endOfInput() -> CellResult? {
    guard case .open = lesson else { return nil }
    return runLesson { $0.takeEnd() }
  }

  /// Opens a lesson, and shows its first step or the question where to go on.
  mutating func open(_ player: LessonPlayer, fromStart: Bool) -> Output {
    lesson = .open(player)
    let result = runLesson { $0.open(fromStart: fromStart) }
    shown += result.output.blocks
    return Output(json: result.output.json)
  }

  /// Gives a line to the lesson that is open.
  mutating func runInLesson(_ line: String) -> CellResult { runLesson { $0.take(line) } }

  private mutating func runLesson(_ work: (inout LessonPlayer) -> Void) -> CellResult {
    guard case .open(var player) = lesson else {
      preconditionFailure("A line is given to a lesson only while one is open.")
    }
    lesson = .none
    work(&player)
    if player.state != .ended { lesson = .open(player) }
    let output = Output(player.shown, json: player.json)
    return CellResult(number: cell, output: output, shown: player.shown.count)
  }

  /// The names and cells that may be typed in the lesson that is open.
  func lessonCompletions(_ line: String, cursor: Int) -> [Candidate]? {
    guard case .open(let player) = lesson else { return nil }
    let word = line.trimmingSpaces()
    return player.keys.filter { $0.hasPrefix(word) && !word.isEmpty }.map {
      Candidate(text: $0, terminator: "")
    }
  }

  /// The session that cells of the open lesson run in.
  var lessonSession: Session? {
    guard case .open(let player) = lesson else { return nil }
    return player.play.session.first ?? player.session
  }
}

extension LessonPlayer {
  /// Where the learner is, for programs.
  var json: JSONValue {
    [
      "lesson": .string(lesson.name), "step": .string(step.name), "number": .integer(place + 1),
      "of": .integer(lesson.steps.count), "state": .string(state.rawValue),
      "keys": .array(keys.map { .string($0) }),
      "text": .string(Output(shown).plainText),
    ]
  }
}
