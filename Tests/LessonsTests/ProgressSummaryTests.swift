import Foundation
import TestSupport
import Testing

@testable import Cells
@testable import Documents
@testable import Lessons
@testable import TensorFiles

/// `progress summary`: the progress files of a class in one table.
@Suite struct ProgressSummaryTests {
  /// Two lessons with exercises, of the names `short` and `other`.
  static func lessons() -> [Lesson] {
    ["short", "other"].map { name in
      let (lesson, _) = LessonReader.read(LessonFixture.text, file: "\(name).md")
      return lesson
    }
  }

  /// A file with the progress of a learner.
  static func write(_ records: [String: LessonRecord], to path: String) throws {
    let text = ProgressFormat.text(of: LessonProgress(seed: 1, lessons: records))
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  static func steps(_ lesson: Lesson) -> [String] {
    lesson.steps.filter { $0.exercise != nil }.map(\.name)
  }

  @Test func aClass() throws {
    try inTemporaryFolder { folder in
      let lessons = Self.lessons()
      let steps = Self.steps(lessons[0])
      let count = lessons[0].exercises.count
      try #require(steps.count >= 2)
      // Ann has finished; her best result was better than the current one. Bob has begun.
      var ann = LessonRecord(
        step: "end", index: 9, done: steps, skipped: [steps[1]], hints: [steps[0]: 1],
        misses: [steps[0]: 2], isFinished: true)
      ann.best = LessonResult(answered: count, skipped: 0, hints: 3)
      let bob = LessonRecord(
        step: steps[1], index: 1, done: steps, skipped: [steps[1]], misses: [steps[1]: 4])
      try Self.write(["short": ann, "gone": LessonRecord(step: "a")], to: folder + "/ann.json")
      try Self.write(["short": bob, "other": LessonRecord()], to: folder + "/bob, jr.json")
      let summary = ProgressSummary(of: [folder], lessons: lessons)
      #expect(summary.learners.map(\.name) == ["ann", "bob, jr"] && summary.unreadable.isEmpty)
      #expect(
        summary.learners.map { $0.results[0] } == [
          .init(
            isFinished: true, isBegun: true, answered: count, skipped: 0, hints: 3, misses: 2),
          .init(
            isFinished: false, isBegun: true, answered: steps.count - 1, skipped: 1, hints: 0,
            misses: 4),
        ])
      #expect(summary.learners.allSatisfy { $0.results[1] == .init() })
      #expect(summary.unknown == ["gone"])
      // Both skipped the second exercise, with four misses; the first was missed twice.
      #expect(summary.troubles.map(\.step) == [steps[1], steps[0]])
      #expect(summary.troubles[0].skipped == 2 && summary.troubles[0].misses == 4)
      #expect(summary.troubles[1] == .init(lesson: "short", step: steps[0], misses: 2, hints: 1))

      let output = summary.output(csv: nil)
      let text = output.plainText
      #expect(output.exitCode == 0 && text.contains("ann") && text.contains("✓"), "\(text)")
      #expect(text.contains("\(steps.count - 1)/\(count)") && text.contains("not counted: gone"))
      #expect(!text.contains("other"), "nobody began it")

      let rows = summary.csv.split(separator: "\n").map(String.init)
      #expect(rows.count == 3)
      #expect(
        rows[0]
          == "learner,file,finished,answered,skipped,hints,misses,"
          + "short finished,short answered,short skipped,short hints,short misses,"
          + "other finished,other answered,other skipped,other hints,other misses")
      #expect(
        rows[1] == "ann,\(folder)/ann.json,1,\(count),0,3,2,1,\(count),0,3,2,0,0,0,0,0", "\(rows)")
      #expect(
        rows[2].hasPrefix("\"bob, jr\",\"\(folder)/bob, jr.json\",0,\(steps.count - 1),1,0,4,"))
    }
  }

  /// Files that can't be read are named, the others are still summed up, and the exit code is 1.
  @Test func someCannotBeRead() throws {
    try inTemporaryFolder { folder in
      try Self.write(["short": LessonRecord(step: "a")], to: folder + "/good.json")
      for (name, text) in [
        ("gif", "GIF89a"), ("cut", "{\"version\": 1, \"les"), ("new", "{\"version\": 9}"),
      ] {
        try text.write(toFile: "\(folder)/\(name).json", atomically: true, encoding: .utf8)
      }
      let files = ["good", "gif", "cut", "new", "missing"].map { "\(folder)/\($0).json" }
      let summary = ProgressSummary(of: files, lessons: Self.lessons())
      #expect(summary.learners.map(\.name) == ["good"])
      #expect(summary.unreadable.map(\.file) == Array(files.dropFirst()))
      let reasons = ["a GIF", "is not a progress file", "newer program", "missing.json"]
      for (one, reason) in zip(summary.unreadable, reasons) {
        #expect(one.failure.message.contains(reason), "\(one.failure.message)")
      }
      let output = summary.output(csv: nil)
      #expect(output.exitCode == 1 && output.plainText.contains("left out"))
      #expect(output.plainText.contains("good"))
    }
  }

  @Test func throughTheCommand() throws {
    try inTemporaryFolder { folder in
      try Self.write([:], to: folder + "/ann.json")
      var session = ProgressCommandTests.session(folder + "/own")
      let result = session.run("progress summary \(folder)/ann.json --csv \(folder)/class.csv")
      #expect(result.failure == nil && result.exitCode == 0)
      let csv = try String(contentsOfFile: folder + "/class.csv", encoding: .utf8)
      #expect(csv.split(separator: "\n").count == 2 && csv.contains("\nann,"))
      // A file is not replaced, and a table without learners isn't written.
      let again = session.run("progress summary \(folder)/ann.json --csv \(folder)/class.csv")
      #expect(again.failure?.message.contains("already exists") == true)
      let bad = session.run("progress summary \(folder)/no.json --csv \(folder)/none.csv")
      #expect(bad.failure?.message.contains("no.json") == true && bad.exitCode == 1)
      #expect(!FileManager.default.fileExists(atPath: folder + "/none.csv"))
    }
  }

  @Test(arguments: [
    ("progress summary", "which files?"), ("progress export a.json b.json", "takes one file"),
    ("progress reset --csv a.csv", "--csv is for progress summary"),
  ])
  func refusals(_ line: String, _ says: String) throws {
    try inTemporaryFolder { folder in
      var session = ProgressCommandTests.session(folder)
      let failure = try #require(session.run(line).failure)
      #expect(failure.kind == .usage && failure.message.contains(says), "\(failure.message)")
    }
  }

  /// The folder is added only where names would be the same.
  @Test func titles() {
    #expect(
      ProgressSummary.titles(["a/ann.json", "b/ann.json", "c/bob.json", "progress"])
        == ["a/ann", "b/ann", "bob", "progress"])
  }

  /// A spreadsheet must not compute a name.
  @Test func formulasAreText() throws {
    try inTemporaryFolder { folder in
      try Self.write([:], to: folder + "/=1+1.json")
      let summary = ProgressSummary(of: [folder + "/=1+1.json"], lessons: [])
      #expect(summary.csv.contains("\n'=1+1,"), "\(summary.csv)")
    }
  }

  /// Misses are kept in the file, merged by the larger count, and missing in files of earlier versions.
  @Test func missesAreKept() throws {
    let record = LessonRecord(step: "a", misses: ["a": 3, "b": 1])
    let progress = LessonProgress(lessons: ["one": record])
    let text = ProgressFormat.text(of: progress)
    #expect(try ProgressFormat.progress(of: Array(text.utf8)) == progress)
    let merged = record.merged(LessonRecord(step: "b", index: 1, misses: ["b": 2, "c": 5]))
    #expect(merged.misses == ["a": 3, "b": 2, "c": 5])
  }
}
