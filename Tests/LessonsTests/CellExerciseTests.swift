import Basics
import Documents
import Foundation
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Cells
@testable import Lessons
@testable import Notebook

/// The exercises of a lesson whose cells run one by one in the notebook, as in Jupyter.
@Suite struct CellExerciseTests {
  /// A front end that gives these answers, or can't ask if there are none.
  private final class Learner: Cells.Host {
    let cancellation = Cancellation()
    let isInteractive = true
    let canAsk: Bool
    private let answers: Mutex<[String]>

    init(_ answers: [String]) {
      self.answers = Mutex(answers)
      canAsk = !answers.isEmpty
    }

    func show(_ document: Document) {}
    func report(progress: String?) {}

    func ask(_ question: String) throws -> String {
      let next = answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      guard let next else { throw Cancelled() }
      return next
    }
  }

  /// A notebook whose lesson is a notebook too.
  private struct Sheet {
    let lesson: Lesson
    let progress: String
    var notebook: Notebook

    init(_ lesson: String, answers: [String] = [], in folder: String) throws {
      try self.init(LessonLibrary.lesson(lesson), answers: answers, in: folder)
    }

    init(_ lesson: Lesson, answers: [String] = [], in folder: String) {
      (self.lesson, progress) = (lesson, folder + "/progress.json")
      var settings = Settings()
      (settings.progressPath, settings.sessionsPath) = (progress, nil)
      settings.cachePath = folder + "/cache"
      notebook = Notebook(host: Learner(answers), settings: settings)
    }

    func cell(_ exercise: String) throws -> String {
      try #require(lesson.exercises.first { $0.name == exercise }).source
    }

    /// The output of a cell, and of its failure.
    mutating func run(_ cell: String) -> String {
      let result = notebook.run(cell)
      return result.output.plainText + (result.failure.map { "\n" + $0.output.plainText } ?? "")
    }

    /// The right answer to the open question.
    var answer: String { notebook.exercises.player?.posed?.answerText ?? "" }

    var record: LessonRecord? {
      ProgressStore(path: progress).progress.lessons[lesson.name]
    }
  }

  @Test func anAnswerIsACell() throws {
    try inTemporaryFolder { folder in
      var sheet = try Sheet("1", in: folder)
      let question = sheet.run(try sheet.cell("how-many"))
      #expect(question.contains("How many numbers") && question.contains("answer …"))
      #expect(!question.contains("isn't kept"), "\(question)")
      // Nothing is recorded until the learner does something.
      #expect(sheet.record == nil)
      #expect(sheet.run("answer 1").contains("Not quite."))
      #expect(sheet.run("hint").contains("Hint 1 of"))
      // Other cells run as always, with their own numbers.
      #expect(sheet.run("6 * 7") == "42")
      #expect(sheet.run("out[4] + 1") == "43")
      #expect(sheet.run("answer " + sheet.answer).contains("Right."))
      let step = try #require(sheet.lesson.steps.first { $0.exercise?.name == "how-many" })
      #expect(sheet.record?.done == [step.name] && sheet.record?.hints[step.name] == 1)
      #expect(sheet.record?.step == step.name && sheet.record?.isFinished == false)
      // Asked again, it is known to be answered; with other numbers it is open.
      #expect(sheet.run(try sheet.cell("how-many")).contains("You have answered this one"))
      #expect(sheet.run("answer 2").contains("has been answered"))
      #expect(sheet.run("again").contains("How many numbers"))
      #expect(sheet.run("answer 2").contains("Not quite."))
      #expect(sheet.run("skip").contains("The answer is"))
      // A skipped repetition doesn't undo the answer.
      #expect(sheet.record?.skipped == [])
    }
  }

  @Test func theFrontEndAsks() throws {
    try inTemporaryFolder { folder in
      var sheet = try Sheet("1", answers: ["1", "hint", "", "skip"], in: folder)
      let others = sheet.lesson.exercises.dropFirst().filter { !$0.isGoal }
      let asked = sheet.run(try sheet.cell("how-many"))
      #expect(asked.contains("enter alone") && asked.contains("Not quite."))
      #expect(asked.contains("Hint 1") && asked.contains("answer …"), "\(asked)")
      #expect(sheet.run("answer " + sheet.answer).contains("Right."))
      #expect(sheet.run(others[0].source).contains("The answer is"))
      #expect(sheet.record?.skipped.count == 1)
      // An interrupt leaves the question open.
      let stopped = sheet.notebook.run(others[1].source)
      #expect(stopped.failure?.kind == .cancelled)
      #expect(sheet.run("answer " + sheet.answer).contains("Right."))
    }
  }

