import Basics
import Cells
import Expressions
import Tensors

/// An exercise with its numbers drawn for one seed.
struct ExerciseInstance {
  var exercise: Exercise
  /// The values of the drawn and computed names, including `answer`.
  var values: [(name: String, value: Value)] = []
  var question = ""
  /// From a nudge to the full answer.
  var hints: [String] = []
  /// Shown after a right answer.
  var after: String?
  /// A cell that shows why.
  var see: String?
  /// The right answer; nil if the answer isn't a value.
  var reference: Value?
  /// The element that the question asks for, and what computing it reads: an answer may not read
  /// any of that.
  var asked: (text: String, reads: Set<ReadingLog.Read>)?
  var mistakes: [MistakeInstance] = []
  /// The options in the order shown.
  var options: [OptionInstance] = []
  /// The cells that reach the goal.
  var solution: [String] = []
  /// What learners may type to reach the goal, right or wrong, each in one or more cells.
  var attempts: [[String]] = []

  /// A known mistake with its value computed.
  struct MistakeInstance {
    /// The value that the mistake leads to.
    var value: Value
    /// What went wrong.
    var diagnosis: String
    /// The line in the file.
    var line: Int
  }

  /// An option with its text filled in.
  struct OptionInstance {
    var text: String
    /// Why it is right or wrong.
    var reason: String
    var isRight: Bool
    /// The line in the file.
    var line: Int
  }

  /// The kind of question. For a value it is known only once the value is computed.
  var kind: Exercise.Kind {
    if exercise.isPrediction { return .predict }
    if exercise.isBug { return .bug }
    switch exercise.form {
    case .choice: return .choice
    case .goal: return .goal
    case .value:
      if case .list = reference { return .shape }
      return .number
    }
  }

  /// The letter of the option at an index: a for 0.
  static func letter(_ index: Int) -> String {
    String(Character(Unicode.Scalar(97 + UInt8(index))))
  }

  /// Draws the numbers and computes everything that depends on them.
  ///
  /// - Parameters:
  ///   - seed: the learner's seed.
  ///   - session: the session at this point of the lesson. Layers that are needed run in it; names
  ///     that the exercise defines are removed again.
  /// - Throws: `LessonProblem`, or `Cancelled`.
  init(_ exercise: Exercise, seed: UInt64, in session: inout Session) throws {
    self.init(exercise)
    let bindings = session.bindings
    defer { session.bindings = bindings }
    for binding in exercise.bindings { try draw(binding, seed: seed, in: &session) }
    if case .value(let reference) = exercise.form {
      let answer = try Self.evaluate(reference.answer, in: &session)
      try Self.requireComparable(answer, reference)
      self.reference = answer
      try bind("answer", to: answer, line: reference.answer.line, in: &session)
      if let asks = reference.asks { asked = try Self.asked(asks, in: &session) }
      for mistake in reference.mistakes {
        let value = try Self.evaluate(mistake.expression, in: &session)
        let text = try Self.fill(mistake.diagnosis, in: &session)
        mistakes.append(
          MistakeInstance(value: value, diagnosis: text, line: mistake.expression.line))
      }
    }
    if case .choice(let right, let wrong) = exercise.form {
      options = try ([right] + wrong).enumerated().map { place, option in
        OptionInstance(
          text: try Self.fill(option.text, in: &session),
          reason: try Self.fill(option.reason, in: &session), isRight: place == 0,
          line: option.text.line)
      }
      shuffle(seed: seed)
    }
    if case .goal(let goal) = exercise.form {
      solution = try goal.solution.map { try Self.fill($0, in: &session) }
      attempts = try goal.attempts.map { attempt in
        try Self.fill(attempt, in: &session).split(separator: ";").map { $0.trimmingSpaces() }
      }
    }
    question = try Self.fill(exercise.question, in: &session)
    hints = try exercise.hints.map { try Self.fill($0, in: &session) }
    after = try exercise.after.map { try Self.fill($0, in: &session) }
    see = try exercise.see.map { try Self.fill($0, in: &session) }
  }

  private init(_ exercise: Exercise) { self.exercise = exercise }

  /// The numbers that a seed draws for an exercise, without computing the rest.
  ///
  /// - Throws: `LessonProblem`, or `Cancelled`.
  static func draws(
    of exercise: Exercise, seed: UInt64, in session: inout Session
  ) throws -> [Value] {
    var posed = ExerciseInstance(exercise)
    let bindings = session.bindings
    defer { session.bindings = bindings }
    for binding in exercise.bindings { try posed.draw(binding, seed: seed, in: &session) }
    return posed.draws
  }

  /// The drawn numbers, without those computed from them.
  var draws: [Value] {
    zip(exercise.bindings, values).compactMap { binding, value in
      if case .computed = binding.origin { nil } else { value.value }
    }
  }

  /// Shuffles the options, determined by the seed.
  private mutating func shuffle(seed: UInt64) {
    CounterRandom("lesson \(exercise.name) options", seed: seed).shuffle(&options)
  }
}

