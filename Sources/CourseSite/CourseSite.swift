import Basics
import Documents
import Explanations
import Foundation
import TensorFiles
import Training

/// The course as a static web site: pages that need no other program and no network.
package struct CourseSite: Sendable {
  /// The lessons, in their order.
  package var lessons: [SiteLesson]
  /// The layers to click.
  package var figures: [SiteFigure]
  /// The page for teachers, as HTML.
  package var teaching: String
  /// The program's version.
  package var version: String

  /// A site of lessons and figures.
  package init(lessons: [SiteLesson], figures: [SiteFigure], teaching: String, version: String) {
    (self.lessons, self.figures) = (lessons, figures)
    (self.teaching, self.version) = (teaching, version)
  }

  /// A file of the site.
  package struct File: Sendable {
    /// The name in the site's folder.
    package var name: String
    /// The contents.
    package var text: String
  }

  /// The style sheet.
  static let style = String(decoding: PackageResources.site_css, as: UTF8.self)
  /// The script.
  package static let script = String(decoding: PackageResources.site_js, as: UTF8.self)

  /// The names of the files of a site with these lessons and figures, before anything is computed.
  package static func names(stems: [String], layers: [String]) -> [String] {
    ["index", "paths", "teaching", "explore", "glossary", "paper", "search"].map { $0 + ".html" }
      + ["site.css", "site.js"] + layers.map(SiteFigure.address)
      + stems.flatMap { stem in [".html", ".md", ".ipynb"].map { stem + $0 } }
  }

  /// All files.
  package var files: [File] {
    let pages: [(String, SitePage)] =
      [
        ("index.html", mapPage), ("paths.html", pathsPage), ("teaching.html", teachingPage),
        ("glossary.html", glossaryPage), ("paper.html", paperPage), ("search.html", searchPage),
      ] + (figures.isEmpty ? [] : [("explore.html", explorePage)])
      + figures.map { ($0.address, page(of: $0)) }
      + lessons.indices.map { (lessons[$0].address, lessonPage(at: $0)) }
    return pages.map {
      File(name: $0.0, text: $0.1.html(version: version, hasFigures: !figures.isEmpty))
    }
      + [File(name: "site.css", text: Self.style), File(name: "site.js", text: Self.script)]
      + lessons.flatMap { lesson in
        [
          File(name: lesson.stem + ".md", text: lesson.markdown),
          File(name: lesson.stem + ".ipynb", text: lesson.notebook),
        ]
      }
  }
}

// MARK: - Glossary

extension CourseSite {
  private var glossaryPage: SitePage {
    let entries = Glossary.entries.sorted { $0.word.lowercased() < $1.word.lowercased() }
    let rows = entries.map { entry in
      """
      <dt id="\(slug(entry.word))">\(HTML.escaped(entry.word))</dt>
      <dd>\(HTML.escaped(entry.meaning)).</dd>
      """
    }
    return SitePage(
      title: "Glossary",
      main: """
        <h1>Glossary</h1>
        <p class="lead">The terms of the lessons, each in a sentence or two. In a lesson, the first \
        use of a term leads here.</p>
        <dl class="glossary">
        \(rows.joined(separator: "\n"))
        </dl>
        """, place: "glossary.html")
  }
}

// MARK: - The paper

extension CourseSite {
  private static let paper: [PaperTable] = [
    .settings, .results2010, .results2012, .logged, .gains, .versusSource,
  ]

  private var paperPage: SitePage {
    let tables = Self.paper.map { table in
      func kind(_ place: Int) -> String { table.isNumeric(place) ? " class=\"number\"" : "" }
      let head = table.columns.enumerated().map { place, title in
        "<th scope=\"col\"\(kind(place))>\(HTML.escaped(title))</th>"
      }
      let rows = table.rows.map { row in
        "<tr>"
          + row.enumerated().map { place, cell in
            place == 0
              ? #"<th scope="row">\#(HTML.escaped(cell))</th>"#
              : "<td\(kind(place))>\(HTML.escaped(cell))</td>"
          }.joined() + "</tr>"
      }
      let note = table.note.map { "\n<p class=\"note\">\(HTML.escaped($0))</p>" } ?? ""
      let anchor = slug(table.title)
      return """
        <section>
        <h2 id="\(anchor)">\(HTML.escaped(table.title))</h2>
        <div class="scrolls" tabindex="0" role="region" aria-labelledby="\(anchor)">
        <table>
        <thead><tr>\(head.joined())</tr></thead>
        <tbody>
        \(rows.joined(separator: "\n"))
        </tbody>
        </table>
        </div>\(note)
        </section>
        """
    }
    return SitePage(
      title: "The paper",
      main: """
        <h1>The paper</h1>
        <p class="lead">Krizhevsky, Sutskever and Hinton, <em>ImageNet Classification with Deep \
        Convolutional Neural Networks</em>, NIPS 2012: its settings and results, each with its \
        section, and where the authors' own program differs.</p>
        \(tables.joined(separator: "\n"))
        """, place: "paper.html")
  }
}

