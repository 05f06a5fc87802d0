import Basics
import CourseSite
import Foundation
import TensorFiles
import TestSupport
import Testing

@testable import Cells
@testable import Lessons
@testable import Notebook

/// The pages of lessons: what is in them, and that all of it is where links lead.
@Suite struct SiteTests {
  /// The page of a lesson.
  static func page(of text: String = LessonFixture.text) throws -> SiteLesson {
    let lesson = try LessonFixture.lesson(text)
    var builder = LessonPageBuilder(
      host: QuietHost(), settings: Settings(), commands: .notebook, stems: ["short"],
      layers: ["conv1"])
    return try builder.page(of: lesson, text: text)
  }

  /// Cells have been run, and what they printed is the program's.
  @Test func showsCellsWithTheirOutput() throws {
    let page = try Self.page()
    #expect(page.steps.map(\.name).prefix(3) == ["a-number", "a-share", "a-shape"])
    #expect(page.steps.map(\.hasExercise) == [true, true, true, true, true, false])
    let first = page.steps[0].html
    #expect(first.contains("let side = (227 - 11) / 4 + 1"))
    #expect(first.contains("side</span> = 55</div>"))
    #expect(first.contains("<a href=\"#a-number\">the same step</a>"))
    // The introduction's first use of a term of the glossary is a link.
    #expect(page.introduction.contains("<em><a class=\"term\" href=\"glossary.html#convolution\">"))
    #expect(page.markdown == LessonFixture.text)
  }

  /// A cell that fails, which the lesson doesn't expect, is an error and no page.
  @Test func refusesALessonThatFails() throws {
    let text = LessonFixture.replacing("let side = (227", with: "let side = (conv9 + 227")
    let parts = text.components(separatedBy: "```output\nside = 55\n```\n")
    #expect(throws: Failure.self) { try Self.page(of: parts.joined()) }
  }

  /// Markdown with all that lessons use.
  @Test(arguments: [
    ("a *b* **c** `d<e`", "<p>a <em>b</em> <strong>c</strong> <code>d&lt;e</code></p>\n"),
    ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
    ("1. a\n\n2. b", "<ol>\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ol>\n"),
    ("### a", "<h3>a</h3>\n"),
    (
      "```text\na < b\n```", "<pre class=\"listing\" tabindex=\"0\"><code>a &lt; b\n</code></pre>\n"
    ),
    ("[a](short.md)", "<p><a href=\"short.html\">a</a></p>\n"),
    (
      "[a](../Sources/B.swift)",
      "<p>a (<code class=\"path\">Sources/B.swift</code>)</p>\n"
    ),
    ("[a](https://a.org/?b&c)", "<p><a href=\"https://a.org/?b&amp;c\">a</a></p>\n"),
    ("<script>a</script>", ""),
    (
      "| a | |\n|---|---:|\n| `b` | 1 |\n\nc",
      "<div class=\"scrolls\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table>\n"
        + "<thead><tr><th scope=\"col\">a</th><td class=\"number\"></td></tr>\n</thead>\n<tbody>\n"
        + "<tr><td><code>b</code></td><td class=\"number\">1</td></tr>\n</tbody>\n</table></div>\n"
        + "<p>c</p>\n"
    ),
    (
      "a stride, a Stride",
      "<p>a <a class=\"term\" href=\"glossary.html#stride\">stride</a>, a Stride</p>\n"
    ),
  ])
  func writesMarkdown(_ text: String, _ html: String) {
    var markdown = PageMarkdown(stems: ["short"])
    #expect(markdown.blocks(text) == html)
  }

  /// In sentences, comparisons aren't markup and no term is a link.
  @Test(arguments: [
    ("a < b and `c`", "a &lt; b and <code>c</code>"), ("# 5", "# 5"), ("the stride", "the stride"),
    ("", ""),
  ])
  func writesSentences(_ text: String, _ html: String) {
    #expect(PageMarkdown.sentence(text) == html)
  }

  /// A search finds the words of a page, not its markup.
  @Test(arguments: [
    ("a *b*c **d** `e<f`", "a bc d e<f"), ("- a\n- b", "a b"), ("[a](short.md) & b", "a & b"),
    ("| a | b |\n|---|---|\n| `c` | 1 |", "a b c 1"), ("### a\n\nb", "a b"),
    ("it's \"a\"", "it's \"a\""),
    ("", ""),
  ])
  func findsWords(_ markdown: String, _ words: String) {
    var page = PageMarkdown(stems: ["short"])
    #expect(PageMarkdown.words(in: page.blocks(markdown)) == words)
  }

  /// What a step is found by has no marks of Markdown, and keeps cells apart from sentences.
  @Test func stepsAreFoundByTheirWords() throws {
    let page = try Self.page()
    for step in page.steps {
      #expect(!step.text.contains("`") && !step.text.contains("**"), "\(step.text)")
    }
    #expect(page.steps[0].text.contains("· let side = (227 - 11) / 4 + 1"), "\(page.steps[0].text)")
  }

