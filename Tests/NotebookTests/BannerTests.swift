import TestSupport
import Testing

@testable import Cells
@testable import Lessons
@testable import Notebook

/// The opening screen has three suggestions and fits a small terminal.
@Suite struct BannerTests {
  static func banner(_ lessons: [String: LessonRecord], last: String? = nil) throws -> String {
    var text = ""
    try inTemporaryFolder { folder in
      var settings = Settings()
      settings.progressPath = folder + "/progress.json"
      var store = ProgressStore(path: settings.progressPath)
      if !lessons.isEmpty { _ = store.change { ($0.lessons, $0.last) = (lessons, last) } }
      text = Banner(Session(host: QuietHost(), settings: settings)).output.plainText
    }
    return text
  }

  @Test func threeSuggestions() throws {
    let text = try Self.banner([:])
    for door in ["lesson 1 ", "image photo.jpg ", "load trained "] {
      #expect(text.contains("\n  " + door), "\(text)")
    }
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 12)
    #expect(text.contains("then view conv1.weight"), "\(text)")
    #expect(text.contains("Type next to run the first layer"))
  }

  @Test func whereYouWere() throws {
    let lessons = try LessonLibrary.files().map { Lesson(named: $0) }
    let (first, fifth) = (lessons[0], lessons[4])
    let begun = LessonRecord(step: "x", index: 8)
    let done = LessonRecord(step: "x", index: 3, isFinished: true)
    #expect(
      try Self.banner([first.name: begun, fifth.name: begun], last: fifth.name)
        .contains("   you were at \(fifth.call), step 9"))
    #expect(try Self.banner([first.name: done], last: first.name).contains("the next lesson: "))
    let all = Dictionary(uniqueKeysWithValues: lessons.map { ($0.name, done) })
    #expect(try Self.banner(all).contains("all \(lessons.count) lessons are done"))
  }
}
