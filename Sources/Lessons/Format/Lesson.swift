import Basics
import Cells

/// A lesson: one Markdown file of steps, each with prose, cells and at most one exercise.
package struct Lesson: Sendable {
  /// The path of the file, as it was given.
  package var file: String
  /// The number at the beginning of the file name: 6 for `06-overlapping-pooling.md`.
  package var number: Int?
  /// The rest of the file name: `overlapping-pooling`.
  package var name: String
  package var title = ""
  /// What a learner will be able to do afterwards.
  package var aims: [String] = []
  /// The numbers of the lessons to take before this one.
  package var prerequisites: [Int] = []
  /// How long the lesson takes.
  package var minutes = 0
  /// The Markdown before the first step.
  var introduction = ""
  /// The line of the file that the introduction begins on.
  var introductionLine = 1
  var steps: [LessonStep] = []

  /// The exercises of all steps, in order.
  var exercises: [Exercise] { steps.compactMap(\.exercise) }

  /// The name in messages and headings: `lesson 6`, or the lesson's name if the file has no number.
  package var call: String { number.map { "lesson \($0)" } ?? "lesson \(name)" }

  /// The command that opens the lesson.
  package var command: String { number.map { "lesson \($0)" } ?? "lesson \(file)" }
}

extension Lesson {
  /// The name of the lesson's file without its ending.
  var stem: String { Self.stem(of: file) }

  private static func stem(of file: String) -> String {
    let base = file.split(separator: "/").last.map(String.init) ?? file
    return base.hasSuffix(".md") ? String(base.dropLast(3)) : base
  }

  /// An empty lesson with a number and name taken from its file's name.
  package init(named file: String) {
    let stem = Self.stem(of: file)
    let digits = stem.prefix { $0.isASCII && $0.isNumber }
    let rest = stem.dropFirst(digits.count)
    let isNumbered = !digits.isEmpty && digits.count <= 4 && rest.first == "-" && rest.count > 1
    self.init(
      file: file, number: isNumbered ? Int(digits) : nil,
      name: isNumbered ? String(rest.dropFirst()) : stem)
  }
}

/// A section of a lesson, from one `##` heading to the next.
struct LessonStep: Sendable {
  var heading: String
  /// The heading in lower case with hyphens; progress is recorded under it.
  var name: String
  /// The line of the heading.
  var line: Int
  /// Prose and cells, in order.
  var parts: [LessonPart] = []
  /// The exercise at the end of the step.
  var exercise: Exercise?

  /// The cells among the parts.
  var cells: [LessonCell] {
    parts.compactMap { if case .cell(let cell) = $0 { cell } else { nil } }
  }
}

/// A part of a step.
enum LessonPart: Sendable {
  /// Markdown, and the line of the file that it begins on.
  case prose(String, line: Int)
  /// A cell to run.
  case cell(LessonCell)
}

/// A cell of a lesson.
struct LessonCell: Sendable {
  var source: String
  /// The line of the file that the cell begins on.
  var line: Int
  /// What it must print; nil if the lesson doesn't say.
  var expected: ExpectedOutput?
}

/// A problem in a lesson's file.
struct LessonProblem: DescribedError, Hashable, Sendable {
  /// The line in the file.
  var line: Int
  var message: String
  /// How to fix it.
  var hint: String?
  /// Whether it depends on the drawn numbers.
  var isOfSeed = false

  var kind: ErrorKind { .file }

  init(_ line: Int, _ message: String, hint: String? = nil) {
    (self.line, self.message, self.hint) = (line, message, hint)
  }

  /// The problem as an error of a command.
  func failure(in file: String) -> Failure {
    var failure = Failure(.file, "\(file), line \(line): \(message)", hint: hint)
    (failure.line, failure.isLocated) = (line, true)
    return failure
  }
}