  /// The data has each seed's exercise as the lesson poses it.
  @Test func hasEverySeed() throws {
    let page = try Self.page()
    let texts = try #require(page.exercises["texts"]?.arrayValue).compactMap(\.stringValue)
    let exercises = try #require(page.exercises["exercises"]?.arrayValue)
    var session = Session(host: QuietHost())
    for (exercise, json) in zip(try LessonFixture.lesson().exercises, exercises) {
      #expect(json["name"]?.stringValue == exercise.name)
      let seeds = try #require(json["seeds"]?.arrayValue).compactMap(\.integerValue)
      let instances = try #require(json["instances"]?.arrayValue)
      #expect(Set(seeds) == Set(instances.indices))
      for (seed, place) in zip(LessonVerifier.seeds, seeds) {
        let posed = try ExerciseInstance(exercise, seed: seed, in: &session)
        func text(_ name: String) -> String? {
          instances[place][name]?.integerValue.map { texts[$0] }
        }
        #expect(text("html") == PageMarkdown.sentence(posed.question))
        #expect(text("see") == posed.see)
        #expect(instances[place]["hints"]?.arrayValue?.count == posed.hints.count)
        #expect(text("question") == (posed.reference == nil ? nil : posed.question))
        #expect(instances[place]["mistakes"]?.arrayValue?.count ?? 0 == posed.mistakes.count)
        #expect(
          instances[place]["options"]?.arrayValue?.compactMap { $0.arrayValue?[2].boolValue } ?? []
            == posed.options.map(\.isRight))
      }
    }
    // What the cell that shows why prints, as text where it depends on the numbers.
    let seen = exercises[0]["instances"]?.arrayValue?[0]["seen"]?.integerValue
    #expect(texts[try #require(seen)].wholeMatch(of: #/<pre>\d+</pre>/#) != nil)
  }

  /// A page can't run cells: it has a field for them where the lesson lists some, with what each leads to, and
  /// otherwise a line with the command of the lesson.
  @Test func knowsTheCellsOfAGoal() throws {
    let without = try Self.page()
    let step = try #require(without.steps.first { $0.html.contains("so it can't check this one") })
    #expect(step.html.contains("<code>alexnet lesson ") && !step.html.contains("<input"))
    let solution = "solution: set conv1.stride 2"
    let tries = "try: set conv1.stride 1\ntry: set conv1.stride 3; undo; set conv1.stride 2"
    let text = LessonFixture.replacing(solution, with: solution + "\n" + tries)
    let page = try Self.page(of: text)
    let same = try #require(page.steps.first { $0.name == step.name })
    #expect(same.html.contains("<input") && same.html.contains("<code>alexnet lesson "))
    let texts = try #require(page.exercises["texts"]?.arrayValue).compactMap(\.stringValue)
    let exercise = try #require(
      page.exercises["exercises"]?.arrayValue?.first { $0["step"]?.stringValue == step.name })
    let known = try #require(exercise["instances"]?.arrayValue?[0]["known"]?.arrayValue)
    let rows = known.map { one -> [String] in
      let cells = one.arrayValue?[0].arrayValue?.compactMap(\.integerValue).map { texts[$0] } ?? []
      let words = one.arrayValue?[2].integerValue.map { texts[$0] } ?? ""
      return [cells.joined(separator: "; "), "\(one.arrayValue?[1].boolValue ?? false)", words]
    }
    #expect(rows.map { $0[1] } == ["true", "false", "true"], "\(rows)")
    #expect(rows[0][0] == "set conv1.stride 2" && !rows[1][2].isEmpty && rows[2][2].isEmpty)
  }

  /// Every link within the site leads to a file, and to an element in it.
  @Test func linksLeadSomewhere() throws {
    let site = CourseSite(
      lessons: [try Self.page()],
      figures: [SiteFigure(layer: "conv1", words: "filters", html: "<div></div>")],
      teaching: "<h1>For teachers</h1>", version: "0")
    let files = site.files
    let names = CourseSite.names(stems: ["short"], layers: ["conv1"])
    #expect(files.map(\.name).sorted() == names.sorted())
    let pages = Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.text) })
    var count = 0
    for page in files where page.name.hasSuffix(".html") {
      for link in page.text.matches(of: #/(?:href|src|action)="([^":]*)"/#) {
        let parts = link.1.split(separator: "#", omittingEmptySubsequences: false)
        let name = parts[0].isEmpty ? page.name : String(parts[0])
        let target = try #require(pages[name], "\(page.name): \(link.1)")
        count += 1
        guard parts.count > 1 else { continue }
        #expect(target.contains("id=\"\(parts[1])\""), "\(page.name): \(link.1)")
      }
    }
    #expect(count > 60)
  }

  /// No page loads anything from elsewhere, and no answer can be read in its source.
  @Test func keepsToItself() throws {
    let site = CourseSite(
      lessons: [try Self.page()], figures: [], teaching: "<h1>For teachers</h1>", version: "0")
    for file in site.files where file.name.hasSuffix(".html") {
      #expect(file.text.contains("default-src 'none'"))
      #expect(!file.text.contains(#/(src|rel="stylesheet" href)="https?:/#), "\(file.name)")
      for secret in ["Colours, rows", "Each of its outputs", "That is a quarter"] {
        #expect(!file.text.contains(secret), "\(file.name): \(secret)")
      }
    }
    #expect(!CourseSite.script.contains("fetch("))
    let style = try #require(site.files.first { $0.name == "site.css" }).text
    #expect(!style.contains("url(") && !style.contains("@import"))
  }
}
