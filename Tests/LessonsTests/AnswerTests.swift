import Testing

@testable import Cells
@testable import Lessons
@testable import Notebook

/// Which answers count as right, as a known mistake, or as not an answer.
@Suite struct AnswerTests {
  enum Expected: Equatable, Sendable {
    case right
    case wrong
    case close(String)
    case readOff
    case mistake(String)
    case unreadable(String)
  }

  static func posed(_ lines: String, question: String = "What?", in session: Session? = nil) throws
    -> ExerciseInstance
  {
    let cell = LessonCell(
      source: "exercise x\nquestion: \(question)\nhint: a\nhint: b\n" + lines, line: 1)
    let (exercise, problems) = ExerciseReader.read(cell)
    if let first = problems.first { throw first }
    var session = session ?? Session(host: QuietHost())
    return try ExerciseInstance(#require(exercise), seed: 1, in: &session)
  }

  static let number = "answer: 55\nmistake: 54 => floor\nunit: values"
  static let real = "answer: 0.587\ntolerance: 0.001\nmistake: 0.5 => half"
  static let share = "answer: 0.94\ntolerance: 1%\nmistake: 0.05 => work"
  static let shape = "answer: [96, 55, 55]\nmistake: [55, 55, 96] => order"
  static let pair = "answer: [27, 27]\nmistake: [28, 28] => ceil"
  static let product = "answer: 729\nmistake: 27 => one side"
  static let big = "answer: 62378344\nmistake: 60965224 => grouped"
  static let truth = "answer: 1 < 2\nmistake: 1 > 2 => turned"
  static let layer = "answer: norm1\nmistake: norm2 => the second"
  static let word = "answer: \"dropout\"\nmistake: \"pooling\" => no"
  static let batch = "answer: [3, 5, 4]\nmistake: [1, 3, 5, 4] => dropped"
  static let choice = "right: one => yes\noption: two => too many"

  static let percent = "answer: 1.5\ntolerance: 0.01\nunit: percent\nmistake: 0.015 => a share"
  static let element = "right: input[0, 2] => yes\noption: input[2, 0] => turned"

  static let cases: [(String, String, Expected)] = [
    (number, "55", .right), (number, " 55 ", .right), (number, "55.0", .right),
    (number, "(227-11)/4+1", .right), (number, "55 values", .right), (number, "5.5e1", .right),
    (number, "conv1.shape[2]", .right), (number, "54", .mistake("floor")), (number, "56", .wrong),
    (number, "nan", .wrong), (number, "inf", .wrong), (number, "1/0", .wrong),
    (number, "55 +", .unreadable("")), (number, "fifty-five", .unreadable("")),
    (number, "[55]", .unreadable("a number is wanted")),
    (number, "why conv1[0, 0, 0]", .unreadable("is a command")), (number, "", .unreadable("")),
    (number, "true", .unreadable("a number is wanted")),
    (real, "0.587", .right), (real, "0.5879", .right), (real, "0.5885", .close("within 0.001")),
    (real, ".587", .right), (real, "0,587", .unreadable("with a point")),
    (real, "0.5", .mistake("half")), (real, "0.5004", .mistake("half")),
    (real, "58.7%", .right), (share, "94%", .right), (share, "0.935", .right),
    (share, "0.05", .mistake("work")), (share, "0.9", .close("within 1%")), (share, "0.8", .wrong),
    (shape, "[96,55,55]", .right), (shape, "96, 55, 55", .right), (shape, "96 x 55 x 55", .right),
    (shape, "96×55×55", .right), (shape, "conv1.shape", .right),
    (shape, "[55, 55, 96]", .mistake("order")),
    // As many numbers as are wanted, no more and no fewer.
    (shape, "[1, 96, 55, 55]", .unreadable("three numbers are wanted, but these are four")),
    (shape, "1, 96, 55, 55", .unreadable("three numbers are wanted, but these are four")),
    (shape, "96, 55, 55, 1", .unreadable("these are four")),
    (shape, "96 x 55 x 55 x 55", .unreadable("these are four")),
    (shape, "96, 55, 55, 55, 55", .unreadable("these are five")),
    (shape, "[96, 55]", .unreadable("three numbers are wanted, but these are two")),
    (shape, "[96]", .unreadable("three numbers are wanted, but this is one")),
    (pair, "1, 27, 27", .unreadable("two numbers are wanted, but these are three")),
    (number, "1, 55", .unreadable("")), (number, "[1, 55]", .unreadable("a number is wanted")),
    (shape, "96", .unreadable("three numbers are wanted, but this is a number")),
    (pair, "27 x 27", .right), (pair, "27*27", .unreadable("two numbers are wanted")),
    (pair, "28 x 28", .mistake("ceil")),
    (product, "27 x 27", .right), (product, "27 * 27", .right),
    (product, "27", .mistake("one side")),
    (big, "62,378,344", .right), (big, "62378344", .right),
    (big, "60,965,224", .mistake("grouped")),
    (truth, "yes", .right), (truth, "true", .right), (truth, "no", .mistake("turned")),
    (layer, "norm1", .right), (layer, "norm2", .mistake("the second")), (layer, "pool1", .wrong),
    (word, "dropout", .right), (word, "Dropout", .right), (word, "\"dropout\"", .right),
    (word, "pooling", .mistake("no")), (word, "relu", .wrong),
    (batch, "[3, 5, 4]", .right), (batch, "[1, 3, 5, 4]", .mistake("dropped")),
    (batch, "1, 3, 5, 4", .mistake("dropped")), (batch, "1, 1, 3, 5, 4", .unreadable("are five")),
    (choice, "one", .right), (choice, "two", .mistake("too many")),
    (choice, "c", .unreadable("isn't one of the options")),
    (choice, "", .unreadable("a letter from a to b")),
    (percent, "1.5", .right), (percent, "1.5%", .right), (percent, "1.5 percent", .right),
    (percent, "0.015", .mistake("a share")), (shape, "(96, 55, 55)", .right),
    (shape, "(55,55,96)", .mistake("order")), (number, "(227-11)/(2+2)+1", .right),
    (number, "55 - 2e-6", .right), (number, "55 - 2e-4", .wrong),
    (element, "input[0,2]", .right), (element, "INPUT[2, 0]", .mistake("turned")),
  ]

  @Test(arguments: cases.indices)
  func judges(_ index: Int) throws {
    let (lines, answer, expected) = Self.cases[index]
    try Self.expect(expected, of: answer, to: Self.posed(lines))
  }

  static func expect(
    _ expected: Expected, of answer: String, to posed: ExerciseInstance,
    in session: Session = Session(host: QuietHost())
  ) throws {
    switch try posed.verdict(on: answer, in: session) {
    case .right: #expect(expected == .right, "\(answer)")
    case .wrong(nil): #expect(expected == .wrong, "\(answer)")
    case .wrong(let diagnosis?): #expect(expected == .mistake(diagnosis), "\(answer)")
    case .readOff: #expect(expected == .readOff, "\(answer)")
    case .close(let line):
      guard case .close(let part) = expected else {
        Issue.record("\(answer): \(line)")
        return
      }
      #expect(line.contains(part), "\(answer): \(line)")
    case .unreadable(let failure):
      guard case .unreadable(let part) = expected else {
        Issue.record("\(answer): \(failure.message)")
        return
      }
      let text = failure.message + "; " + (failure.hint ?? "")
      #expect(text.contains(part) || part.isEmpty, "\(answer): \(text)")
    }
  }

  /// Letters refer to the options in the order shown, which depends on the seed.
  @Test func optionsAreOrderedByTheSeed() throws {
    let cell = LessonCell(
      source: """
        exercise x
        question: What?
        hint: a
        hint: b
        right: one => yes
        option: two => 2
        option: three => 3
        option: four => 4
        """, line: 1)
    let exercise = try #require(ExerciseReader.read(cell).exercise)
    var orders: Set<[String]> = []
    var session = Session(host: QuietHost())
    for seed in LessonVerifier.seeds {
      let posed = try ExerciseInstance(exercise, seed: seed, in: &session)
      orders.insert(posed.options.map(\.text))
      #expect(Set(posed.options.map(\.text)).count == 4)
      #expect(try posed.verdict(on: posed.answerText, in: session).isRight)
      #expect(try posed.verdict(on: posed.answerText.uppercased() + ")", in: session).isRight)
    }
    #expect(orders.count > 5)
  }

  @Test func numbersAreDrawnFromTheSeed() throws {
    let exercise = try #require(try LessonFixture.lesson().exercises.first)
    var session = Session(host: QuietHost())
    var questions: Set<String> = []
    for seed in LessonVerifier.seeds {
      let posed = try ExerciseInstance(exercise, seed: seed, in: &session)
      let again = try ExerciseInstance(exercise, seed: seed, in: &session)
      #expect(posed.question == again.question)
      #expect(!posed.question.contains("{"))
      questions.insert(posed.question)
    }
    #expect(questions.count > 5)
    #expect(session.bindings.isEmpty)
  }

  /// A very long answer is rejected immediately.
  @Test func aMegabyteIsTooLong() throws {
    let posed = try Self.posed(Self.number)
    let text = String(repeating: "5", count: 1 << 20)
    guard
      case .unreadable(let failure) = try posed.verdict(on: text, in: Session(host: QuietHost()))
    else {
      Issue.record("it was accepted")
      return
    }
    #expect(failure.message.contains("1,048,576"))
  }

  @Test(arguments: [
    ("answer: 1 / 3\nmistake: 1 => x", "tolerance"), ("answer: nan\nmistake: 1 => x", "finite"),
    ("answer: conv9\nmistake: 1 => x", "conv9"),
    ("answer: conv1.output\nmistake: 1 => x", "compare"),
    ("answer: 1\nmistake: 1 + => x", "no value"),
    ("draw conv1: 1...2\nanswer: 1\nmistake: 2 => x", "conv1"),
    ("draw y: 5...2\nanswer: 1\nmistake: 2 => x", "isn't a range"),
    ("draw y: 0...1 / 3\nanswer: 1\nmistake: 2 => x", "isn't a range"),
    ("let next = 1\nanswer: 1\nmistake: 2 => x", "next"),
  ])
  func isNotPosed(_ lines: String, _ says: String) throws {
    do {
      _ = try Self.posed(lines)
      Issue.record("it was posed")
    } catch let problem as LessonProblem {
      #expect(problem.message.contains(says), "\(problem.message)")
      #expect(problem.line >= 5)
    }
  }
}
