import Foundation
import Tensors
import TestSupport
import Testing

@testable import Cells
@testable import Documents
@testable import Lessons
@testable import Notebook

/// Progress is exported, imported and reset only on request.
@Suite struct ProgressCommandTests {
  static func session(_ folder: String, _ host: any Cells.Host = QuietHost()) -> Session {
    var settings = Settings()
    settings.progressPath = folder + "/progress.json"
    return Session(host: host, settings: settings)
  }

  static func text(_ session: inout Session, _ line: String) -> String {
    let result = session.run(line)
    return result.output.plainText + (result.failure?.output.plainText ?? "")
  }

  static let done = LessonRecord(
    step: "end", index: 2, done: ["a", "b", "end"], skipped: ["b"], hints: ["a": 1],
    isFinished: true, best: LessonResult(answered: 1, skipped: 1, hints: 1))
  static let begun = LessonRecord(step: "b", index: 1, done: ["a"], hints: ["a": 2], seed: 5)

  @Test func thereAndBack() throws {
    try inTemporaryFolder { folder in
      var session = Self.session(folder)
      #expect(Self.text(&session, "progress export \(folder)/out.json").contains("no progress yet"))
      var store = ProgressStore(path: folder + "/progress.json")
      _ = store.change { ($0.seed, $0.lessons) = (7, ["one": Self.done, "two": Self.begun]) }
      #expect(
        Self.text(&session, "progress export \(folder)/out.json").contains("2 lessons written"))
      #expect(
        Self.text(&session, "progress import \(folder)/out.json").contains("nothing new"))
      #expect(ProgressStore(path: folder + "/progress.json").progress == store.progress)

      // Without a person to ask, reset needs --yes. It keeps the file.
      let refused = try #require(session.run("progress reset").failure)
      #expect(refused.kind == .usage && refused.hint?.contains("--yes") == true)
      #expect(ProgressStore(path: folder + "/progress.json").progress == store.progress)
      #expect(Self.text(&session, "progress reset --yes").contains("starts from scratch"))
      #expect(ProgressStore(path: folder + "/progress.json").progress == LessonProgress())
      let back = Self.text(&session, "progress import \(folder)/progress.json.before-reset")
      #expect(back.contains("2\nlessons new"), "\(back)")
      #expect(
        ProgressStore(path: folder + "/progress.json").progress.lessons == store.progress.lessons)
      // A second reset doesn't overwrite the file kept by the first.
      _ = session.run("progress reset --yes")
      #expect(FileManager.default.fileExists(atPath: folder + "/progress.json.before-reset-2"))
    }
  }

  /// A host that always gives the same answer.
  final class Answering: Cells.Host {
    let cancellation = Cancellation()
    let isInteractive = true
    let answer: String
    init(_ answer: String) { self.answer = answer }
    func show(_ document: Document) {}
    func report(progress: String?) {}
    func ask(_ question: String) -> String { answer }
  }

  @Test(arguments: [("y", true), (" YES ", true), ("", false), ("n", false), ("yes please", false)])
  func resetAsks(_ answer: String, _ isReset: Bool) throws {
    try inTemporaryFolder { folder in
      var store = ProgressStore(path: folder + "/progress.json")
      _ = store.save(Self.done, of: "one")
      var session = Self.session(folder, Answering(answer))
      #expect(session.run("progress reset").failure == nil)
      let progress = ProgressStore(path: folder + "/progress.json").progress
      #expect(progress.lessons.isEmpty == isReset)
    }
  }

  /// Merging never loses a finished lesson, an answer, or the better result, in either order.
  @Test func merging() {
    var retaken = Self.done
    retaken.startOver(Lesson(named: "one.md"))
    #expect(retaken.isFinished && retaken.isRetaken && retaken.best == Self.done.best)
    let better = LessonRecord(
      step: "b", index: 1, done: ["a", "b"], hints: ["b": 1], isFinished: true, isRetaken: true,
      best: LessonResult(answered: 2, skipped: 0, hints: 3))
    for (one, other) in [
      (Self.done, Self.begun), (Self.done, retaken), (Self.done, better), (Self.begun, better),
      (Self.done, LessonRecord()),
    ] {
      for (mine, theirs) in [(one, other), (other, one)] {
        let both = mine.merged(theirs)
        #expect(both.isFinished == (mine.isFinished || theirs.isFinished))
        #expect(Set(both.done) == Set(mine.done + theirs.done))
        #expect(both.best == LessonResult.better(mine.best, theirs.best))
        let answered = Set(
          [mine, theirs].flatMap { r in r.done.filter { !r.skipped.contains($0) } })
        #expect(answered.isDisjoint(with: both.skipped))
      }
    }
    #expect(Self.done.merged(better).skipped == [])
    #expect(Self.done.merged(Self.begun).hints == ["a": 1])
    #expect(Self.done.merged(Self.done) == Self.done)
    #expect(Self.done.merged(retaken).isRetaken == false)
  }

  @Test(arguments: [
    ("no file", "cannot read"), ("{", "is not a progress file: at byte"),
    ("\u{2}\0\0\0\0\0\0\0{}", "it is a safetensors file, not a progress file"),
    ("GIF89a", "it is a GIF, not a progress file"),
    ("---\ntitle: Padding\n---\n", "it is a lesson, not a progress file"),
    ("{\"version\": 9, \"lessons\": {}}", "newer program"),
    ("{\"version\": 1, \"lessons\": {\"a\": {}}}", "is not a progress file"),
  ])
  func filesThatCannotBeImported(_ text: String, _ says: String) throws {
    try inTemporaryFolder { folder in
      if text != "no file" {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/in.json"))
      }
      var store = ProgressStore(path: folder + "/progress.json")
      _ = store.save(Self.done, of: "one")
      var session = Self.session(folder)
      let failure = try #require(session.run("progress import \(folder)/in.json").failure)
      #expect(failure.kind == .file && failure.message.contains(says), "\(failure.message)")
      #expect(ProgressStore(path: folder + "/progress.json").progress == store.progress)
    }
  }

  /// Files of earlier versions lack hints and results. Importing one loses nothing.
  @Test func filesOfEarlierVersions() throws {
    let text = """
      {"version": 1, "seed": 3, "ask": true, "lessons": {"one": {"step": "end", "index": 2,
       "finished": true, "done": ["a", "b"], "skipped": ["b"], "draw": {}, "seed": 4,
       "commands": []}}}
      """
    let record = try #require(ProgressFormat.progress(of: Array(text.utf8)).lessons["one"])
    #expect(record.isFinished && !record.isRetaken && record.best == nil && record.hints == [:])
    for record in [record, Self.done, Self.begun] {
      let progress = LessonProgress(seed: 1, last: "one", lessons: ["one": record])
      #expect(
        try ProgressFormat.progress(of: Array(ProgressFormat.text(of: progress).utf8)) == progress)
    }
  }

  /// Two programs in the same lesson: if one finishes it, the other doesn't undo that.
  @Test func twoProgramsInOneLesson() throws {
    try inTemporaryFolder { folder in
      let path = folder + "/progress.json"
      var (one, two) = (ProgressStore(path: path), ProgressStore(path: path))
      _ = one.save(Self.done, of: "one")
      _ = two.save(Self.begun, of: "one")
      let record = ProgressStore(path: path).progress.lessons["one"]
      #expect(record?.isFinished == true && record?.best == Self.done.best)
    }
  }
}