  /// The cells after the question reach a goal; without them the lesson's next cell continues from the
  /// lesson's solution.
  @Test func goals() throws {
    try inTemporaryFolder { folder in
      var sheet = try Sheet("14", in: folder)
      let place = try #require(sheet.lesson.steps.firstIndex { $0.exercise?.isGoal == true })
      let cell = try #require(sheet.lesson.steps[place].exercise).source
      let later = try #require(sheet.lesson.steps[(place + 1)...].first?.cells.first).source
      let filters = "conv3.weight.shape[0]"
      #expect(sheet.run(cell).contains("cells that you run next are checked"))
      #expect(sheet.run("let mine = 3").contains("Not there yet"))
      #expect(sheet.run("set conv3.filters 47").contains("Not"))
      #expect(sheet.run("set conv3.filters 48").contains("Right."))
      #expect(sheet.run(filters) == "48" && sheet.run("mine") == "3")
      #expect(sheet.record?.done.count == 1 && sheet.record?.skipped == [])
      #expect(sheet.notebook.session.record.cells.map(\.source).contains("set conv3.filters 48"))

      sheet = try Sheet("14", in: folder + "/other")
      _ = sheet.run(cell)
      #expect(sheet.run(filters) == "384")
      let settled = sheet.notebook.run(later)
      #expect(settled.failure == nil)
      let said = settled.output.plainText.trimmingSpaces()
      #expect(said.hasPrefix("The lesson continues from: set conv3.filters 48"), "\(said)")
      #expect(sheet.run(filters) == "48" && sheet.record == nil)
      #expect(sheet.run("answer 1").contains("has been answered") == false)

      sheet = try Sheet("14", in: folder + "/third")
      _ = sheet.run(cell)
      #expect(sheet.run("answer set conv3.filters 48").contains("Right."))
      #expect(sheet.run(filters) == "48")
    }
  }

  /// When every exercise is answered or skipped, the lesson is done.
  @Test func theLastAnswerFinishesTheLesson() throws {
    try inTemporaryFolder { folder in
      let lesson = try LessonLibrary.lesson("1")
      var sheet = Sheet(lesson, in: folder)
      var last = ""
      for step in lesson.steps {
        for cell in step.cells where cell.source.hasPrefix("network") { _ = sheet.run(cell.source) }
        guard let exercise = step.exercise else { continue }
        #expect(sheet.record?.isFinished != true)
        _ = sheet.run(exercise.source)
        last = sheet.run("skip")
      }
      #expect(last.contains("lesson 1 is done") && sheet.record?.isFinished == true, "\(last)")
      #expect(sheet.record?.best?.skipped == lesson.exercises.count)
    }
  }

  /// An exercise that no lesson has is checked, and says that its answer isn't kept.
  @Test func exercisesOfNoLesson() throws {
    try inTemporaryFolder { folder in
      var sheet = Sheet(try LessonFixture.lesson(), in: folder)
      let question = sheet.run(try sheet.cell("output-side"))
      #expect(question.contains("the answer isn't kept"), "\(question)")
      #expect(sheet.run("answer " + sheet.answer).contains("To see why, run outputSize("))
      #expect(sheet.run(try sheet.cell("share")).contains("Predict"))
      let shown = sheet.run("answer 33%")
      #expect(shown.contains("> 1 / 3") && shown.contains("0.333333"))
      #expect(sheet.run(try sheet.cell("most-parameters")).contains("a  "))
      #expect(sheet.run("answer " + sheet.answer).contains("sees all of pool5"))
      #expect(sheet.run(try sheet.cell("wider-steps")).contains("Your turn"))
      #expect(sheet.run("skip").contains("> set conv1.stride 2"))
      #expect(sheet.run("conv1.shape") == "[96, 109, 109]")
      #expect(sheet.record == nil)
    }
  }

  @Test(arguments: [
    ("exercise x\nquestion: What?", "has no answer"),
    ("exercise Two Words\nquestion: What?", "lower case"),
    ("exercise x\nqestion: What?", "did you mean question:"),
    (
      "exercise x\nquestion: What?\nanswer: none\nmistake: 1 => No.\nhint: a\nhint: b",
      "has no value"
    ),
    ("answer 5", "no question is open"),
  ])
  func fails(_ cell: String, _ says: String) throws {
    try inTemporaryFolder { folder in
      var sheet = Sheet(try LessonFixture.lesson(), in: folder)
      let result = sheet.notebook.run(cell)
      #expect(result.failure != nil)
      let text = result.failure?.output.plainText ?? ""
      #expect(text.contains(says), "\(text)")
      #expect(sheet.run("1 + 1") == "2")
    }
  }

