import Foundation
import Testing

@testable import Cells
@testable import Documents
@testable import Lessons
@testable import Notebook

/// The verifier finds planted mistakes and names their line, and finds nothing in a lesson that
/// works.
@Suite struct LessonVerifierTests {
  static func problems(of text: String) throws -> [LessonProblem] {
    try LessonFixture.withFile(text) { file in
      var verifier = LessonVerifier(
        host: QuietHost(), settings: Settings(), commands: .notebook)
      return try verifier.verify(file).problems
    }
  }

  @Test func aLessonThatWorks() throws {
    #expect(try Self.problems(of: LessonFixture.text) == [])
    try LessonFixture.withFile { file in
      var verifier = LessonVerifier(
        host: QuietHost(), settings: Settings(), commands: .notebook)
      let report = try verifier.verify(file)
      #expect(report.kinds == [.number: 1, .predict: 1, .shape: 1, .choice: 1, .goal: 1])
      #expect(report.cells == 1)
    }
  }

  @Test func theSkeletonWorks() throws {
    #expect(try Self.problems(of: LessonSkeleton.text(title: "New")) == [])
  }

  /// The planted mistakes: text and its replacement, the line that must be named, and the message.
  static let planted: [(String, String, at: String, says: String)] = [
    // A wrong answer: for a value, the mistake that now has the same value; for a cell, its output.
    ("side = 55\n", "side = 56\n", "side = 56", "expected ‘side = 56’, got ‘side = 55’"),
    ("answer: [3, 227, 227]", "answer: [227, 227, 3]", "mistake: [227", "passes as the answer"),
    ("tolerance: 1%", "tolerance: 0.000001%", "exercise share", "is not accepted"),
    ("solution: set conv1.stride 2", "solution: set conv1.stride 3", "goal:", "does not reach"),
    ("goal: conv1.shape[2] == 109", "goal: conv1.shape[2] > 1", "goal:", "holds before"),
    (
      "solution: set conv1.stride 2", "solution: set conv1.stride 2\ntry: set conv1.stride 3",
      "try:", "neither reaches"
    ),
    ("solution: set conv1.stride 2", "solution: set conv1.strid 2", "solution:", "fails"),
    ("goal: conv1.shape[2] == 109", "goal: conv1.side == 109", "goal:", "no value"),
    // A dead link.
    (
      "[the first step](#a-number)", "[the next](99-nothing.md)", "(99-nothing.md)", "99-nothing.md"
    ),
    ("[the same step](#a-number)", "[the same step](#b-number)", "(#b-number)", "#b-number"),
    ("`conv1`", "`conv9`", "`conv9`", "no layer conv9"),
    ("`conv1`", "![](a.png)", "(a.png)", "no description"),
    // A hint that gives the answer away.
    (
      "hint: By {size} - 11, in steps of {stride}.", "hint: It is {answer}, I think.",
      "hint: It is {answer}, I", "gives the answer"
    ),
    (
      "hint: How far can the window move?", "hint: It is {floor((size - 11) / stride) + 1}.",
      "hint: It is {floor", "gives the answer"
    ),
    ("hint: Colours, rows, columns.", "hint: 3 × 227 × 227.", "hint: 3 ×", "gives the answer"),
    ("hint: Where does the image", "hint: Before fc6, the image", "hint: Before", "gives"),
    ("hint: Between 0 and 1.", "hint: About 0.333.", "hint: About", "gives the answer"),
    ("hint: set changes a layer.", "hint: Try set conv1.stride 2.", "hint: Try", "gives"),
    // A mistake that has no distinct diagnosis.
    (
      "mistake: floor(size / stride) + 2", "mistake: floor((size - 11) / stride)", "The window has",
      "does not get"
    ),
    ("mistake: floor(size / stride) + 2", "mistake: floor(size / strid) + 2", "strid)", "no value"),
    ("mistake: 1 / 4", "mistake: 0.3334", "mistake: 0.3334", "passes as the answer"),
    (
      "mistake: conv1.shape[2] == 217", "mistake: conv1.shape[2] == 109", "mistake: conv1",
      "when the goal"
    ),
    ("mistake: 1 / 4", "mistake: [1, 2]", "mistake: [1, 2]", "does not get"),
    // An answer that can be read off, a hint that is rejected, and a key that asks for nothing.
    (
      "answer: 1 / 3", "answer: input[0, 0, 0, 0]", "answer: input",
      "typing input[0, 0, 0, 0] is enough to answer"
    ),
    (
      "answer: 1 / 3", "asks: 1 / 3\nanswer: 1 / 3", "asks: 1 / 3", "doesn't read a layer"
    ),
    (
      "answer: 1 / 3\ntolerance: 1%\nmistake: 1 / 4 => That is a quarter.\nhint: Between 0 and 1.",
      "asks: input.max\nanswer: 1 / 3\ntolerance: 1%\nmistake: 1 / 4 => That is a quarter.\n"
        + "hint: Type `input.max`", "hint: Type `input.max`", "which is rejected as an answer"
    ),
    ("draw stride: 2...4", "draw stride: 2...4 except 2, 3, 4", "except", "leave nothing to draw"),
    // Cells and text.
    ("let side = (227", "let side = (228", "side = 55", "expected ‘side = 55’, got ‘side = 55.25"),
    ("let side =", "lett side =", "side = 55", "expected ‘side = 55’"),
    ("see: 1 / 3", "see: 1 / * 3", "see: 1", "fails"),
    ("see: outputSize({size},", "see: outputSize({siz},", "see:", "no value"),
    ("## What you can now do", "## The end", "## The end", "last step"),
    ("- say how large an output is: `side`", "So long.", "## What you can", "no list"),
    (
      "The side follows", "    " + String(repeating: "long ", count: 20) + "\n\nThe side follows",
      "long long", "wider than 80"
    ),
  ]

