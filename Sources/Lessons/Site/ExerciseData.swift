import Basics
import Cells
import Documents
import Expressions
import TensorFiles

/// The texts of a page's exercises: each is kept once, and named by its place.
struct PageTexts {
  private(set) var texts: [String] = []
  private var places: [String: Int] = [:]

  /// The place of a text.
  mutating func place(of text: String) -> JSONValue {
    if let place = places[text] { return .integer(place) }
    places[text] = texts.count
    texts.append(text)
    return .integer(texts.count - 1)
  }

  /// The place of a text that may be missing.
  mutating func place(of text: String?) -> JSONValue { text.map { place(of: $0) } ?? .null }
}

/// An exercise with the numbers of every seed, as a page's script reads it.
struct ExerciseData {
  /// The object; `answer`, `question` and the like are places in the page's texts.
  private(set) var json: JSONValue = [:]
  /// The exercise with the numbers of the first seed.
  private(set) var first: ExerciseInstance

  /// What the cell that shows why prints, for an exercise and the session after it.
  typealias Seen = (ExerciseInstance, Session) throws -> String?

  /// Draws the numbers of each seed and computes what depends on them.
  ///
  /// - Parameters:
  ///   - session: the session at this point of the lesson. Layers that are needed run in it.
  ///   - seen: what the cell that shows why prints, as HTML.
  /// - Throws: `LessonProblem`, or `Cancelled`.
  init(
    _ exercise: Exercise, step: String, in session: inout Session, texts: inout PageTexts,
    seen: Seen
  ) throws {
    var (instances, places, seeds) = ([JSONValue](), [String: Int](), [Int]())
    first = try ExerciseInstance(exercise, seed: LessonVerifier.seeds.lowerBound, in: &session)
    for seed in LessonVerifier.seeds {
      try session.host.cancellation.check()
      let posed =
        seed == LessonVerifier.seeds.lowerBound
        ? first : try ExerciseInstance(exercise, seed: seed, in: &session)
      var json = Self.json(of: posed, texts: &texts)
      // The same numbers may be drawn for several seeds.
      let key = JSONValue.object(json).text
      if let place = places[key] {
        seeds.append(place)
        continue
      }
      json.append(.init(name: "seen", value: texts.place(of: try seen(posed, session))))
      if case .goal(let goal) = exercise.form {
        let known = try Self.known(posed, goal, in: session, texts: &texts)
        json.append(.init(name: "known", value: .array(known)))
      }
      places[key] = instances.count
      seeds.append(instances.count)
      instances.append(.object(json))
    }
    let own: [JSONValue.Member] = [
      .init(name: "name", value: .string(exercise.name)), .init(name: "step", value: .string(step)),
      .init(name: "seeds", value: .integers(seeds)),
      .init(name: "instances", value: .array(instances)),
    ]
    json = .object(own + Self.form(of: first, in: session))
  }

  /// What is the same for every seed: the kind of answer, its unit and its tolerance.
  private static func form(of posed: ExerciseInstance, in session: Session) -> [JSONValue.Member] {
    guard case .value(let reference) = posed.exercise.form, let kind = posed.answerKind else {
      return []
    }
    var members: [JSONValue.Member] = [
      .init(name: "unit", value: .optional(reference.unit)),
      .init(name: "tolerance", value: reference.tolerance.map(json) ?? .null),
    ]
    func add(_ name: String, _ value: JSONValue) { members.append(.init(name: name, value: value)) }
    switch kind {
    case .number: add("kind", "number")
    case .list(let count):
      add("kind", "list")
      add("count", .integer(count))
    case .truth: add("kind", "truth")
    case .layer:
      add("kind", "layer")
      add("layers", .array(session.network.layers.map { .string($0.name) }))
    case .word: add("kind", "word")
    }
    return members
  }

  /// What a page knows about cells that a learner may type: how they are judged and what is said. Empty unless
  /// the exercise lists some.
  private static func known(
    _ posed: ExerciseInstance, _ goal: Exercise.Goal, in session: Session, texts: inout PageTexts
  ) throws -> [JSONValue] {
    guard !posed.attempts.isEmpty else { return [] }
    return try ([posed.solution] + posed.attempts).map { cells in
      var (isRight, words) = (false, String?.none)
      switch try GoalCheck(goal).state(after: cells, in: session) {
      case .reached: isRight = true
      case .notYet(let diagnosis): words = diagnosis.map(PageMarkdown.sentence)
      case .unknown(let failure): words = HTML.escaped(failure.message)
      }
      return [
        .array(cells.map { texts.place(of: $0) }), .boolean(isRight), texts.place(of: words),
      ]
    }
  }

  private static func json(of tolerance: Tolerance) -> JSONValue {
    switch tolerance {
    case .absolute(let bound): ["absolute": .number(bound), "text": .string(tolerance.text)]
    case .relative(let share): ["relative": .number(share), "text": .string(tolerance.text)]
    }
  }

  private static func json(
    of posed: ExerciseInstance, texts: inout PageTexts
  ) -> [JSONValue.Member] {
    func sentence(_ text: String?) -> String? { text.map(PageMarkdown.sentence) }
    var members: [JSONValue.Member] = [
      .init(name: "html", value: texts.place(of: sentence(posed.question))),
      .init(name: "hints", value: .array(posed.hints.map { texts.place(of: sentence($0)) })),
      .init(name: "after", value: texts.place(of: sentence(posed.after))),
      .init(name: "see", value: texts.place(of: posed.see)),
      .init(name: "answer", value: texts.place(of: HTML.escaped(posed.answerText))),
      .init(name: "remark", value: texts.place(of: posed.formRemark)),
    ]
    switch posed.exercise.form {
    case .choice:
      let options = posed.options.map { option -> JSONValue in
        [
          texts.place(of: sentence(option.text)), texts.place(of: sentence(option.reason)),
          .boolean(option.isRight),
        ]
      }
      members.append(.init(name: "options", value: .array(options)))
    case .goal:
      members.append(
        .init(name: "solution", value: .array(posed.solution.map { texts.place(of: $0) })))
    case .value:
      // A mistake without a finite value can't be typed.
      let mistakes = posed.mistakes.compactMap { mistake -> JSONValue? in
        json(of: mistake.value).map { [$0, texts.place(of: sentence(mistake.diagnosis))] }
      }
      members += [
        .init(name: "question", value: texts.place(of: posed.question)),
        .init(name: "reference", value: posed.reference.flatMap(json) ?? .null),
        .init(name: "mistakes", value: .array(mistakes)),
        .init(name: "value", value: texts.place(of: HTML.escaped(posed.valueText))),
      ]
    }
    return members
  }

  /// A value as the script compares it; nil if no answer can have it.
  private static func json(of value: Value) -> JSONValue? {
    switch value {
    case .boolean(let truth): return .boolean(truth)
    case .layer(let name): return ["layer": .string(name)]
    case .string(let text): return ["text": .string(text)]
    case .number(let number): return number.value.isFinite ? .number(number.value) : nil
    case .list, .tensor:
      guard let numbers = ExerciseInstance.numbers(value), numbers.allSatisfy(\.isFinite) else {
        return nil
      }
      return .array(numbers.map { .number($0) })
    case .range, .function: return nil
    }
  }
}