extension PaperTable {
  /// Whether a column after the first has nothing but numbers.
  fileprivate func isNumeric(_ column: Int) -> Bool {
    let cells = rows.compactMap { $0.indices.contains(column) ? $0[column] : nil }
    let filled = cells.filter { !$0.isEmpty }
    return column > 0 && !filled.isEmpty
      && filled.allSatisfy { $0.wholeMatch(of: #/[−+]?[0-9.,]+%?/#) != nil }
  }
}

// MARK: - Figures

extension CourseSite {
  private var explorePage: SitePage {
    let items = figures.map { figure in
      """
      <li><a href="\(figure.address)">\(HTML.escaped(figure.layer))</a> \
      <span>\(HTML.escaped(figure.words))</span></li>
      """
    }
    return SitePage(
      title: "Explore",
      main: """
        <h1>Explore</h1>
        <p class="lead">Layers of AlexNet on the test card, to click: each page shows where any of \
        the layer's numbers came from, computed in the page.</p>
        <ul class="layers">
        \(items.joined(separator: "\n"))
        </ul>
        """, place: "explore.html")
  }

  /// A line with links to the pages of the other layers; empty if there are none.
  private func others(than figure: SiteFigure) -> String {
    let links = figures.filter { $0.layer != figure.layer }.map { other in
      "<a href=\"\(other.address)\">\(HTML.escaped(other.layer))</a>"
    }
    guard !links.isEmpty else { return "" }
    return "<p class=\"facts\">Other layers: \(links.joined(separator: " · "))</p>\n"
  }

  private func page(of figure: SiteFigure) -> SitePage {
    SitePage(
      title: "Explore \(figure.layer)",
      main: """
        <h1>Explore \(HTML.escaped(figure.layer))</h1>
        <p class="lead">\(HTML.escaped(figure.words)). Click a number, or move with the arrow keys, to see \
        where it came from.</p>
        \(others(than: figure))<h2 class="unseen">Any value, and where it came from</h2>
        \(figure.html)
        """, place: "explore.html", isFigure: true)
  }
}

// MARK: - Search

extension CourseSite {
  /// What can be found: each lesson and each of its steps, each term and each table.
  private var searchPage: SitePage {
    func entry(_ title: String, _ place: String, _ address: String, _ text: String) -> JSONValue {
      [
        "title": .string(title), "where": .string(place), "address": .string(address),
        "text": .string(text),
      ]
    }
    var entries: [JSONValue] = []
    for word in Glossary.entries {
      entries.append(
        entry(
          word.word, "Glossary", "glossary.html#\(slug(word.word))",
          word.meaning + (word.others.isEmpty ? "" : ". Also: " + word.others.listed)))
    }
    for lesson in lessons {
      entries.append(
        entry(
          lesson.title, lesson.call, lesson.address, lesson.aims.joined(separator: "; ")))
      for step in lesson.steps {
        entries.append(
          entry(
            step.heading, "\(lesson.call): \(lesson.title)", "\(lesson.address)#\(step.name)",
            step.text))
      }
    }
    for table in Self.paper {
      entries.append(
        entry(
          table.title, "The paper", "paper.html#\(slug(table.title))",
          table.rows.map { $0.joined(separator: " ") }.joined(separator: "; ")))
    }
    return SitePage(
      title: "Search",
      main: """
        <h1>Search</h1>
        <form class="query" role="search" aria-label="Search this course">
        <label for="query">Words in the lessons, the glossary and the paper's tables</label>
        <input id="query" name="q" type="search">
        </form>
        <p id="count" role="status" aria-live="polite"></p>
        <ol id="found" class="found"></ol>
        <noscript><p>The search needs a script.</p></noscript>
        <script type="application/json" id="index">\(HTML.embedded(JSONValue.array(entries).text))</script>
        """)
  }
}
