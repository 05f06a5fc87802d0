import Foundation
import Tensors
import Testing

@testable import Cells
@testable import Documents
@testable import Expressions
@testable import Lessons
@testable import Notebook

/// Playing a lesson line by line.
@Suite struct LessonPlayerTests {
  /// A session with an open lesson, whose progress is saved in a separate folder.
  final class Learner {
    var notebook: Notebook
    var session: Session { notebook.session }
    let folder: String
    var file: String { folder + "/short.md" }

    init(_ text: String = LessonFixture.text) throws {
      folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      var settings = Settings()
      settings.progressPath = folder + "/progress.json"
      settings.cachePath = folder + "/cache"
      notebook = Notebook(host: QuietHost(), settings: settings)
      try write(text)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    }

    /// Types lines, and returns the output of the last one.
    @discardableResult
    func type(_ lines: String...) -> String {
      var text = ""
      for line in lines {
        let result = notebook.run(line)
        text = result.output.plainText + (result.failure?.output.plainText ?? "")
      }
      return text
    }

    func open(_ options: String = "--seed 3") -> String { type("lesson \(file) \(options)") }

    var progress: LessonProgress { ProgressStore(path: session.settings.progressPath).progress }

    /// The open lesson.
    var player: LessonPlayer? { notebook.activity as? LessonPlayer }

    var inner: Session? { player?.cellSession }

    /// The right answer to the current question.
    var answer: String { player?.posed?.answerText ?? "" }
  }