  @Test(arguments: planted.indices)
  func findsWhatWasPlanted(_ index: Int) throws {
    let (old, new, at, says) = Self.planted[index]
    let text = LessonFixture.replacing(old, with: new)
    let problems = try Self.problems(of: text)
    let line = LessonFixture.line(of: at, in: text)
    #expect(
      problems.contains { $0.line == line && $0.message.contains(says) },
      "line \(line): \(problems)")
  }

  /// Last hints that are the complete answer cause a warning, but the lesson still passes.
  @Test func warnsOfHintsThatAreTheAnswer() throws {
    let text = LessonFixture.replacing("hint: It is {answer}.", with: "hint: Type `{answer}`")
      .replacingOccurrences(of: "hint: Less than one half.", with: "hint: Type 1 / 3")
      .replacingOccurrences(of: "hint: Three colours.", with: "hint: Type `3 x 227 x 227`")
    try LessonFixture.withFile(text) { file in
      var session = Session(host: QuietHost())
      let result = session.run(try CommandTable.notebook.read(["lesson", "verify", file]))
      #expect(result.exitCode == 0)
      let shown = Layout(width: 500).lines(result.output.document).map(\.string).joined(
        separator: "\n")
      #expect(shown.contains("warning: the last hint of 3 of 5 exercises is the whole answer"))
      #expect(result.json.text.contains("\"warnings\": [{"))
    }
    try LessonFixture.withFile { file in
      var verifier = LessonVerifier(
        host: QuietHost(), settings: Settings(), commands: .notebook)
      let report = try verifier.verify(file)
      #expect(report.warnings.isEmpty)
    }
  }

  /// An exercise that is wrong for any learner's numbers is wrong.
  @Test func triesEverySeed() throws {
    let text = LessonFixture.replacing(
      "mistake: floor(size / stride) + 2", with: "mistake: floor(size / stride) - 1")
    let problem = try #require(try Self.problems(of: text).first)
    #expect(problem.message.hasPrefix("seed "), "\(problem)")
  }

  /// The command names the file and line, and exits with 1.
  @Test func theCommandNamesFileAndLine() throws {
    let wrong = LessonFixture.replacing("side = 55\n", with: "side = 56\n")
    let line = LessonFixture.line(of: "side = 56", in: wrong)
    try LessonFixture.withFile(wrong) { file in
      var session = Session(host: QuietHost())
      let result = session.run(try CommandTable.notebook.read(["lesson", "verify", file]))
      #expect(result.exitCode == 1)
      #expect(result.failure == nil)
      let text = Layout(width: 500).lines(result.output.document).map(\.string).joined(
        separator: "\n")
      #expect(text.contains("\(file), line \(line): "), "\(text)")
      #expect(result.json.text.contains("\"line\": \(line)"))
    }
    try LessonFixture.withFile { file in
      var session = Session(host: QuietHost())
      let result = session.run(try CommandTable.notebook.read(["lesson", "verify", file]))
      #expect(result.exitCode == 0)
    }
  }

  @Test func filesThatAreNotLessons() throws {
    var session = Session(host: QuietHost())
    for (bytes, says) in [([0xFF, 0xFE], "UTF-8"), ([0x2D, 0], "UTF-8")] as [([UInt8], String)] {
      let folder = FileManager.default.temporaryDirectory
      let file = folder.appendingPathComponent("\(UUID().uuidString).md").path
      try Data(bytes).write(to: URL(fileURLWithPath: file))
      defer { try? FileManager.default.removeItem(atPath: file) }
      let failure = session.run(try CommandTable.notebook.read(["lesson", "verify", file])).failure
      #expect(failure?.message.contains(says) == true)
    }
  }
}
