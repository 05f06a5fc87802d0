import Foundation
import TestSupport

@testable import Lessons
@testable import Notebook

/// A short lesson that works and has an exercise of every kind.
enum LessonFixture {
  static let text = """
    ---
    title: A short lesson
    aims:
      - say how large an output is
    prerequisites: [1]
    minutes: 5
    \(FrontMatter.jupyter)
    ---

    # A short lesson

    How large is the output of a *convolution*?

    \(lessonSteps)
    """

  /// The text with one part replaced.
  static func replacing(_ old: String, with new: String) -> String {
    precondition(text.contains(old), "The lesson has no \(old).")
    return text.replacingOccurrences(of: old, with: new)
  }

  /// The number of the first line that contains a text.
  static func line(of text: String, in whole: String) -> Int {
    let lines = whole.components(separatedBy: "\n")
    return (lines.firstIndex { $0.contains(text) } ?? -2) + 1
  }

  /// Parses a text as a lesson; it must be valid.
  static func lesson(_ text: String = text) throws -> Lesson {
    let (lesson, problems) = LessonReader.read(text, file: "short.md")
    if let first = problems.first { throw first }
    return lesson
  }

  /// Writes a text to a file in a new folder, which exists while the work runs.
  static func withFile<Result>(
    _ text: String = text, name: String = "short.md", _ work: (String) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    return try work(file.path)
  }
}