// MARK: - Values

extension ExerciseInstance {
  private mutating func draw(
    _ binding: Exercise.Binding, seed: UInt64, in session: inout Session
  ) throws {
    let random = CounterRandom("lesson \(exercise.name) \(binding.name)", seed: seed)
    func value(_ text: String) throws -> Value {
      try Self.evaluate(.init(text: text, line: binding.line), in: &session)
    }
    let drawn: Value
    let exceptions = try binding.exceptions.map(value)
    func requireChoice(_ count: Int) throws {
      guard count < 1 else { return }
      throw LessonProblem(binding.line, "the exceptions leave nothing to draw for \(binding.name)")
    }
    switch binding.origin {
    case .computed(let text): drawn = try value(text)
    case .oneOf(let texts):
      let choices =
        exceptions.isEmpty ? texts : try texts.filter { !exceptions.contains(try value($0)) }
      try requireChoice(choices.count)
      drawn = try value(choices[random.below(choices.count, 0)])
    case .range(let first, let last):
      guard let low = try value(first).integer, let high = try value(last).integer, low <= high,
        high - low < 1 << 40
      else {
        throw LessonProblem(
          binding.line, "\(first)...\(last) isn't a range of whole numbers", hint: "draw y: 0...54")
      }
      let gaps = Set(exceptions.compactMap(\.integer).filter { (low...high).contains($0) }).sorted()
      try requireChoice(high - low + 1 - gaps.count)
      var number = low + random.below(high - low + 1 - gaps.count, 0)
      for gap in gaps where gap <= number { number += 1 }
      drawn = Value(number)
    }
    try bind(binding.name, to: drawn, line: binding.line, in: &session)
  }

  private mutating func bind(
    _ name: String, to value: Value, line: Int, in session: inout Session
  ) throws {
    var environment = SessionEnvironment(session)
    let placeholder: Evaluated
    do {
      // The evaluator knows which names may be bound; 0 serves for values that can't be written
      // out.
      placeholder = try Expressions.evaluate("let \(name) = 0", in: &environment)
    } catch let error as ExpressionError {
      throw LessonProblem(line, "\(quoted(name)): \(error.message)", hint: error.hint)
    }
    guard let bound = placeholder.name else {
      throw LessonProblem(line, "\(quoted(name)) isn't a valid name", hint: "draw y: 0...54")
    }
    session.bindings[bound] = value
    values.append((bound, value))
  }

  /// Evaluates an expression of the lesson.
  ///
  /// - Throws: `LessonProblem` at its line, or `Cancelled`.
  static func evaluate(_ written: Exercise.Written, in session: inout Session) throws -> Value {
    do {
      let value = try session.evaluate(written.text).value
      // A tensor of one element counts as a number.
      if case .tensor(let tensor) = value, tensor.count == 1 {
        return Value(Double(tensor.values[0]))
      }
      return value
    } catch let error as ExpressionError {
      throw LessonProblem(
        written.line, "\(quoted(written.text)) has no value: \(error.message)", hint: error.hint)
    }
  }

  /// A text with the expressions in braces replaced by their values.
  private static func fill(_ template: Template, in session: inout Session) throws -> String {
    try template.filled { expression, isCode in
      try evaluate(.init(text: expression, line: template.line), in: &session)
        .inLesson(isCode: isCode)
    }
  }

  /// The element that a question asks for, and what computing it reads.
  private static func asked(
    _ asks: Template, in session: inout Session
  ) throws -> (text: String, reads: Set<ReadingLog.Read>) {
    let text = try fill(asks, in: &session)
    let reads = try ReadingLog.reads(of: text, in: session)
    guard !reads.isEmpty else {
      throw LessonProblem(
        asks.line, "\(quoted(text)) doesn't read a layer", hint: "asks: norm1[{c}, 10, 23]")
    }
    return (text, reads)
  }

  /// Rejects reference values that an answer can't be compared with.
  private static func requireComparable(_ value: Value, _ reference: Exercise.Reference) throws {
    let numbers: [Double]
    switch value {
    case .number(let number): numbers = [number.value]
    case .tensor(let tensor) where tensor.count <= 64: numbers = tensor.values.map(Double.init)
    case .list(let elements) where elements.count <= 64:
      numbers = elements.compactMap(\.double)
      guard numbers.count == elements.count else {
        throw LessonProblem(reference.answer.line, "a list of answers must contain only numbers")
      }
    case .boolean, .string, .layer: numbers = []
    default:
      throw LessonProblem(
        reference.answer.line, "the answer is \(value.sort), which answers can't be compared with")
    }
    guard numbers.allSatisfy(\.isFinite) else {
      throw LessonProblem(reference.answer.line, "the answer isn't a finite number: \(value)")
    }
    guard reference.tolerance != nil || numbers.allSatisfy({ $0 == $0.rounded() }) else {
      throw LessonProblem(
        reference.answer.line, "the answer is \(value), not a whole number, and has no tolerance",
        hint: "tolerance: 0.001, or 0.5%")
    }
  }
}
