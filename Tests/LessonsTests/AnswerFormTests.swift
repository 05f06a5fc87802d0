import Testing

@testable import Cells
@testable import Lessons
@testable import Notebook

/// The forms in which people write answers, for each kind of answer that a question may expect.
@Suite struct AnswerFormTests {
  typealias Expected = AnswerTests.Expected

  /// The lines of a question, and answers with the expected verdicts.
  struct Row: Sendable {
    var question = "What?"
    var lines: String
    var answers: [(String, Expected)]
  }

  static let rows: [Row] = [
    // Lists, with every separator that people use.
    Row(
      lines: "answer: [0, 47]\nmistake: [0, 95] => all",
      answers: [
        ("0,47", .right), ("0, 47", .right), ("[0, 47]", .right), ("(0,47)", .right),
        ("0 47", .right), ("0;47", .right), ("0 and 47", .right), ("0…47", .right),
        ("0,95", .mistake("all")), ("0...95", .mistake("all")),
        ("0, 47, 95", .unreadable("these are three")),
        ("from 0 to 47", .right), ("first 0, last 47", .right), ("first = 0, last = 47", .right),
        ("[first, last] = [0, 47]", .right), ("a lot", .unreadable("type two numbers")),
        ("47", .unreadable("two numbers are wanted")), ("0..<48", .right), ("[0, 48 - 1]", .right),
        ("[0, 47", .unreadable("never closed")),
      ]),
    Row(lines: "answer: [192, 383]\nmistake: [0, 1] => x", answers: [("192,383", .right)]),
    Row(
      lines: "answer: [3, 101, 128]\nmistake: [3, 100, 127] => all",
      answers: [
        ("3,101,128", .right), ("3, 101 and 128", .right), ("3,100,127", .mistake("all")),
        ("3 x 101 x 128", .right), ("3×101×128", .right),
      ]),
    Row(
      question: "Which rows?", lines: "answer: [84, 94]\nmistake: [84, 95] => 12 rows",
      answers: [
        ("84 to 94", .right), ("84...94", .right), ("84–94", .right), ("84 – 94", .right),
        ("84-94", .right), ("84 94", .right), ("84..94", .right), ("84 through 94", .right),
        ("21*4, 21*4+10", .right), ("21*4, 21*4+11", .mistake("12 rows")),
        ("rows 84 to 94", .right), ("84 to 94 rows", .right), ("84–95", .mistake("12 rows")),
        ("84\u{A0}94", .right), ("84, 94.", .right),
      ]),
    Row(
      lines: "answer: [24, 12, 6]\nmistake: [24, 12, 5] => x",
      answers: [("24 12 6", .right), ("24, 12, 6", .right), ("24\t12\t6", .right)]),
    Row(lines: "answer: [140, 150]\nmistake: [1, 2] => x", answers: [("140…150", .right)]),
    Row(
      lines: "answer: [1024, 2048]\nmistake: [1, 2] => x",
      answers: [("1,024, 2,048", .right), ("1,024 2,048", .right), ("1024,2048", .right)]),
    Row(lines: "answer: [-3, -1]\nmistake: [1, 2] => x", answers: [("-3, -1", .right)]),
    // Whole numbers.
    Row(
      lines: "answer: 12288\nunit: numbers\nmistake: 4096 => one channel",
      answers: [
        ("12288.", .right), ("= 12288", .right), ("64*64*3 = 12288", .right), ("12288 =", .right),
        ("12 288", .right), ("12\u{2009}288", .right), ("12\u{A0}288", .right),
        ("12\u{202F}288", .right), ("12,288", .right), ("12'288", .right), ("12288 number", .right),
        ("12288 numbers", .right), ("12,288 Numbers", .right), ("64 x 64 x 3", .right),
        ("12.288", .close("write 12288")), ("12 288 * 1", .right), ("≈ 12288", .right),
        ("`64 * 64 * 3`", .right), ("a lot", .unreadable("type a number or an expression")),
        ("many, many", .unreadable("type a number or an expression")),
        ("12288 bananas", .unreadable("bananas")), ("64 *", .unreadable("missing after")),
        ("4,096", .mistake("one channel")), ("64*64 = 4096", .mistake("one channel")),
      ]),
    Row(
      lines: "answer: 58289538\nmistake: 1 => x",
      answers: [
        ("58.289.538", .unreadable("58289538")), ("58,289,538", .right), ("58 289 538", .right),
      ]),
    Row(lines: "answer: 1000000\nmistake: 1 => x", answers: [("1e6", .right), ("10^6", .right)]),
    Row(
      lines: "answer: 1048576\nmistake: 1 => x",
      answers: [
        ("2^20", .right), ("2 ** 20", .right), ("2²⁰", .right), ("1 << 20", .unreadable("")),
      ]),
    Row(
      question: "How many pixel rows are read by no filter?", lines: "answer: 1\nmistake: 2 => x",
      answers: [
        ("1 row", .right), ("1 rows", .right), ("1 row.", .right), ("one", .unreadable("type")),
      ]),
    Row(
      question: "Which byte of the image was that?", lines: "answer: 215\nmistake: 2 => two",
      answers: [("byte 215", .right), ("Byte 215.", .right), ("byte 2", .mistake("two"))]),
    Row(
      question: "Which convolution has filters of the wrong depth: 2, 3, 4 or 5?",
      lines: "answer: 2\nmistake: 3 => no",
      answers: [
        ("conv2", .right), ("conv 2", .right), ("Conv2", .right), ("conv3", .mistake("no")),
        ("norm2", .unreadable("a number")),
      ]),
    Row(
      question: "How wide is it in pixels?",
      lines: "answer: 614.4\ntolerance: 1\nunit: pixels\nmistake: 256 => square",
      answers: [
        ("614px", .right), ("614 px", .right), ("614 pixels", .right), ("614 pixel", .right),
        ("256 px", .mistake("square")), ("1024 * 256 / (800 / 2 + 80 / 3)", .right),
      ]),
    // Numbers with a tolerance.
    Row(
      lines: "answer: 2.5\ntolerance: 0.01\nmistake: 1 => x",
      answers: [
        ("2,5", .unreadable("2.5")), ("2.5", .right), ("5/2", .right), ("2½", .unreadable("")),
      ]),
    Row(
      lines: "answer: 0.5\ntolerance: 0.01\nmistake: 1 => x",
      answers: [
        (".5", .right), ("½", .right), ("50%", .right), ("50 percent", .right),
        ("0,5", .unreadable("0.5")),
        ("-.5", .wrong), ("1 * .5", .right),
      ]),
    Row(
      lines: "answer: 2.146\ntolerance: 0.001\nmistake: 1 => x",
      answers: [
        ("2,146", .close("write 2.146")), ("2,147", .close("write 2.147")),
        ("2,5", .unreadable("2.5")),
      ]),
    Row(
      lines: "answer: 0.9856\ntolerance: 0.005\nunit: %\nmistake: 0.009856 => times 100",
      answers: [
        ("0.99 percent", .right), ("0.99%", .right), ("0.99 %", .right), ("0.99", .right),
        ("0.009856", .mistake("times 100")), ("0.99 per cent", .right),
      ]),
    Row(
      lines: "answer: 0.5\ntolerance: 1%\nunit: points\nmistake: 1 => x",
      answers: [("0.5 points", .right), ("0.5%", .right), ("0.5 percentage points", .right)]),
    Row(
      question: "How many MB are that, at 4 bytes each?",
      lines: "answer: 222.5\ntolerance: 0.1%\nunit: MB\nmistake: 233 => millions",
      answers: [
        ("222.5 MB", .right), ("222.5 MiB", .right), ("222.5MB", .right),
        ("222.5 bytes", .unreadable("answer in MB")), ("222.5 KB", .unreadable("answer in MB")),
      ]),
    Row(
      lines: "answer: 6.907755\ntolerance: 0.01\nunit: nats\nmistake: 3 => base 10",
      answers: [
        ("ln 1000", .right), ("ln(1000)", .right), ("log(1000)", .right), ("-ln 0.001", .right),
        ("−ln(1/1000)", .right), ("ln 1000 nats", .right), ("3", .mistake("base 10")),
        ("ln(1000) bits", .unreadable("answer in nats")),
      ]),
    Row(
      lines: "answer: 1.7732\ntolerance: 0.1%\nmistake: 1 => x",
      answers: [
        ("2.146196 ** .75", .right), ("2.146196^.75", .right), ("2.146196 ** 0.75", .right),
      ]),
    Row(
      lines: "answer: 7.389\ntolerance: 0.1%\nmistake: 1 => x",
      answers: [("e^2", .right), ("e²", .right), ("exp 2", .right), ("exp(2)", .right)]),
    // Nearly right.
    Row(
      lines: "answer: 132.32\ntolerance: 0.01\nmistake: 150.99 => blue's\nmistake: 255 => a byte",
      answers: [
        ("132.3", .close("lose: to within 0.01")), ("132", .close("lose: to within 0.01")),
        ("132.32", .right), ("150.99", .mistake("blue's")), ("133", .wrong), ("140", .wrong),
      ]),
    Row(
      lines: "answer: 0.985\ntolerance: 2%\nmistake: 1 => ReLU\nmistake: 0.5 => half",
      answers: [("0.98", .right), ("1", .right), ("0.5", .mistake("half"))]),
    Row(
      lines: "answer: 0.985\ntolerance: 1%\nmistake: 1 => ReLU\nmistake: 0 => none",
      answers: [("1", .close("within 1%")), ("0", .mistake("none")), ("1.1", .wrong)]),
    Row(
      lines: "answer: 746.956\ntolerance: 5%\nmistake: 1 => x",
      answers: [("0.0746956/0.000104037", .right), ("0.0746956 / 0.0001", .right)]),
    // Other kinds.
    Row(
      lines: "answer: 1 < 2\nmistake: 1 > 2 => turned",
      answers: [
        ("Yes.", .right), ("y", .right), ("n", .mistake("turned")), ("5", .unreadable("yes or no")),
        ("maybe", .unreadable("yes or no")),
      ]),
    Row(
      lines: "answer: norm1\nmistake: norm2 => second",
      answers: [
        ("norm 1", .right), ("NORM1", .right), ("norm2.", .mistake("second")),
        ("7", .unreadable("the name of a layer")),
      ]),
    Row(
      lines: "right: k = 2 => yes\noption: k = 1 => no",
      answers: [
        ("k = 2", .right), ("k=1.", .mistake("no")),
        ("option z", .unreadable("isn't one of the options")),
      ]),
  ]

