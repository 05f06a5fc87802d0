import Basics
import Cells
import CourseSite
import Documents
import Foundation
import Networks
import TensorFiles

/// Runs lessons and makes their pages.
struct LessonPageBuilder {
  private let host: any Cells.Host
  private let settings: Settings
  private let commands: CommandTable
  /// The stems of the lessons that have a page.
  private let stems: Set<String>
  /// The layers that have a page to click.
  private let layers: Set<String>
  /// Those that a page links to.
  private(set) var linkedLayers: Set<String> = []
  /// Weights to start the next lesson with, so that 62 million of them are drawn only once.
  private var weights: Weights?

  private var session: Session
  private var markdown = PageMarkdown(stems: [])
  private var texts = PageTexts()
  private var exercises: [JSONValue] = []
  /// What opens the lesson in the program.
  private var command = ""

  /// A builder for a site with these lessons and layers.
  init(
    host: any Cells.Host, settings: Settings, commands: CommandTable, stems: Set<String>,
    layers: Set<String>
  ) {
    (self.host, self.settings, self.commands) = (host, settings, commands)
    (self.stems, self.layers) = (stems, layers)
    session = Session(host: host, commands: commands)
  }

  /// Runs a lesson's cells, and computes the answers to its exercises for every seed.
  ///
  /// - Parameter text: the lesson's file.
  /// - Throws: `Failure` at what doesn't work in the lesson, or `Cancelled`.
  mutating func page(of lesson: Lesson, text: String) throws -> SiteLesson {
    session = .ofLesson(
      lesson, LessonHost(host, isQuiet: true), settings: settings, commands: commands,
      weights: weights)
    // A page shows what a first visit prints: no runs kept from before, and no folder of this machine.
    session.keepsRuns = false
    session.workingFolder =
      FileManager.default.temporaryDirectory.path + "/alexnet-\(UUID().uuidString)/"
    defer { try? FileManager.default.removeItem(atPath: session.workingFolder) }
    command = "lesson " + (lesson.number.map { String($0) } ?? lesson.stem + ".md")
    (markdown, texts, exercises) = (PageMarkdown(stems: stems), PageTexts(), [])
    var page = SiteLesson(
      number: lesson.number, name: lesson.name, stem: lesson.stem, title: lesson.title,
      aims: lesson.aims, prerequisites: lesson.prerequisites, minutes: lesson.minutes)
    page.introduction = markdown.blocks(lesson.introduction)
    do {
      for (index, step) in lesson.steps.enumerated() {
        host.report(
          progress: "\(lesson.call): step \(index + 1) of \(lesson.steps.count)")
        page.steps.append(try self.step(step))
      }
    } catch let problem as LessonProblem {
      throw problem.failure(in: lesson.file)
    }
    host.report(progress: nil)
    weights = session.weightsForLessons ?? weights
    let steps = lesson.steps.map { step -> JSONValue in
      var cells = step.cells.map(\.source)
      if case .goal(let goal)? = step.exercise?.form { cells += goal.solution.map(\.source) }
      return ["name": .string(step.name), "commands": .array(cells.map { .string($0) })]
    }
    page.exercises = [
      "lesson": .string(lesson.name), "steps": .array(steps), "exercises": .array(exercises),
      "texts": .array(texts.texts.map { .string($0) }),
    ]
    (page.markdown, page.notebook) = (text, LessonNotebook.text(of: text))
    return page
  }

  private mutating func step(_ step: LessonStep) throws -> SiteLesson.Step {
    var (html, words) = ("", [String]())
    for part in step.parts {
      switch part {
      case .prose(let text, _):
        let prose = markdown.blocks(text)
        html += prose
        words.append(PageMarkdown.words(in: prose))
      case .cell(let cell):
        html += try self.cell(cell)
        words.append(lines(of: cell.source).joined(separator: "; "))
      }
    }
    if let exercise = step.exercise {
      let data = try pose(exercise, step: step.name)
      html += ExerciseHTML.section(data.first, command: command)
      words.append(PageMarkdown.words(in: PageMarkdown.sentence(data.first.question)))
    }
    // What follows on each other isn't one sentence.
    let text = words.joined(separator: " · ").split(whereSeparator: \.isWhitespace)
    return SiteLesson.Step(
      name: step.name, heading: step.heading, html: html, text: text.joined(separator: " "),
      hasExercise: step.exercise != nil)
  }
}