  @Test func fromTheBeginningToTheEnd() throws {
    let learner = try Learner()
    let first = learner.open()
    #expect(first.contains("A short lesson") && first.contains("say how large an output is"))
    #expect(first.contains("> let side") && first.contains("side = 55"))
    #expect(first.contains("hint · skip · back · play · again · quit"))
    #expect(learner.notebook.prompt == "answer> ")
    #expect(learner.type("1").contains("Not quite."))
    #expect(learner.type("hint").contains("Hint 1 of 3"))
    let right = learner.type(learner.answer)
    #expect(
      right.contains("Right.") && right.contains("It moves by") && right.contains("see outputSize(")
    )
    #expect(learner.notebook.prompt == "lesson> ")
    #expect(learner.type("see").contains(learner.answer.split(separator: " ")[0]))
    // Nothing continues by itself.
    #expect(learner.progress.lessons["short"]?.step == "a-number")
    #expect(learner.type("").contains("Predict"))
    let shown = learner.type("33%")
    #expect(shown.contains("> 1 / 3") && shown.contains("0.333333"))
    #expect(learner.type("").contains("Question"))
    #expect(learner.type("3 x 227 x 227").contains("Right"))
    #expect(learner.type("").contains("a  "))
    #expect(learner.type(learner.answer).contains("sees all of pool5"))
    #expect(learner.type("").contains("Your turn"))
    #expect(learner.notebook.prompt == "cell> ")
    #expect(learner.type("set conv1.stride 1").contains("That is a stride of 1."))
    #expect(learner.type("conv1.shape") == "[96, 217, 217]")
    #expect(learner.type("set conv1.stride 3").contains("Not there yet"))
    #expect(learner.type("set conv1.stride 2").contains("Right"))
    #expect(learner.type("").contains("say how large"))
    #expect(learner.progress.lessons["short"]?.isFinished == true)
    let end = learner.type("")
    #expect(end.contains("5 of 5 exercises answered"))
    #expect(!learner.notebook.isInLesson)
    // The notebook is unchanged.
    #expect(learner.session.bindings.isEmpty)
    #expect(learner.type("conv1.shape").contains("[96, 55, 55]"))
    #expect(learner.type("progress").contains("lessons done"))
  }

  @Test func skipping() throws {
    let learner = try Learner()
    _ = learner.open()
    let shown = learner.type("skip")
    #expect(shown.contains("The answer is") && shown.contains("It moves by"))
    #expect(learner.type("", "skip").contains("The answer is 0.333."))
    #expect(learner.type("", "skip").contains("The answer is 3, 227, 227."))
    #expect(learner.type("", "skip").contains("Each of its outputs"))
    #expect(learner.type("", "skip").contains("> set conv1.stride 2"))
    #expect(learner.inner?.network.index(of: "conv1") == 0)
    #expect(learner.type("", "").contains("0 of 5 exercises answered, 5 skipped"))
    #expect(learner.progress.lessons["short"]?.skipped.count == 5)
  }

  /// Nothing typed in play mode changes the lesson.
  @Test func playChangesNothing() throws {
    let learner = try Learner()
    _ = learner.open()
    learner.type("play")
    #expect(learner.notebook.prompt == "play> ")
    #expect(learner.type("side").contains("55"))
    learner.type("let side = 3", "set input 224", "let other = 4", "network caffenet", "next")
    #expect(learner.inner?.network.name == "caffenet")
    #expect(learner.type("1 +").contains("error"))
    #expect(learner.type("lesson 1").contains("a lesson is open already"))
    let back = learner.type("back")
    #expect(back.contains("as you left it") && back.contains("What is the side"))
    #expect(learner.notebook.prompt == "answer> ")
    let inner = try #require(learner.inner)
    #expect(inner.bindings["side"] == Value(55.0))
    #expect(inner.bindings["other"] == nil)
    #expect(inner.network.name == "alexnet")
    #expect(inner.trace == nil)
    #expect(learner.type(learner.answer).contains("Right"))
  }

  @Test func backRestoresTheStep() throws {
    let learner = try Learner()
    _ = learner.open()
    #expect(learner.type("back").contains("This is the first step."))
    learner.type("skip", "", "skip", "", "skip", "", "skip", "")
    learner.type("set conv1.stride 3", "let mine = 1", "hint")
    #expect(learner.type("back").contains("A choice"))
    #expect(learner.inner?.bindings["mine"] == nil)
    #expect((try learner.inner?.geometry()[0].output.h) == 55)
    #expect(learner.type("").contains("Your turn"))
    #expect((try learner.inner?.geometry()[0].output.h) == 55)
  }

  /// Wrong answers change nothing, whatever they compute. After three of them, a hint is offered.
  @Test func misses() throws {
    let learner = try Learner()
    _ = learner.open()
    let before = try #require(learner.inner)
    #expect(!learner.type("1", "2").contains("Three misses"))
    // Input that isn't an answer doesn't count as a miss.
    #expect(!learner.type("fifty", "[1, 2]", "next 3").contains("Not quite"))
    #expect(learner.type("let side = 9").contains("Three misses"))
    #expect(learner.inner?.bindings == before.bindings)
    #expect(learner.inner?.trace == nil)
    learner.type("hint", "hint", "hint")
    #expect(learner.type("hint").contains("no more hints"))
    #expect(learner.type("1", "2", "3").contains("skip shows the answer"))
    #expect(learner.type(learner.answer).contains("Right"))
    // The six wrong answers are counted, for those who sum up a class.
    let kept = ProgressStore(path: learner.folder + "/progress.json").progress.lessons["short"]
    #expect(kept?.misses.values.reduce(0, +) == 6)
  }

  @Test func otherSeedsHaveOtherNumbers() throws {
    var questions: Set<String> = []
    for seed in 1...6 {
      let learner = try Learner()
      let text = learner.open("--seed \(seed)")
      questions.insert(String(text[text.range(of: "Question")!.lowerBound...]))
    }
    #expect(questions.count > 2)
    let learner = try Learner()
    let first = learner.open()
    #expect(first != learner.type("again"))
  }

  /// `again` never repeats the numbers just shown, if others can be drawn.
  @Test func againHasOtherNumbersEachTime() throws {
    let text = LessonFixture.replacing(
      "draw size: 67, 99, 131, 163, 195\ndraw stride: 2...4",
      with: "draw size: 67, 99\nlet stride = 4")
    let learner = try Learner(text)
    var last = learner.open().contains("67×67")
    for _ in 0..<8 {
      let isFirst = learner.type("again").contains("67×67")
      #expect(isFirst != last)
      last = isFirst
    }
  }

  /// An answer that is close, or reads the element asked for, doesn't count as a miss. The question
  /// shows the expected form.
  @Test func closeAndReadOffAreNotMisses() throws {
    let text = LessonFixture.replacing(
      "answer: 1 / 3\n", with: "answer: 1 / 3\nasks: input[0, 0, 0, 0]\n")
    let learner = try Learner(text)
    _ = learner.open()
    #expect(learner.type("skip", "").contains("to within 1%"))
    #expect(learner.type("0.32").contains("Close: to within 1%, please."))
    #expect(learner.type("input.max").contains("which is what the question asks for."))
    for answer in ["0.34", "0.325", "input[0, 0, 0, 0]"] {
      #expect(!learner.type(answer).contains("Three misses"), "\(answer)")
    }
    #expect(learner.type("1/3").contains("Right."))
  }

  /// The learner's seed, if none is given, is drawn once from those that the verifier tries.
  @Test func theLearnersSeed() throws {
    let learner = try Learner()
    _ = learner.open("")
    let seed = try #require(learner.progress.seed)
    #expect(LessonVerifier.seeds.contains(seed))
    learner.type("quit")
    _ = learner.open("")
    #expect(learner.progress.seed == seed)
  }

  @Test func resuming() throws {
    let learner = try Learner()
    _ = learner.open()
    learner.type("skip", "")
    #expect(learner.type("quit").contains("continues there"))
    #expect(!learner.notebook.isInLesson)
    let question = learner.open()
    #expect(question.contains("step 2 of 6") && question.contains("enter to continue"))
    #expect(learner.notebook.prompt == "resume> ")
    #expect(learner.type("").contains("What is a third?"))
    #expect(learner.inner?.bindings["side"] == Value(55.0))
    // `back` shows the step from before the program ended.
    #expect(learner.type("back").contains("You have skipped this one"))
    #expect(learner.type("").contains("What is a third?"))
    learner.type("quit")
    _ = learner.open()
    #expect(learner.type("over").contains("A number"))
    learner.type("skip", "", "quit")
    _ = learner.open()
    #expect(learner.type("always").contains("What is a third?"))
    learner.type("quit")
    #expect(learner.open().contains("What is a third?"))
    learner.type("quit")
    #expect(
      learner.type("progress --ask", "lesson \(learner.file) --seed 3").contains("You were at"))
    learner.type("quit")
    #expect(learner.open("--restart").contains("say how large an output is"))
  }

  /// Resuming restores what a goal changed.
  @Test func resumesWithWhatAGoalChanged() throws {
    let learner = try Learner()
    _ = learner.open()
    learner.type("skip", "", "skip", "", "skip", "", "skip", "", "skip", "")
    // Leave before the last step: a finished lesson would be reviewed.
    learner.type("back", "", "quit")
    var progress = ProgressStore(path: learner.session.settings.progressPath)
    var record = try #require(progress.progress.lessons["short"])
    #expect(record.commands.contains("set conv1.stride 2"))
    record.isFinished = false
    #expect(progress.change { $0.lessons["short"] = record } == nil)
    _ = learner.open()
    learner.type("")
    #expect((try learner.inner?.geometry()[0].output.h) == 109)
  }

  @Test(arguments: [
    ("## A share", "## A part", "You were at step 3", false),
    ("## A share", "## Another\n\nNew.\n\n## A share", "You were at step 4", false),
    ("## A shape", "## A form", "You were at step 3", true),
    ("## A share", "## B\n\n```alexnet\n1\n```\n\n## A share", "You were at step 4", true),
  ])
  func anEditedLesson(
    _ old: String, _ new: String, _ expected: String, _ isSaid: Bool
  ) throws {
    let learner = try Learner()
    _ = learner.open()
    learner.type("skip", "", "skip", "", "quit")
    try learner.write(LessonFixture.replacing(old, with: new))
    #expect(learner.open().contains(expected))
    let text = learner.type("")
    #expect(text.contains("edited") == isSaid, "\(text)")
    #expect(learner.notebook.prompt == "answer> ")
  }

  /// The end of the input ends play mode, then the lesson, and all progress is saved.
  @Test func endOfInput() throws {
    let learner = try Learner()
    _ = learner.open()
    learner.type("skip", "", "play")
    #expect(learner.notebook.endOfInput()?.output.plainText.contains("as you left it") == true)
    #expect(learner.notebook.endOfInput()?.output.plainText.contains("Left") == true)
    #expect(learner.notebook.endOfInput() == nil)
    #expect(learner.progress.lessons["short"]?.step == "a-share")
    _ = learner.open()
    #expect(learner.notebook.endOfInput() != nil)
    #expect(learner.progress.lessons["short"]?.step == "a-share")
  }

  /// After Ctrl-C during a step's cells, the step can be run again.
  @Test func interrupted() throws {
    let text = LessonFixture.replacing("let side = (227 - 11) / 4 + 1", with: "goto pool1")
    let learner = try Learner(text.replacingOccurrences(of: "side = 55", with: "…"))
    let host = QuietHost()
    learner.notebook = Notebook(host: Stopping(host), settings: learner.session.settings)
    #expect(learner.open().contains("stopped"))
    #expect(learner.notebook.prompt == "lesson> ")
    #expect(learner.inner?.trace == nil)
    #expect(learner.type("hint").contains("is not a key here"))
    #expect(learner.type("skip").contains("Question"))
    #expect(learner.notebook.prompt == "answer> ")
  }

  /// A host that simulates Ctrl-C as soon as something runs.
  final class Stopping: Cells.Host {
    let cancellation: Cancellation
    let isInteractive = true
    init(_ inner: QuietHost) { cancellation = inner.cancellation }
    func show(_ document: Document) {
      if document.plainText.contains("> goto") { cancellation.cancel() }
    }
    func report(progress: String?) {}
  }

  @Test func unknownWords() throws {
    let learner = try Learner()
    _ = learner.open()
    learner.type("skip")
    #expect(learner.type("hint").contains("'hint' is not a key here"))
    #expect(learner.type("agian").contains("did you mean again?"))
    #expect(learner.notebook.prompt == "lesson> ")
    #expect(learner.type("?").contains("enter to continue"))
  }

  @Test func attemptsAreLoggedOnRequest() throws {
    let learner = try Learner()
    let log = learner.folder + "/attempts.jsonl"
    _ = learner.open("--seed 3 --log \(log)")
    learner.type("1", learner.answer)
    let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].contains("\"right\": false") && lines[1].contains("\"right\": true"))
    #expect(lines.allSatisfy { $0.contains("\"exercise\": \"output-side\"") })
    learner.type("quit")
    #expect(learner.open("--over --log \(learner.folder)/no/where").contains("A number"))
    #expect(learner.type("1").contains("not logged"))
    #expect(!learner.type("1").contains("not logged"))
  }

  /// Opening an invalid lesson reports the line, and no lesson is open afterwards.
  @Test func brokenLessons() throws {
    let learner = try Learner(LessonFixture.replacing("minutes: 5", with: "minutes: soon"))
    #expect(learner.open().contains("short.md, line 6: "))
    #expect(!learner.notebook.isInLesson)
    // A lesson whose answer can't be computed is played without the question.
    try learner.write(LessonFixture.replacing("answer: 1 / 3", with: "answer: 1 / third"))
    _ = learner.open()
    let text = learner.type("skip", "")
    #expect(text.contains("short.md, line") && text.contains("third"))
    #expect(learner.notebook.prompt == "lesson> ")
  }

  @Test func savesTheSessionAsALesson() throws {
    let learner = try Learner()
    learner.type("let a = 3", "a +", "next", "help next", "a * 2")
    let file = learner.folder + "/mine.md"
    #expect(learner.type("lesson save \(file)").contains("saved"))
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(text.contains("```alexnet\nlet a = 3\n```\n\n```output\na = 3\n```"))
    #expect(!text.contains("help next") && !text.contains("a +\n"))
    #expect(try LessonVerifierTests.problems(of: text) == [])
    #expect(learner.type("lesson save \(file)").contains("already exists"))
  }

  /// A time's width, and the space before it, differ from run to run.
  @Test(arguments: ["zero 0.0%  (120 ms)", "zero 0.0%   (66 ms)", "zero 0.0% (1 min 20 s, onednn)"])
  func timesAreLeftOut(_ line: String) {
    #expect(LessonSkeleton.elided(line + " ") == "zero 0.0% …")
  }

  @Test func newLessonsAreNotWrittenOverOthers() throws {
    let learner = try Learner()
    let file = learner.folder + "/new.md"
    #expect(learner.type("lesson new \(file)").contains("begun"))
    #expect(learner.type("lesson new \(file)").contains("already exists"))
    #expect(learner.type("lesson verify \(file)").contains("✓"))
    #expect(learner.type("lesson new '///'").contains("isn't a valid lesson name"))
  }

  @Test func handout() throws {
    let learner = try Learner()
    let text = learner.type("lesson handout \(learner.file)")
    #expect(text.contains("**Answer.** ") && text.contains("Known mistakes"))
    #expect(text.contains("set conv1.stride 2"))
  }
}
