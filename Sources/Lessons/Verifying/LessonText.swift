import Basics
import CLibrary
import Commands
import Documents
import Expressions
import Networks

/// The checks of a lesson's text that don't run it: width, links, layer names, the last step.
struct LessonText {
  private let lesson: Lesson
  private var problems: [LessonProblem] = []
  private var hasListAtEnd = false
  private var hasLinkAtEnd = false

  /// The terminal width that lessons are written for, in columns.
  static let width = 80
  /// The heading of the last step.
  static let lastHeading = "What you can now do"

  /// The problems in a lesson's text.
  static func problems(of lesson: Lesson) -> [LessonProblem] {
    var text = LessonText(lesson: lesson)
    text.look()
    return text.problems
  }

  private init(lesson: Lesson) { self.lesson = lesson }

  private mutating func note(_ line: Int, _ message: String, hint: String? = nil) {
    problems.append(LessonProblem(line, message, hint: hint))
  }

  private mutating func look() {
    look(at: lesson.introduction, line: lesson.introductionLine, isLast: false)
    for (place, step) in lesson.steps.enumerated() {
      let isLast = place == lesson.steps.count - 1
      if displayWidth(step.heading) > 50 {
        note(step.line, "the heading is longer than 50 columns")
      }
      for part in step.parts {
        switch part {
        case .prose(let text, let line): look(at: text, line: line, isLast: isLast)
        case .cell(let cell): look(at: cell)
        }
      }
    }
    guard let last = lesson.steps.last else { return }
    if last.heading != Self.lastHeading {
      note(last.line, "the last step is not called \(quoted(Self.lastHeading))")
    } else if !hasListAtEnd || !hasLinkAtEnd {
      note(
        last.line,
        "the last step has no \(hasListAtEnd ? "link for further reading" : "list")")
    }
    if let exercise = last.exercise { note(exercise.line, "the last step has an exercise") }
  }

  private mutating func look(at cell: LessonCell) {
    for (offset, line) in lines(of: cell.source).enumerated()
    where displayWidth(String(line)) > Self.width - 2 {
      note(cell.line + offset, "the cell is wider than \(Self.width - 2) columns")
    }
  }

  private mutating func look(at text: String, line first: Int, isLast: Bool) {
    let markdown = Markdown(text)
    for line in Layout(width: Self.width).lines(Document(markdown.blocks))
    where line.width > Self.width {
      let offset =
        lines(of: text).firstIndex { $0.contains(line.string.trimmingSpaces().prefix(60)) } ?? 0
      note(
        first + offset, "this is wider than \(Self.width) columns when shown",
        hint: "shorten it, or turn a table's columns into rows")
    }
    if isLast {
      hasLinkAtEnd = hasLinkAtEnd || !markdown.targets.isEmpty
      hasListAtEnd =
        hasListAtEnd || lines(of: text).contains { $0.hasPrefix("- ") || $0.hasPrefix("1. ") }
    }
    for target in markdown.targets { look(at: target, line: first - 1 + target.line) }
    for code in markdown.code { look(atCode: code.text, line: first - 1 + code.line) }
  }

  private mutating func look(at target: Markdown.Target, line: Int) {
    if target.isPicture, target.text.trimmingSpaces().isEmpty {
      note(line, "the image \(target.address) has no description")
    }
    if target.address.isEmpty { note(line, "the link \(quoted(target.text)) has no address") }
    let isElsewhere = ["https://", "http://", "mailto:"].contains {
      target.address.hasPrefix($0)
    }
    guard !isElsewhere, !target.address.isEmpty else { return }
    let parts = target.address.split(
      separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let path = String(parts[0]).replacing("%20", with: " ")
    let folder = lesson.file.lastIndex(of: "/").map { String(lesson.file[...$0]) } ?? ""
    let file = path.isEmpty ? lesson.file : path.hasPrefix("/") ? path : folder + path
    guard access(file, F_OK) == 0 else {
      return note(line, "the link leads to \(path), which does not exist")
    }
    if parts.count > 1, file.hasSuffix(".md"), !Self.anchors(of: file).contains(String(parts[1])) {
      note(line, "there is no heading #\(parts[1]) in \(path.isEmpty ? "this file" : path)")
    }
  }

  /// The anchors that the headings of a file can be linked by.
  private static func anchors(of file: String) -> Set<String> {
    guard let text = try? LessonReader.text(of: file) else { return [] }
    let headings = lines(of: text).filter { $0.hasPrefix("#") }
    return Set(
      headings.map { heading in
        // GitHub's rule: spaces become hyphens, other punctuation is dropped.
        heading.drop { $0 == "#" }.trimmingSpaces().lowercased()
          .filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }.replacing(" ", with: "-")
      })
  }

  /// Checks that words that look like layer names are layers of some network.
  private mutating func look(atCode code: String, line: Int) {
    let words = code.split { !($0.isLetter || $0.isNumber || $0 == "_") }
    for word in words {
      let stem = word.prefix { $0.isLetter }
      let rest = word.dropFirst(stem.count)
      guard Self.stems.contains(String(stem)), !rest.isEmpty, rest.allSatisfy(\.isNumber),
        !Self.layers.contains(String(word))
      else { continue }
      note(
        line, "there is no layer \(word) in any network",
        hint: Suggestion.didYouMean(String(word), among: Self.layers.sorted()))
    }
  }

  private static let layers = Set(Zoo.networks.flatMap { $0.layers.map(\.name) })
  private static let stems = Set(
    layers.map { String($0.prefix { $0.isLetter }) }.filter { $0.count > 1 })
}
