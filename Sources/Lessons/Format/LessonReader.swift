import Basics
import Cells
import TensorFiles

/// Parses a lesson's file.
struct LessonReader {
  private var lesson: Lesson
  private var problems: [LessonProblem] = []
  private let lines: [String]
  private var place = 0
  private var prose: (text: [String], line: Int) = ([], 1)
  private var hasTitle = false

  /// Larger files, in bytes, are rejected.
  static let largest = 1 << 20

  /// Parses a file. The lesson contains everything that could be parsed; `problems` has the rest.
  ///
  /// - Throws: `FileError`, or `Failure` if the file isn't UTF-8 text.
  static func read(_ file: String) throws -> (lesson: Lesson, problems: [LessonProblem]) {
    read(try text(of: file), file: file)
  }

  /// The text of a file.
  ///
  /// - Throws: `FileError`, or `Failure` if it isn't UTF-8.
  static func text(of file: String) throws -> String {
    let bytes = try OpenFile.bytes(of: file, limit: largest)
    if let other = FileKind.mismatch(bytes, wanted: .lesson) {
      throw Failure(.file, "\(quoted(file)): \(other.reason)", hint: other.hint)
    }
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw Failure(.file, "\(quoted(file)) is not UTF-8 text", hint: "a lesson is Markdown")
    }
    return text
  }

  /// Parses a text as if it were the contents of this file.
  static func read(
    _ text: String, file: String
  ) -> (lesson: Lesson, problems: [LessonProblem]) {
    var reader = LessonReader(text, file: file)
    reader.readFile()
    return (reader.lesson, reader.problems.sorted { $0.line < $1.line })
  }

  private init(_ text: String, file: String) {
    lines = Basics.lines(of: text).map(String.init)
    lesson = Lesson(named: file)
  }

  private mutating func note(_ line: Int, _ message: String, hint: String? = nil) {
    problems.append(LessonProblem(line, message, hint: hint))
  }

  private mutating func readFile() {
    guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") else {
      return note(
        1, "the file does not begin with front matter between two lines of ---",
        hint: "alexnet lesson new NAME begins a lesson")
    }
    let matter = FrontMatter(lines[1..<end], line: 2)
    problems += matter.problems
    (lesson.title, lesson.aims) = (matter.title, matter.aims)
    (lesson.prerequisites, lesson.minutes) = (matter.prerequisites, matter.minutes)
    place = end + 1
    prose = ([], place + 1)
    while place < lines.count { readLine() }
    endProse()
    if !hasTitle { note(end + 1, "the lesson has no heading", hint: "# \(lesson.title)") }
    if lesson.steps.isEmpty {
      note(lines.count, "the lesson has no step", hint: "a step begins with ## and its heading")
    }
    checkNames()
  }

  private mutating func readLine() {
    let line = lines[place]
    if let fence = Fence(line) {
      readFence(fence)
    } else if line.hasPrefix("# ") {
      readTitle(line)
    } else if line.hasPrefix("## ") {
      endProse()
      let heading = line.dropFirst(3).trimmingSpaces()
      lesson.steps.append(LessonStep(heading: heading, name: slug(heading), line: place + 1))
      place += 1
      prose = ([], place + 1)
    } else {
      prose.text.append(line)
      place += 1
    }
  }

  private mutating func readTitle(_ line: String) {
    let title = line.dropFirst(2).trimmingSpaces()
    if hasTitle || !lesson.steps.isEmpty {
      note(place + 1, "a second title", hint: "steps begin with ##, parts of a step with ###")
    } else if title != lesson.title, !lesson.title.isEmpty {
      note(place + 1, "the heading is not the front matter's title, \(quoted(lesson.title))")
    }
    hasTitle = true
    place += 1
    prose.line = place + 1
  }

  /// Ends the current prose, if there is any.
  private mutating func endProse() {
    let (text, line) = prose
    prose = ([], place + 1)
    guard let first = text.firstIndex(where: { !$0.trimmingSpaces().isEmpty }) else { return }
    let block = text[first...].joined(separator: "\n")
    let start = line + first
    guard !lesson.steps.isEmpty else {
      (lesson.introduction, lesson.introductionLine) = (block, start)
      return
    }
    if lesson.steps[lesson.steps.count - 1].exercise != nil {
      note(start, "an exercise must come last in its step", hint: "begin another step with ##")
    }
    lesson.steps[lesson.steps.count - 1].parts.append(.prose(block, line: start))
  }

  private mutating func checkNames() {
    var steps: Set<String> = []
    for step in lesson.steps {
      if step.name.isEmpty { note(step.line, "the step has no heading") }
      if !steps.insert(step.name).inserted {
        note(step.line, "a second step named \(step.name)")
      }
    }
    var names: Set<String> = []
    for exercise in lesson.exercises where !names.insert(exercise.name).inserted {
      note(exercise.line, "a second exercise named \(exercise.name)")
    }
  }
}

