import Testing

@testable import Cells
@testable import Lessons
@testable import Notebook

/// Parsing lesson files, and the messages about invalid ones.
@Suite struct LessonFormatTests {
  @Test func readsEverything() throws {
    let lesson = try LessonFixture.lesson()
    #expect(lesson.title == "A short lesson")
    #expect(lesson.aims == ["say how large an output is"])
    #expect(lesson.prerequisites == [1])
    #expect(lesson.minutes == 5)
    #expect(lesson.introduction.hasPrefix("How large"))
    #expect(
      lesson.steps.map(\.name)
        == [
          "a-number", "a-share", "a-shape", "a-choice", "a-goal", "what-you-can-now-do",
        ])
    #expect(lesson.exercises.count == 5)
    #expect(lesson.steps[0].cells.first?.expected?.lines == ["side = 55"])
    let exercise = try #require(lesson.exercises.first)
    #expect(exercise.bindings.map(\.name) == ["size", "stride"])
    #expect(exercise.hints.count == 3)
  }

  @Test(
    arguments: [
      ("Lessons/06-overlapping-pooling.md", 6, "overlapping-pooling"), ("mine.md", nil, "mine"),
      ("2012.md", nil, "2012"), ("a/12-x.md", 12, "x"),
    ] as [(String, Int?, String)])
  func namesAndNumbers(_ file: String, _ number: Int?, _ name: String) {
    let lesson = Lesson(named: file)
    #expect(lesson.number == number)
    #expect(lesson.name == name)
  }

  /// What is replaced, its replacement, the text of the line that the message must name, and the
  /// message.
  static let slips: [(String, String, at: String, says: String)] = [
    ("title: A short lesson\n", "title: [A, B\n", "aims:", "isn't valid YAML"),
    ("title: A short lesson\n", "titel: A short lesson\n", "titel", "no key 'titel'"),
    ("title: A short lesson\n", "", "aims", "no title"),
    ("minutes: 5", "minutes: soon", "minutes", "1 to 600"),
    ("prerequisites: [1]", "prerequisites: one", "prerequisites", "list of lesson numbers"),
    ("  - say how large an output is\n", "", "aims", "aims isn't a list"),
    ("language: alexnet", "language: python", "jupyter:", "jupyter block"),
    ("# A short lesson\n\nHow", "# Another\n\nHow", "# Another", "front matter's title"),
    ("## A shape", "## A share", "## A share", "second step"),
    ("exercise share\n", "exercise output-side\n", "exercise output-side", "second exercise"),
    ("exercise share\n", "exercise A Share\n", "exercise A Share", "lower case"),
    ("answer: 1 / 3\n", "", "exercise share", "has no answer"),
    ("answer: 1 / 3\n", "answer: 1 / 3\ngoal: 1\n", "goal: 1", "exclude each other"),
    ("question: What is a third?\n", "", "exercise share", "no question"),
    ("tolerance: 1%", "tolerance: little", "tolerance: little", "isn't a tolerance"),
    ("kind: predict", "kind: guess", "kind: guess", "unknown kind 'guess'"),
    ("mistake: 1 / 4 => That is a quarter.\n", "", "exercise share", "lists no mistakes"),
    (
      "mistake: 1 / 4 => That is a quarter.", "mistake: 1 / 4", "mistake: 1 / 4",
      "nothing explains mistake"
    ),
    ("hint: Less than one half.\n", "", "exercise share", "1 hints"),
    ("hint: Less than", "hnt: Less than", "hnt:", "isn't a line of an exercise"),
    ("hint: Less than one half.", "hint: Less than {1 / 2.", "hint: Less", "without its }"),
    ("hint: Less than one half.", "hint: Less than 1 / 2}.", "hint: Less", "without its {"),
    ("solution: set conv1.stride 2\n", "", "goal:", "how the goal is reached"),
    (
      "option: conv2 => Its filters are shared.", "option: conv2", "option: conv2",
      "nothing explains option"
    ),
    ("right: fc6", "unit: fc\nright: fc6", "unit: fc", "no meaning with right:"),
    ("right: fc6", "try: fc\nright: fc6", "try: fc", "no meaning with right:"),
    ("## A share\n", "## A share\n\n```output\n1\n```\n", "```output", "follows no cell"),
    ("## A share\n", "## A share\n\n```sh\nls\n```\n", "```sh", "Jupytext"),
    ("## A share\n", "More.\n\n## A share\n", "More.", "must come last in its step"),
    ("- say how large an output is: `side`", "```alexnet\n1", "```alexnet\n1", "never closed"),
  ]

  @Test(arguments: slips.indices)
  func namesTheLine(_ index: Int) {
    let (old, new, at, says) = Self.slips[index]
    let text = LessonFixture.replacing(old, with: new)
    let (_, problems) = LessonReader.read(text, file: "short.md")
    let found = problems.first { $0.message.contains(says) }
    #expect(found != nil, "\(problems)")
    let place = at.contains("\n") ? at.split(separator: "\n").first.map(String.init)! : at
    // If several lines contain the text, the message is about one of them.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if let found, lines.indices.contains(found.line - 1) {
      let line = lines[found.line - 1]
      #expect(line.contains(place) || says == "isn't valid YAML" || says == "no title", "\(line)")
    }
  }

  @Test(arguments: ["", "---", "---\n", "---\n---\n", "# Title\n", "---\n\t:\n---\n# A\n## B\n"])
  func survivesAnything(_ text: String) {
    let (_, problems) = LessonReader.read(text, file: "x.md")
    #expect(!problems.isEmpty)
  }

  @Test(arguments: [
    ("a\nb", "a\nb", true), ("a\nb  ", "a\nb", true), ("a\nb", "a", false), ("a", "a\nb", false),
    ("a\nb\nc", "a\n…", true), ("a\nb\nc", "…\nc", true), ("a\nb\nc", "a\n…\nc", true),
    ("a\nc", "a\n…\nc", true), ("a\nb\nc\nb\nd", "a\n…\nb\nd", true), ("a\nb", "…", true),
    ("took (12 ms) x", "took (…) x", true), ("took (12 ms) y", "took (…) x", false),
    ("abc", "a…c", true), ("ac", "a…bc", false), ("aXbYc", "a…b…c", true), ("", "…", true),
    ("aba", "ab…ba", false),
  ])
  func expectsOutputs(_ output: String, _ pattern: String, _ fits: Bool) {
    let expected = ExpectedOutput(
      lines: pattern.split(separator: "\n", omittingEmptySubsequences: false).map(String.init),
      line: 10)
    #expect((expected.departure(of: output) == nil) == fits)
  }

  @Test func namesTheLineThatDiffers() throws {
    let expected = ExpectedOutput(lines: ["a", "…", "c", "d"], line: 10)
    let departure = try #require(expected.departure(of: "a\nb\nc\ne"))
    #expect(departure.line == 13)
    #expect(departure.expected == "d")
  }

  @Test func showsMarkdown() {
    let text = """
      A *sentence* of **two**
      lines with `code` and [a link](x.md).

      - one
      - two

      | a | b |
      |---|--:|
      | x | 10 |

      ```text
      as it is
      ```
      """
    let output = Output(Markdown(text).blocks).plainText
    #expect(
      output == """
        A sentence of two lines with code and a link (x.md).

        - one
        - two

          a   b
          ─────
          x  10

          as it is
        """)
    #expect(Markdown(text).targets.map(\.address) == ["x.md"])
    #expect(Markdown(text).targets.map(\.line) == [2])
    #expect(Markdown.sentence("a < b and 2 * y * 3").string == "a < b and 2 * y * 3")
  }
}
