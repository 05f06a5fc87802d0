import Foundation
import TestSupport
import Testing

@testable import Lessons
@testable import Notebook

/// Progress outlives the program, and nothing in its file is lost.
@Suite struct ProgressStoreTests {
  static let record = LessonRecord(
    step: "a-share", index: 1, done: ["a-number"], skipped: ["a-number"], isFinished: false,
    commands: ["let side = (227 - 11) / 4 + 1", "# \"quotes\"\nand lines"], draw: ["a-share": 2])

  @Test func isRestored() throws {
    try inTemporaryFolder { folder in
      let path = folder + "/a/b/progress.json"
      var store = ProgressStore(path: path)
      #expect(store.note == nil)
      #expect(store.save(Self.record, of: "short") == nil)
      #expect(store.change { $0.seed = 7 } == nil)
      #expect(store.stopAsking() == nil)
      let again = ProgressStore(path: path)
      #expect(again.note == nil)
      #expect(again.progress.lessons == ["short": Self.record])
      #expect(again.progress.seed == 7)
      #expect(!again.progress.asks)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/a/b")
      #expect(names == ["progress.json"])
    }
  }

  /// Two programs in different lessons don't undo each other's progress.
  @Test func twoProgramsAtOnce() throws {
    try inTemporaryFolder { folder in
      let path = folder + "/progress.json"
      var (one, two) = (ProgressStore(path: path), ProgressStore(path: path))
      #expect(one.save(Self.record, of: "one") == nil)
      #expect(two.save(Self.record, of: "two") == nil)
      #expect(one.save(Self.record, of: "three") == nil)
      #expect(ProgressStore(path: path).progress.lessons.keys.sorted() == ["one", "three", "two"])
    }
  }

  @Test(arguments: [
    "", "{", "[]", "{\"version\": 1}", "{\"version\": \"1\", \"lessons\": {}}", "\u{0}\u{0}",
    "{\"version\": 1, \"lessons\": {\"a\": {}}}", "{\"version\": 1, \"lessons\": 3}",
    "{\"version\": 1, \"seed\": -1, \"lessons\": {}}", "{\"lessons\": {}}",
  ])
  func damagedFilesAreKept(_ text: String) throws {
    try inTemporaryFolder { folder in
      let path = folder + "/progress.json"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      var store = ProgressStore(path: path)
      let note = try #require(store.note)
      #expect(note.contains(path) && note.contains("cannot be read"))
      #expect(!note.contains("\n"))
      #expect(store.progress == LessonProgress())
      // Reading alone changes nothing.
      #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
      #expect(store.save(Self.record, of: "short") == nil)
      #expect(try String(contentsOfFile: path + ".damaged", encoding: .utf8) == text)
      #expect(ProgressStore(path: path).progress.lessons.count == 1)
      // A second damaged file doesn't overwrite the first.
      try Data("{".utf8).write(to: URL(fileURLWithPath: path))
      var second = ProgressStore(path: path)
      #expect(second.save(Self.record, of: "short") == nil)
      #expect(try String(contentsOfFile: path + ".damaged", encoding: .utf8) == text)
      #expect(try String(contentsOfFile: path + ".damaged-2", encoding: .utf8) == "{")
    }
  }

  @Test func newerFilesAreLeftAlone() throws {
    try inTemporaryFolder { folder in
      let path = folder + "/progress.json"
      let text = "{\"version\": 2, \"lessons\": [\"in another form\"]}"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      var store = ProgressStore(path: path)
      #expect(store.note?.contains("newer") == true)
      #expect(store.save(Self.record, of: "short") == nil)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }
  }

  /// An unwritable file is reported once.
  @Test func anUnwritableFile() throws {
    try inTemporaryFolder { folder in
      let file = folder + "/file"
      try Data().write(to: URL(fileURLWithPath: file))
      var store = ProgressStore(path: file + "/progress.json")
      #expect(store.note == nil)
      #expect(store.save(Self.record, of: "short")?.contains("progress is not saved") == true)
      #expect(store.save(Self.record, of: "short") == nil)
    }
  }

  @Test func aFolderInItsPlace() throws {
    try inTemporaryFolder { folder in
      var store = ProgressStore(path: folder)
      #expect(store.note?.contains("progress is not saved") == true)
      #expect(store.save(Self.record, of: "short") == nil)
    }
  }
}
