import Testing

@testable import Cells
@testable import Lessons
@testable import Notebook

/// Lesson 2's puzzle, 55 from 224: each attempt that comes close gets an explanation of what is
/// wrong, and no explanation is given for what is right.
@Suite struct PuzzleTests {
  static let cases: [(cells: [String], says: String?)] = [
    ([], ""), (["set conv1.padding 2"], nil), (["set conv1.padding 3"], nil),
    (["set conv1.padding 1"], "a padding of 1 the formula gives 54.75"),
    (["set rounding ceil"], "by rounding up"),
    (["set conv1.padding 1", "set rounding ceil"], "by rounding up"),
    (["set conv1.padding 2", "set rounding ceil"], "The padding is right"),
    (["set conv1.padding 3", "set conv1.rounding ceil"], "The padding is right"),
    (["set conv1.padding 4"], "56 is too many. Use less padding."),
    (["set conv1.padding 5"], "56 is too many. Use less padding."),
    (["set conv1.padding 4", "set rounding ceil"], "57 is too many. Use less padding."),
    (["set conv1.padding 10"], "59 is too many. Use less padding."),
    (["set conv1.stride 2"], "That is stride 2."),
    (["set conv1.stride 3"], ""), (["set conv1.filters 95"], "The filters have changed."),
    (["set conv1.kernel 8"], "The filters have changed."),
    (["set input 227"], "With an input of 227, conv1 gives 55."),
    (["set input 227", "set conv1.padding 2"], "With an input of 227, conv1 gives 56."),
    (["set input 226"], "With an input of 226, conv1 gives 54."),
  ]

  /// - Parameter says: part of the diagnosis; empty for no diagnosis, nil if the goal is reached.
  @Test(arguments: cases)
  func diagnoses(_ cells: [String], _ says: String?) throws {
    let lesson = try LessonLibrary.lesson("2")
    let puzzle = try #require(lesson.exercises.first { $0.name == "puzzle" })
    guard case .goal(let goal) = puzzle.form else { throw Failure(.internal, "no goal") }
    var settings = Settings()
    // Without optimization, the reference engine takes seconds.
    settings.engine = Engines.fastest
    var session = Session(host: QuietHost(), settings: settings)
    for cell in ["set input 224"] + cells { try #require(session.run(cell).failure == nil) }
    switch (try GoalCheck(goal).state(of: session), says) {
    case (.reached, nil): break
    case (.notYet(nil), ""): break
    case (.notYet(let diagnosis?), let says?) where !says.isEmpty:
      #expect(diagnosis.contains(says), "\(diagnosis)")
    case (let state, _): Issue.record("\(state)")
    }
  }
}
