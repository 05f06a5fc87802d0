import Basics
import Expressions
import Yams

/// The YAML block between two lines of `---` at the top of a lesson.
struct FrontMatter {
  var title = ""
  /// What a learner will be able to do afterwards.
  var aims: [String] = []
  /// The numbers of the lessons to take before this one.
  var prerequisites: [Int] = []
  /// How long the lesson takes.
  var minutes = 0
  /// What is wrong with the front matter.
  private(set) var problems: [LessonProblem] = []

  /// The block with which Jupytext converts the file to a notebook and back without changing a
  /// byte.
  ///
  /// Without the filter, Jupytext would write its own version into each file it saves.
  static let jupyter = """
    jupyter:
      jupytext:
        custom_language_magics: alexnet
        notebook_metadata_filter: -jupytext.text_representation.jupytext_version
        text_representation:
          extension: .md
          format_name: markdown
          format_version: '1.3'
      kernelspec:
        display_name: AlexNet
        language: alexnet
        name: alexnet
    """

  /// Parses the lines of the front matter.
  ///
  /// - Parameter line: the line of the file that the first of them is on.
  init(_ lines: some Collection<String>, line first: Int) {
    var text: [String] = []
    var block: [String] = []
    var isBlock = false
    for line in lines {
      // Compared as text, because Jupytext only ever writes it in this order and form.
      if line.first.map({ !$0.isWhitespace }) ?? false { isBlock = line.hasPrefix("jupyter:") }
      if isBlock { block.append(line) } else { text.append(line) }
      if isBlock { text.append("") }
    }
    read(text.joined(separator: "\n"), first: first)
    let place =
      first
      + (lines.firstIndex { $0.hasPrefix("jupyter:") }.map {
        lines.distance(from: lines.startIndex, to: $0)
      } ?? 0)
    if block.joined(separator: "\n") != Self.jupyter {
      problems.append(
        LessonProblem(
          place,
          block.isEmpty
            ? "the front matter has no jupyter block"
            : "the jupyter block is not the one that Jupytext keeps byte for byte",
          hint: "alexnet lesson new NAME writes it"))
    }
  }

  private mutating func read(_ text: String, first: Int) {
    let root: Yams.Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      problems.append(Self.problem(error, first: first))
      return
    } catch {
      problems.append(LessonProblem(first, "the front matter cannot be read: \(error)"))
      return
    }
    guard let mapping = root?.mapping else {
      problems.append(
        LessonProblem(first, "the front matter isn't a list of keys", hint: "title: A title"))
      return
    }
    var missing = ["title", "aims", "minutes"]
    for (key, value) in mapping {
      let line = first - 1 + ((key.mark ?? value.mark)?.line ?? 1)
      missing.removeAll { $0 == key.string }
      switch key.string ?? "" {
      case "title":
        title = value.scalar?.string.trimmingSpaces() ?? ""
        require(!title.isEmpty, line, "the title is empty", "title: A title")
      case "aims":
        aims = value.sequence?.compactMap { $0.scalar?.string } ?? []
        require(
          !aims.isEmpty && aims.count == value.sequence?.count, line, "aims isn't a list of lines",
          "write one line each, beginning with \"  - \"")
      case "prerequisites":
        prerequisites = value.sequence?.compactMap(\.int) ?? []
        require(
          prerequisites.count == value.sequence?.count, line,
          "prerequisites isn't a list of lesson numbers", "prerequisites: [1, 2]")
      case "minutes":
        minutes = value.int ?? 0
        require(
          (1...600).contains(minutes), line, "minutes isn't a number from 1 to 600", "minutes: 25")
      default:
        problems.append(
          LessonProblem(
            line, "the front matter has no key \(quoted(key.string ?? "?"))",
            hint: "the keys are title, aims, prerequisites, minutes, jupyter"))
      }
    }
    for key in missing {
      problems.append(LessonProblem(first, "the front matter has no \(key)"))
    }
  }

  private mutating func require(
    _ holds: Bool, _ line: Int, _ message: String, _ hint: String
  ) {
    if !holds { problems.append(LessonProblem(line, message, hint: hint)) }
  }

  private static func problem(_ error: YamlError, first: Int) -> LessonProblem {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      LessonProblem(first - 1 + max(1, mark.line), "the front matter isn't valid YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, _):
      LessonProblem(
        first,
        "the front matter has \(duplicates.map { "\($0)" }.sorted().joined(separator: ", ")) twice")
    default: LessonProblem(first, "the front matter isn't valid YAML")
    }
  }
}