  @Test(arguments: rows.indices)
  func judges(_ index: Int) throws {
    let row = Self.rows[index]
    let posed = try AnswerTests.posed(row.lines, question: row.question)
    for (answer, expected) in row.answers {
      try AnswerTests.expect(expected, of: answer, to: posed)
    }
  }

  /// An answer may not read the element asked for, however it is wrapped, but may read what it is
  /// computed from.
  static let readings: [(String, Expected)] = [
    ("conv1[5, 10, 3]", .readOff), ("(conv1[5, 10, 3])", .readOff),
    ("max(conv1[5, 10, 3])", .readOff), ("conv1.output[0, 5, 10, 3]", .readOff),
    ("let a = conv1[5, 10, 3]; a", .readOff), ("conv1[5, 10, 3] + 0", .readOff),
    ("= conv1[5, 10, 3]", .readOff), ("pool1.input[0, 5, 10, 3]", .readOff),
    ("pool1[5, 10, 3]", .readOff), ("conv1[5, 10, 3", .unreadable("never closed")),
    ("(input[0, 0...2, 8...12, 1...5] * conv1.weight[5]).sum + conv1.bias[5]", .right),
    ("conv1.shape[0] * 1e6", .wrong),
  ]

  @Test(arguments: readings.indices)
  func readsOff(_ index: Int) throws {
    let (answer, expected) = Self.readings[index]
    var session = Session(host: QuietHost())
    _ = session.run("network cuda-convnet-26")
    let posed = try AnswerTests.posed(
      "answer: conv1[5, 10, 3]\nasks: conv1[{5}, 10, 3]\ntolerance: 0.5%\nmistake: 1e9 => x",
      in: session)
    try AnswerTests.expect(expected, of: answer, to: posed, in: session)
  }

