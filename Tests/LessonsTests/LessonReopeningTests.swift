import Foundation
import Testing

@testable import Cells
@testable import Expressions
@testable import Lessons
@testable import Notebook

/// A learner's progress is never lost, and long-running work starts only after asking.
@Suite struct LessonReopeningTests {
  /// A learner at a prompt, who can be asked questions.
  static func learner(_ text: String = LessonFixture.text) throws -> LessonPlayerTests.Learner {
    let learner = try LessonPlayerTests.Learner(text)
    let settings = learner.session.settings
    learner.notebook = Notebook(host: QuietHost(isInteractive: true), settings: settings)
    return learner
  }

  /// Types lines. `=` is replaced by the right answer to the current question.
  @discardableResult
  static func take(_ learner: LessonPlayerTests.Learner, _ lines: String...) -> String {
    lines.map { learner.type($0 == "=" ? learner.answer : $0) }.last ?? ""
  }

  /// A learner who has finished the lesson: two exercises answered, three skipped, one hint.
  static func finished() throws -> LessonPlayerTests.Learner {
    let learner = try learner()
    _ = learner.open()
    take(learner, "hint", "=", "", "skip", "", "=", "", "skip", "", "skip", "", "")
    #expect(!learner.notebook.isInLesson)
    return learner
  }

  static let result = LessonResult(answered: 2, skipped: 3, hints: 1)

  @Test func lookingKeepsItFinished() throws {
    let learner = try Self.finished()
    var record: LessonRecord? { learner.progress.lessons["short"] }
    #expect(record?.isFinished == true && record?.best == Self.result)
    // Left at the question, during the review, and during a new attempt.
    for lines in [["quit"], ["", "quit"], ["review", "", "", "back", "quit"], ["over", "quit"]] {
      let question = learner.open()
      #expect(question.contains("You have done this lesson: 2 answered, 3 skipped, 1 hint."))
      #expect(learner.notebook.prompt == "review> ")
      #expect(question.contains("enter to review it") && question.contains("over to start over"))
      for line in lines { learner.type(line) }
      #expect(!learner.notebook.isInLesson)
      #expect(record?.isFinished == true && record?.best == Self.result, "\(lines)")
      #expect(learner.progress.last == "short")
    }
    // The new attempt continues where it was left, and its result counts if it is better.
    #expect(record?.isRetaken == true && record?.done == [])
    _ = learner.open()
    learner.type("skip", "", "quit")
    #expect(learner.open().contains("You were at step 2 of 6"))
    Self.take(learner, "", "=", "", "skip", "", "skip", "", "skip", "", "")
    #expect(record?.best == Self.result)
    #expect(record?.isRetaken == false)
    #expect(learner.open("--restart").contains("A number"))
    Self.take(learner, "=", "", "=", "", "=", "", "skip", "", "skip", "", "")
    #expect(record?.best == LessonResult(answered: 3, skipped: 2, hints: 0))
  }

  /// Without a person to ask, a finished lesson is reviewed; --restart starts it over.
  @Test func withoutAPersonToAsk() throws {
    let learner = try Self.finished()
    learner.notebook = Notebook(host: QuietHost(), settings: learner.session.settings)
    #expect(learner.open().contains("You have answered this one"))
    #expect(learner.notebook.prompt == "lesson> ")
    learner.type("quit")
    _ = learner.open("--restart")
    #expect(learner.notebook.prompt == "answer> ")
    // The end of the input isn't an error.
    let end = learner.notebook.endOfInput()
    #expect(end?.exitCode == 0 && end?.failure == nil)
    #expect(learner.progress.lessons["short"]?.isFinished == true)
  }

