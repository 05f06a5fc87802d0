import Basics
import Cells

/// A lesson: one Markdown file of steps, each with prose, cells and at most one exercise.
package struct Lesson: Sendable {
  /// The file, as it was named.
  package var file: String
  /// The number that its file name begins with: 6 of `06-overlapping-pooling.md`.
  package var number: Int?
  /// The rest of the file name: `overlapping-pooling`.
  package var name: String
  /// The title.
  package var title = ""
  /// What a learner can do afterwards.
  package var aims: [String] = []
  /// The numbers of the lessons that come before it.
  package var prerequisites: [Int] = []
  /// How long it takes.
  package var minutes = 0
  /// What stands before the first step.
  var introduction = ""
  /// The line of the introduction.
  var introductionLine = 1
  /// The steps, in order.
  var steps: [LessonStep] = []

  /// The exercises of all steps.
  var exercises: [Exercise] { steps.compactMap(\.exercise) }

  /// How messages and headings call it: `lesson 6`, or its name where the file has no number.
  package var call: String { number.map { "lesson \($0)" } ?? "lesson \(name)" }

  /// What a person types to open it.
  package var command: String { number.map { "lesson \($0)" } ?? "lesson \(file)" }
}

extension Lesson {
  /// A lesson of which nothing but the file's name is known.
  package init(named file: String) {
    let base = file.split(separator: "/").last.map(String.init) ?? file
    let stem = base.hasSuffix(".md") ? String(base.dropLast(3)) : base
    let digits = stem.prefix { $0.isASCII && $0.isNumber }
    let rest = stem.dropFirst(digits.count)
    let isNumbered = !digits.isEmpty && digits.count <= 4 && rest.first == "-" && rest.count > 1
    self.init(
      file: file, number: isNumbered ? Int(digits) : nil,
      name: isNumbered ? String(rest.dropFirst()) : stem)
  }
}

/// A section of a lesson.
struct LessonStep: Sendable {
  /// The heading.
  var heading: String
  /// The heading in lower case with hyphens, by which progress is kept.
  var name: String
  /// The line of the heading.
  var line: Int
  /// Prose and cells, in order.
  var parts: [LessonPart] = []
  /// What the learner is asked, after everything else.
  var exercise: Exercise?

  /// The cells.
  var cells: [LessonCell] {
    parts.compactMap { if case .cell(let cell) = $0 { cell } else { nil } }
  }
}

/// A part of a step.
enum LessonPart: Sendable {
  /// Markdown, which begins on this line of the file.
  case prose(String, line: Int)
  /// What may be typed at the prompt.
  case cell(LessonCell)
}

/// A cell of a lesson.
struct LessonCell: Sendable {
  /// The cell.
  var source: String
  /// The line of its first line.
  var line: Int
  /// What it must print, where the lesson says so.
  var expected: ExpectedOutput?
}

/// What is wrong with a lesson, and where.
struct LessonProblem: DescribedError, Hashable, Sendable {
  /// The line of the file.
  var line: Int
  /// What is wrong.
  var message: String
  /// How to mend it.
  var hint: String?
  /// Whether it depends on the numbers that were drawn.
  var isOfSeed = false

  /// A file.
  var kind: ErrorKind { .file }

  init(_ line: Int, _ message: String, hint: String? = nil) {
    (self.line, self.message, self.hint) = (line, message, hint)
  }

  /// The problem as the failure of a command.
  func failure(in file: String) -> Failure {
    var failure = Failure(.file, "\(file), line \(line): \(message)", hint: hint)
    (failure.line, failure.isLocated) = (line, true)
    return failure
  }
}

/// The heading as a name: lower case, with a hyphen for every run of other characters.
func slug(_ heading: String) -> String {
  heading.lowercased().split { !($0.isLetter || $0.isNumber) }.joined(separator: "-")
}