  /// Reading a gradient that wasn't computed yet is detected too.
  @Test func readsOffAGradient() throws {
    let posed = try AnswerTests.posed(
      "answer: 0.25\nasks: fc8.gradient[0, 3]\ntolerance: 0.1%\nmistake: 1 => x")
    try AnswerTests.expect(.readOff, of: "fc8.gradient[0, 3]", to: posed)
    try AnswerTests.expect(.readOff, of: "relu7.gradient.sum", to: posed)
    try AnswerTests.expect(.right, of: "1/4", to: posed)
  }

  @Test func rejectsAsksThatReadNothing() throws {
    #expect(throws: LessonProblem.self) {
      try AnswerTests.posed("answer: 1\nasks: 5 + 3\nmistake: 2 => x")
    }
  }

  /// The remark printed below the question, and the answer as `skip` shows it: both in the expected
  /// form.
  @Test(arguments: [
    ("What?", "answer: 55", "a whole number", "55"),
    ("What?", "answer: 12288\nunit: pixels", "a whole number, in pixels", "12,288 pixels"),
    ("How many pixels?", "answer: 55\nunit: pixels", "a whole number", "55 pixels"),
    ("What?", "answer: [3, 8]", "two numbers, such as 3, 7", "3, 8"),
    ("What?", "answer: [3, 7]", "two numbers, such as 4, 8", "3, 7"),
    ("Answer as [first, last].", "answer: [3, 7]", nil, "[3, 7]"),
    ("What is input[0, 1]?", "answer: [3, 8]", "two numbers, such as 3, 7", "3, 8"),
    ("What?", "answer: [1, 2, 3]", "three numbers, such as 3, 7, 11", "1, 2, 3"),
    ("What?", "answer: 132.3196\ntolerance: 0.01", "to within 0.01", "132.32"),
    ("What?", "answer: 132.3196\ntolerance: 1%", "to within 1%", "132"),
    ("What?", "answer: 0.9856\ntolerance: 0.005\nunit: %", "in percent, to within 0.005", "0.99%"),
    ("What percent?", "answer: 1.5\ntolerance: 0.1\nunit: percent", "to within 0.1", "1.5 percent"),
    ("By what factor?", "answer: 2.5\ntolerance: 1%\nunit: times", "to within 1%", "2.5 times"),
    ("What?", "answer: 1 < 2", "yes or no", "yes"),
    ("What?", "answer: norm1", "the name of a layer", "norm1"),
    ("What?", "answer: -0.00108303\ntolerance: 0.000001", "to within 0.000001", "−0.001083"),
  ])
  func remarks(_ question: String, _ lines: String, _ remark: String?, _ answer: String) throws {
    let posed = try AnswerTests.posed(lines + "\nmistake: 99 => x", question: question)
    #expect(posed.formRemark == remark)
    #expect(posed.answerText == answer)
    #expect(try posed.verdict(on: answer, in: Session(host: QuietHost())).isRight)
  }

  /// Excluded values are never drawn, and all others are.
  @Test func drawsWithExceptions() throws {
    let cell = LessonCell(
      source: """
        exercise x
        draw a: 2...6 except 2, 5
        draw b: 1, 3, 4, 6 except a, 1
        question: {a} {b}?
        answer: a
        mistake: 99 => x
        hint: a
        hint: b
        """, line: 1)
    let exercise = try #require(ExerciseReader.read(cell).exercise)
    var session = Session(host: QuietHost())
    var (first, second) = (Set<Int>(), Set<Int>())
    for seed in UInt64(1)...60 {
      let draws = try ExerciseInstance.draws(of: exercise, seed: seed, in: &session).map(\.integer!)
      #expect(draws[0] != draws[1])
      first.insert(draws[0])
      second.insert(draws[1])
    }
    #expect(first == [3, 4, 6])
    #expect(second == [3, 4, 6])
    #expect(throws: LessonProblem.self) {
      try AnswerTests.posed("draw a: 1...2 except 1, 2\nanswer: a\nmistake: 9 => x")
    }
  }
}