  /// The words of exercises hide no values.
  @Test func namesWin() throws {
    try inTemporaryFolder { folder in
      var sheet = try Sheet("1", in: folder)
      _ = sheet.run("let hint = 3\nlet answer = 4")
      _ = sheet.run(try sheet.cell("how-many"))
      #expect(sheet.run("hint") == "3" && sheet.run("answer - 1") == "3")
      #expect(sheet.run("answer 1").contains("Not quite."))
      // Lessons name none of their values so.
      let words = sheet.notebook.exercises.words + ["exercise"]
      #expect(words.count == 5)
      for lesson in try LessonLibrary.known() {
        for cell in lesson.steps.flatMap(\.cells) {
          for word in words { #expect(!cell.source.contains("let \(word) "), "\(lesson.file)") }
        }
      }
    }
  }

  @Test func completion() throws {
    try inTemporaryFolder { folder in
      var sheet = try Sheet("1", in: folder)
      #expect(sheet.notebook.completions("an", cursor: 2, isFirstLine: true).candidates.isEmpty)
      _ = sheet.run(try sheet.cell("how-many"))
      func found(_ text: String) -> [String] {
        sheet.notebook.completions(text, cursor: text.count, isFirstLine: true).candidates
          .map(\.text)
      }
      #expect(found("an").first == "answer" && found("s").first == "skip")
      #expect(found("s").contains("summary"))
      for cell in ["answer b", "skip", try sheet.cell("how-many")] {
        #expect(sheet.notebook.completeness(of: cell) == .complete, "\(cell)")
      }
    }
  }

  /// A saved notebook has the questions and answers; the session's text has only what has an effect.
  @Test func areSaved() throws {
    try inTemporaryFolder { folder in
      var sheet = try Sheet("1", in: folder)
      let question = try sheet.cell("how-many")
      for cell in ["1 + 1", question, "hint"] { _ = sheet.run(cell) }
      let answer = "answer \(sheet.answer)"
      #expect(sheet.run(answer).contains("Right."))
      let path = folder + "/answered.ipynb"
      #expect(sheet.run("save \(path)").contains("4 cells"))
      let file = try NotebookFile(path: path)
      #expect(file.cells.map(\.source) == ["1 + 1", question, "hint", answer])
      #expect(file.cells.map(\.number) == [1, 2, 3, 4])
      #expect(file.cells[3].outputs.map(NotebookOutputs.text).joined().contains("Right."))
      #expect(sheet.run("save \(folder)/answered.alexnet").contains("1 cell"))
      // Opened again, by another learner: each cell runs once.
      try FileManager.default.removeItem(atPath: folder + "/progress.json")
      var other = try Sheet("1", in: folder)
      #expect(other.run("open \(path)").contains("4 cells"))
      // The numbers are this learner's, so that the answer needn't be right.
      #expect(other.run("run").contains(#/Right\.|Not quite\./#))
      let record = other.notebook.session.record
      #expect(record.cells.map(\.state) == Array(repeating: .ran, count: 4))
    }
  }

  /// A notebook file with exercises runs at the prompt too, and what it shows is compared.
  @Test func runsFromAFile() throws {
    try inTemporaryFolder { folder in
      var sheet = try Sheet("14", in: folder)
      let place = try #require(sheet.lesson.steps.firstIndex { $0.exercise?.isGoal == true })
      let goal = try #require(sheet.lesson.steps[place].exercise).source
      let later = try #require(sheet.lesson.steps[(place + 1)...].first?.cells.first).source
      let sources = ["1 + 1", goal, later, "conv3.weight.shape[0]"]
      var file = NotebookFile(
        cells: sources.map { NotebookFile.Cell(source: $0) },
        metadata: [.init(name: "kernelspec", value: ["name": "alexnet"])])
      let path = folder + "/goal.ipynb"
      try Data(file.text.utf8).write(to: URL(filePath: path))
      let shown = sheet.run("run \(path)")
      #expect(shown.contains("conv3.filters 48") && shown.hasSuffix("48"), "\(shown)")
      // Opened and run, as well.
      sheet = try Sheet("14", in: folder)
      #expect(sheet.run("open \(path)").contains("4 cells"))
      #expect(sheet.run("run").hasSuffix("48"))
      #expect(sheet.run("rerun 2").contains("Your turn"))
      // Saved with what the kernel shows, it shows the same when it is checked.
      sheet = try Sheet("14", in: folder)
      for place in file.cells.indices {
        let result = sheet.notebook.run(file.cells[place].source)
        file.cells[place].outputs = NotebookOutputs.outputs(
          of: result.output.blocks, hasValue: result.output.value != nil, result.failure,
          number: place + 1)
        file.cells[place].number = place + 1
      }
      let check = try SessionCheck(
        file, sheet.notebook.session.settings, QuietHost(isInteractive: true))
      #expect(check.differences.isEmpty && check.ran == 4, "\(check.differences)")
    }
  }
}