// MARK: - Cells

extension LessonPageBuilder {
  /// A cell and what it prints.
  private mutating func cell(_ cell: LessonCell) throws -> String {
    let result = session.run(cell.source)
    try host.cancellation.check()
    if let failure = result.failure, cell.expected == nil {
      throw LessonProblem(
        cell.line, "the cell fails: \(failure.message)", hint: failure.hint)
    }
    let blocks = result.output.blocks + (result.failure?.output.blocks ?? [])
    return Self.source(cell.source) + output(blocks) + links(for: cell.source)
  }

  /// A cell's lines, each after a prompt that isn't copied with it.
  static func source(_ source: String) -> String {
    let rows = lines(of: source).map { "<span class=\"line\">\(HTML.escaped(String($0)))\n</span>" }
    return "<pre class=\"cell\"><code>\(rows.joined())</code></pre>\n"
  }

  private func output(_ blocks: [Block]) -> String {
    guard !blocks.isEmpty else { return "" }
    return "<div class=\"printed\" tabindex=\"0\" role=\"group\" aria-label=\"Output\">"
      + published(
        HTML.encode(Document(blocks), columns: Self.columns, hasDarkImages: true)) + "</div>\n"
  }

  /// What fits beside the list of steps, and what the lessons' own outputs have.
  private static let columns = 78

  /// A cell's output with the names of files as they are outside of a lesson, below the folder in use.
  private func published(_ html: String) -> String {
    html.replacing(HTML.escaped(session.workingFolder), with: "")
  }

  /// Links to the pages of the layers that a cell explains, if they show the same numbers.
  private mutating func links(for source: String) -> String {
    guard session.network == Zoo.networks[0], session.weights.loaded.isEmpty else { return "" }
    let names = source.matches(of: #/\b(?:why|overlap) (\w+)\b/#).map { String($0.1) }
    let shown = layers.intersection(names)
    linkedLayers.formUnion(shown)
    return shown.sorted().map {
      "<p class=\"explore\"><a href=\"\(SiteFigure.address(of: $0))\">Explore \($0) by clicking</a></p>\n"
    }.joined()
  }
}

// MARK: - Exercises

extension LessonPageBuilder {
  /// Computes an exercise's data for every seed. The session continues as a lesson's does.
  private mutating func pose(_ exercise: Exercise, step: String) throws -> ExerciseData {
    var warm = session
    let isDrawn = !exercise.bindings.isEmpty
    let folder = HTML.escaped(session.workingFolder)
    let data = try ExerciseData(exercise, step: step, in: &warm, texts: &texts) { posed, session in
      guard let cell = posed.see else { return nil }
      var copy = session
      if exercise.isGoal { for cell in posed.solution { _ = copy.run(cell) } }
      guard !copy.work(of: cell).contains(where: \.isLong) else { return nil }
      let result = copy.run(cell)
      try copy.host.cancellation.check()
      guard result.failure == nil else { return nil }
      // Images for each of many seeds would make the page large.
      if isDrawn {
        let words = Document(result.output.blocks.filter(\.isWords)).plainText
        return "<pre>\(HTML.escaped(words))</pre>".replacing(folder, with: "")
      }
      let html = HTML.encode(
        result.output.document, columns: Self.columns, hasDarkImages: true)
      return html.replacing(folder, with: "")
    }
    exercises.append(data.json)
    if exercise.isGoal {
      for cell in data.first.solution { _ = session.run(cell) }
    } else {
      session.weights = warm.weights
    }
    return data
  }
}

extension Block {
  /// Whether plain text shows all of the block.
  fileprivate var isWords: Bool {
    switch self {
    case .line, .split, .preformatted, .table, .grid, .histogram: true
    case .image, .chart, .figure, .drawing: false
    }
  }
}
