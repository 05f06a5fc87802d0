import Basics
import CourseSite
import Foundation
import TensorFiles
import TestSupport
import Testing

@testable import Cells
@testable import Lessons
@testable import Notebook

/// The pages' script judges answers as the program does. It runs in a headless Chromium, if there is one.
@Suite struct PageScriptTests {
  /// The path of Chromium; nil if it isn't installed.
  static let browser: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/chromium" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }()

  /// An answer to a question of a lesson, and what the program says to it.
  struct Row {
    var question: JSONValue
    var answer: String
    var kind: String
    var text: String?
  }

  /// What is compared of a verdict. The script's messages about unreadable answers are its own.
  static func row(_ question: JSONValue, _ answer: String, _ verdict: Verdict) -> Row {
    var row = Row(question: question, answer: answer, kind: "")
    switch verdict {
    case .right: row.kind = "right"
    case .wrong(let diagnosis):
      (row.kind, row.text) = ("wrong", diagnosis.map(PageMarkdown.sentence))
    case .close(let line): (row.kind, row.text) = ("close", line)
    case .unreadable, .readOff: row.kind = "unreadable"
    }
    // Layers are out of a page's reach; "input" after a number is a unit.
    if answer.contains(#/\b(conv|norm|relu|pool|fc)\d\b *(\.\w|[\[(])|^(input|out)\b|shape/#)
      || answer.contains(#/[^0-9 ] *\b(input|out)\b/#)
    {
      (row.kind, row.text) = ("unreadable", nil)
    }
    return row
  }

  /// The question as the script gets it, for each distinct draw of the numbers.
  static func questions(
    _ exercise: Exercise, in session: inout Session
  ) throws -> [(posed: ExerciseInstance, json: JSONValue)] {
    var texts = PageTexts()
    var all: [(ExerciseInstance, JSONValue)] = []
    let data = try ExerciseData(exercise, step: "a", in: &session, texts: &texts) { _, _ in nil }
    let seeds = try #require(data.json["seeds"]?.arrayValue).compactMap(\.integerValue)
    for (place, instance) in (data.json["instances"]?.arrayValue ?? []).enumerated() {
      let seed = LessonVerifier.seeds.lowerBound + UInt64(try #require(seeds.firstIndex(of: place)))
      let posed = try ExerciseInstance(exercise, seed: seed, in: &session)
      guard posed.reference != nil, case .object(var members) = data.json else { continue }
      members.append(.init(name: "instance", value: instance))
      members.append(.init(name: "texts", value: .array(texts.texts.map { .string($0) })))
      all.append((posed, .object(members)))
    }
    return all
  }

  /// The verdicts of the script.
  static func verdicts(on rows: [Row]) throws -> [(kind: String?, text: String?)] {
    let table = JSONValue.array(
      rows.map { ["question": $0.question, "answer": .string($0.answer)] })
    let page = """
      <!DOCTYPE html><meta charset="utf-8"><pre id="verdicts"></pre>
      <script>\(CourseSite.script)</script>
      <script>
      const rows = \(table.text.replacing("<", with: "\\u003c"));
      document.getElementById("verdicts").textContent = JSON.stringify(rows.map((row) => {
        const data = { texts: row.question.texts };
        const exercise = { ...row.question, seeds: [0], instances: [row.question.instance] };
        return judge(row.answer, posed(data, exercise, 0).question);
      }));
      </script>
      """
    let program = try #require(browser)
    let output = try LessonFixture.withFile(page, name: "page.html") { file in
      try runTool(
        [
          program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
          "--user-data-dir=\(file).profile", "--dump-dom", "file://\(file)",
        ], withErrors: false
      ).output
    }
    let found = output.firstMatch(
      of: #/<pre id="verdicts">(.*?)<\/pre>/#.dotMatchesNewlines())
    let text = try #require(found?.1)
    let json = String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&amp;", with: "&")
    return try #require(JSONParser.parse(Array(json.utf8)).arrayValue).map {
      ($0["kind"]?.stringValue, $0["text"]?.stringValue)
    }
  }

  static func compare(_ rows: [Row]) throws {
    let verdicts = try verdicts(on: rows)
    try #require(verdicts.count == rows.count)
    for (row, verdict) in zip(rows, verdicts) {
      let name = row.question["instance"]?["reference"]?.text ?? ""
      #expect(verdict.kind == row.kind, "‘\(row.answer)’ to \(name): \(verdict.text ?? "")")
      guard row.kind != "unreadable" else { continue }
      #expect(verdict.text == row.text, "‘\(row.answer)’ to \(name)")
    }
  }

  /// The answers with which the program's own checker is tested.
  @Test(.enabled(if: browser != nil, "needs Chromium: make browser"))
  func judgesAsTheProgramDoes() throws {
    let single = AnswerTests.cases.map {
      AnswerFormTests.Row(lines: $0.0, answers: [($0.1, $0.2)])
    }
    var session = Session(host: QuietHost())
    var rows: [Row] = []
    for row in AnswerFormTests.rows + single {
      let posed = try AnswerTests.posed(row.lines, question: row.question)
      guard let question = try Self.questions(posed.exercise, in: &session).first else { continue }
      for (answer, _) in row.answers {
        rows.append(
          Self.row(question.json, answer, try question.posed.verdict(on: answer, in: session)))
      }
    }
    #expect(rows.count > 230)
    try Self.compare(rows)
  }

  /// The right answers of lessons in all of their forms, and the values of known mistakes.
  @Test(
    .enabled(if: browser != nil, "needs Chromium: make browser"),
    arguments: CourseTests.files.filter { $0.contains(#/\/(02|03|10)-/#) })
  func judgesALessonsAnswers(_ file: String) throws {
    let lesson = try LessonLibrary.open(file)
    var session = Session(host: QuietHost())
    var rows: [Row] = []
    for step in lesson.steps {
      for cell in step.cells { _ = session.run(cell.source) }
      guard let exercise = step.exercise else { continue }
      for (posed, question) in try Self.questions(exercise, in: &session) {
        let wrong = posed.mistakes.map { $0.value.text(minus: .hyphen) }
        for text in EquivalentForms.forms(of: posed).map(\.text) + wrong {
          rows.append(Self.row(question, text, try posed.verdict(on: text, in: session)))
        }
      }
    }
    #expect(rows.count > 100)
    try Self.compare(rows)
  }
}