// MARK: - Fences

/// The line that begins a block of code.
private struct Fence {
  var ticks: Int
  var language: String

  init?(_ line: String) {
    let text = line.drop { $0 == " " }
    ticks = text.prefix { $0 == "`" }.count
    guard ticks >= 3, line.count - text.count <= 3 else { return nil }
    language = text.dropFirst(ticks).trimmingSpaces()
    guard !language.contains("`") else { return nil }
  }

  /// Whether a line ends the block.
  func isEnded(by line: String) -> Bool {
    let text = line.trimmingSpaces()
    return text.count >= ticks && text.allSatisfy { $0 == "`" }
  }
}

extension LessonReader {
  /// Jupytext leaves blocks in these languages as text.
  private static let quietLanguages = ["", "text", "console", "json", "swift"]

  private mutating func readFence(_ fence: Fence) {
    let first = place + 1
    guard let end = lines[first...].firstIndex(where: { fence.isEnded(by: $0) }) else {
      note(first, "this block is never closed")
      place = lines.count
      return
    }
    let content = lines[first..<end]
    switch fence.language {
    case "alexnet":
      endProse()
      addCell(LessonCell(source: content.joined(separator: "\n"), line: first + 1))
    case "output":
      addOutput(ExpectedOutput(lines: Array(content), line: first + 1), line: first)
    default:
      if !Self.quietLanguages.contains(fence.language) {
        note(
          first, "Jupytext may turn a block in \(quoted(fence.language)) into a cell",
          hint: "use alexnet for a cell, output for what it prints, text for anything else")
      }
      prose.text += lines[place...end]
    }
    place = end + 1
    if fence.language == "alexnet" || fence.language == "output" { prose = ([], place + 1) }
  }

  private mutating func addCell(_ cell: LessonCell) {
    guard !lesson.steps.isEmpty else {
      return note(cell.line, "a cell before the first step", hint: "a step begins with ##")
    }
    let last = lesson.steps.count - 1
    if lesson.steps[last].exercise != nil {
      note(cell.line, "an exercise must come last in its step", hint: "begin another with ##")
    }
    let isExercise =
      cell.source.hasPrefix("exercise ") || cell.source.hasPrefix("exercise\n")
      || cell.source == "exercise"
    if isExercise {
      let (exercise, found) = ExerciseReader.read(cell)
      problems += found
      lesson.steps[last].exercise = exercise
    } else {
      if CellReader.isEmpty(cell.source) { note(cell.line, "the cell is empty") }
      lesson.steps[last].parts.append(.cell(cell))
    }
  }

  private mutating func addOutput(_ output: ExpectedOutput, line: Int) {
    let isApart = prose.text.contains { !$0.trimmingSpaces().isEmpty }
    guard !isApart, let last = lesson.steps.indices.last,
      case .cell(var cell)? = lesson.steps[last].parts.last, cell.expected == nil,
      lesson.steps[last].exercise == nil
    else {
      return note(line, "this output follows no cell")
    }
    cell.expected = output
    lesson.steps[last].parts[lesson.steps[last].parts.count - 1] = .cell(cell)
  }
}
