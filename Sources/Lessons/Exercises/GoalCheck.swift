import Basics
import Cells

/// Checks whether a session has reached an exercise's goal.
struct GoalCheck {
  private let goal: Exercise.Goal

  enum State {
    case reached
    /// Not reached; with an explanation if the lesson knows this mistake.
    case notYet(String?)
    /// The goal can't be evaluated, for example because a layer is missing.
    case unknown(Failure)
  }

  init(_ goal: Exercise.Goal) { self.goal = goal }

  /// How far a session has come. The session isn't changed.
  ///
  /// - Throws: `Cancelled`.
  func state(of session: Session) throws -> State {
    var copy = session
    do {
      if try truth(goal.predicate, in: &copy) { return .reached }
    } catch let problem as LessonProblem {
      if let diagnosis = try mistake(in: copy) { return .notYet(diagnosis) }
      return .unknown(Failure(.order, problem.message, hint: problem.hint))
    }
    return .notYet(try mistake(in: copy))
  }

  /// How far a session comes with these cells. The session isn't changed.
  ///
  /// - Throws: `Cancelled`.
  func state(after cells: [String], in session: Session) throws -> State {
    var copy = session
    for cell in cells {
      let result = copy.run(cell)
      try copy.host.cancellation.check()
      if let failure = result.failure { return .unknown(failure) }
    }
    return try state(of: copy)
  }

  /// Whether a predicate holds; nil if it has no value.
  ///
  /// - Throws: `Cancelled`.
  func holds(_ predicate: Exercise.Written, in session: Session) throws -> Bool? {
    var copy = session
    do { return try truth(predicate, in: &copy) } catch is LessonProblem { return nil }
  }

  /// The explanation of a known mistake; nil if it isn't one.
  private func mistake(in session: Session) throws -> String? {
    for mistake in goal.mistakes where try holds(mistake.expression, in: session) == true {
      var copy = session
      return try? mistake.diagnosis.filled { expression, isCode in
        try ExerciseInstance.evaluate(
          .init(text: expression, line: mistake.diagnosis.line), in: &copy
        ).inLesson(isCode: isCode)
      }
    }
    return nil
  }

  private func truth(_ predicate: Exercise.Written, in session: inout Session) throws -> Bool {
    switch try ExerciseInstance.evaluate(predicate, in: &session) {
    case .boolean(let truth): return truth
    case .number(let number): return number.value != 0 && !number.value.isNaN
    case let value:
      throw LessonProblem(
        predicate.line, "\(quoted(predicate.text)) is \(value.sort), not true or false")
    }
  }
}