  /// A review shows what was answered and what was skipped. Questions can be asked again without
  /// losing anything, and answering a skipped one counts.
  @Test func reviewing() throws {
    let learner = try Self.finished()
    _ = learner.open()
    #expect(learner.type("").contains("You have answered this one"))
    learner.type("again")
    #expect(learner.notebook.prompt == "answer> ")
    learner.type("hint", "skip", "back")
    #expect(learner.progress.lessons["short"]?.best == Self.result)
    #expect(learner.type("").contains("You have skipped this one"))
    Self.take(learner, "again", "=")
    #expect(
      learner.progress.lessons["short"]?.best == LessonResult(answered: 3, skipped: 2, hints: 1))
  }

  /// `progress` shows hints and skips, of lessons in progress and of finished ones.
  @Test func hintsAndSkipsStayVisible() throws {
    let learner = try Self.learner()
    _ = learner.open()
    learner.type("hint", "hint", "skip", "", "quit")
    let lesson = try LessonFixture.lesson()
    let store = ProgressStore(path: learner.session.settings.progressPath)
    let text = ProgressReport([lesson], store).output.plainText
    let line = try #require(text.split(separator: "\n").first { $0.contains("A short lesson") })
    #expect(line.split(separator: " ").suffix(3) == ["0/5", "1", "2"], "\(line)")
    #expect(text.contains("hints") && text.contains("skipped"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  /// At the end of a step, input that isn't a key is a cell, and runs in play mode.
  @Test func cellsWithoutPlay() throws {
    let learner = try Self.learner()
    _ = learner.open()
    learner.type("skip")
    let text = learner.type("let mine = side + 1")
    #expect(text.contains("mine = 56") && text.contains("back returns to the lesson"))
    #expect(learner.notebook.prompt == "play> ")
    learner.type("back")
    #expect(learner.notebook.prompt == "lesson> ")
    #expect(learner.inner?.bindings["mine"] == nil)
    #expect(learner.type("1 +").contains("error"))
    #expect(learner.notebook.prompt == "play> ")
  }

  // Long-running cells.

  static let training = LessonFixture.replacing(
    "let side = (227 - 11) / 4 + 1",
    with: "train --recipe 80-seconds --data shapes --epochs 2\nlet side = 55"
  ).replacingOccurrences(
    of: "side = 55\n```\n\n```alexnet\nexercise", with: "…\n```\n\n```alexnet\nexercise")

  @Test func asksBeforeTraining() throws {
    let learner = try Self.learner(Self.training)
    let question = learner.open()
    #expect(question.contains("trains quick32 for 2 epochs, which takes"), "\(question)")
    #expect(question.contains("> train") && question.contains("Run it?"))
    #expect(learner.notebook.prompt == "run> ")
    #expect(learner.type("play").contains("waits"))
    #expect(learner.type("back").contains("Run it?") == false)
    #expect(learner.notebook.prompt == "run> ")
    #expect(learner.type("skip").contains("What is the side"))
    #expect(learner.notebook.prompt == "answer> ")
    // The rest of the cell ran.
    #expect(learner.inner?.bindings["side"] == Value(55.0))
    learner.type("skip", "", "quit")
    // Resuming later neither asks nor trains.
    #expect(learner.open().contains("You were at step 2"))
    #expect(learner.type("").contains("What is a third?"))
    #expect(learner.inner?.bindings["side"] == Value(55.0))
    let folder = try FileManager.default.contentsOfDirectory(atPath: learner.folder)
    #expect(folder.sorted() == ["progress.json", "short.md"])
  }

  @Test(arguments: [
    ("train --data shapes", true), ("experiment lrn --quick", true),
    ("experiment lrn --describe", false), ("experiment", false), ("bench", true),
    ("next", false), ("1 + 1", false), ("recipe paper", false), ("train --data", false),
    ("let a = 1\ntrain --data shapes", true),
    ("evaluate trained cuda-convnet-18", false),
    ("evaluate trained cuda-convnet-18 --crops ten", false),
    ("evaluate trained cuda-convnet-18 --data elsewhere", true),
    ("evaluate trained --engine reference", true),
    ("evaluate nowhere", false), ("evaluate", false),
    ("compare reference reference --network cuda-convnet-18", false),
    ("compare reference reference --batch 64", true), ("compare reference nothing", false),
    ("verify gradient fc8", false), ("verify gradient conv2", true),
    ("verify gradient norm1 --network cuda-convnet-18", false),
    ("verify gradient conv9", false), ("verify", false), ("compare reference", false),
  ])
  func detectsLongCells(_ cell: String, _ isLong: Bool) {
    let session = Session(host: QuietHost())
    #expect(session.work(of: cell).contains(where: \.isLong) == isLong)
  }

  /// When a lesson resumes, long-running work whose results are needed runs again; the rest is left
  /// out.
  @Test func longWorkThatIsNeededRunsAgain() throws {
    var session = Session(host: QuietHost())
    let cell = "verify gradient conv2\nlet a = 1"
    #expect(session.withoutLongWork(cell) == cell)
    session.settings.engine = Engines.fastest
    #expect(session.run("goto conv2").failure == nil)
    session.settings.engine = "reference"
    #expect(session.withoutLongWork(cell) == "let a = 1")
    #expect(
      session.withoutLongWork("evaluate trained cuda-convnet-18 --engine reference\nlet a = 1")
        == "let a = 1")
  }

  /// How times are worded. They are estimated from the 15 s per epoch measured for quick32 on two
  /// cores.
  @Test func expectedTimes() {
    let quick32 = Work.seconds(multiplyAdds: 11_915_264, images: 48_000)
    let cores = Double(ProcessInfo.processInfo.activeProcessorCount)
    #expect(abs(quick32 * cores / 2 - 15) < 1)
    for (seconds, words) in [
      (1.0, "a few seconds"), (15, "about 20 seconds"), (60, "about a minute"),
      (600, "about 10 minutes"), (7200, "about 2 hours"), (.infinity, "very long"),
    ] {
      #expect(Work(deed: "trains", seconds: seconds).words.contains(words))
    }
    #expect(Work(deed: "measures").words == "measures")
  }
}
