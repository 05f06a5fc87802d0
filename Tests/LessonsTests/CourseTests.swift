import Foundation
import Testing

@testable import Cells
@testable import Lessons
@testable import Notebook

/// The lessons that come with the program.
@Suite struct CourseTests {
  /// None if the folder isn't found; `areFound` then fails.
  static let files = (try? LessonLibrary.files()) ?? []

  /// Twenty-five lessons or more, all of which can be read, numbered from 1 without a gap.
  @Test func areFound() throws {
    let lessons = try LessonLibrary.known()
    let numbers = lessons.compactMap(\.number)
    #expect(numbers.count == max(25, Self.files.count))
    #expect(numbers == Array(1...max(1, numbers.count)), "\(numbers)")
    for lesson in lessons {
      for earlier in lesson.prerequisites {
        #expect(earlier < lesson.number ?? 0 && numbers.contains(earlier), "\(lesson.file)")
      }
    }
  }

  @Test(arguments: files)
  func works(_ file: String) throws {
    var verifier = LessonVerifier(
      host: QuietHost(), settings: Settings(), commands: .notebook)
    let report = try verifier.verify(file)
    #expect(report.problems == [])
    let lesson = try #require(report.lesson)
    #expect((15...40).contains(lesson.minutes))
    #expect((8...16).contains(lesson.steps.count))
    #expect(lesson.exercises.count >= 6)
    #expect(report.kinds.count >= 3, "\(report.kinds)")
  }

  /// The lessons that train nothing, since a handout runs their cells a second time.
  static let quick = files.filter { file in
    let text = (try? LessonReader.text(of: file)) ?? ""
    return !text.contains("\ntrain ") && !text.contains("\nexperiment ")
  }

  @Test(arguments: quick)
  func hasAHandout(_ file: String) throws {
    let lesson = try LessonLibrary.open(file)
    let text = try LessonHandout.text(of: lesson, seed: 3, in: Session(host: QuietHost()))
    #expect(text.components(separatedBy: "**Answer.**").count == lesson.exercises.count + 1)
    #expect(!text.contains("{answer}"))
  }
}
