import Documents

/// What every page of the site has around its content.
struct SitePage {
  /// The title, as plain text.
  var title: String
  /// The content of `<main>`.
  var main: String
  /// The address of the entry in the navigation that the page belongs to; nil for none.
  var place: String?
  /// Whether the page is a figure, which brings its script along.
  var isFigure = false

  /// The name of the course.
  static let course = "AlexNet, number by number"

  /// The whole page. Its policy forbids it to load anything from elsewhere.
  ///
  /// - Parameter hasFigures: whether there are layers to explore.
  func html(version: String, hasFigures: Bool) -> String {
    let full = title == Self.course ? title : "\(title) · \(Self.course)"
    // Browsers differ in whether a page that is opened from a file counts as its folder's own.
    let script = isFigure ? "'unsafe-inline' 'self' file:" : "'self' file:"
    return HTML.page(
      title: full,
      policy: "default-src 'none'; img-src data:; style-src 'unsafe-inline' 'self' file:; "
        + "script-src \(script)",
      head: """
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="site.css">
        """,
      body: """
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
        <a class="home" href="index.html">\(HTML.escaped(Self.course))</a>
        <nav aria-label="Site">
        <ul>
        \(navigation(hasFigures: hasFigures))
        </ul>
        </nav>
        <form class="search" role="search" action="search.html">
        <label class="unseen" for="top-query">Search lessons and glossary</label>
        <input id="top-query" name="q" type="search" placeholder="Search">
        </form>
        </header>
        <main id="main">
        \(main)
        </main>
        <footer class="bottom">
        <p>Every number on these pages was printed by <code>alexnet</code> \(HTML.escaped(version)) when \
        they were built. Times are those of that computer; yours will differ.</p>
        <p><a href="teaching.html">For teachers</a> · <a href="index.html#program">The program</a></p>
        </footer>
        <script src="site.js"></script>
        """)
  }

  private static let entries = [
    ("index.html", "Lessons"), ("paths.html", "Paths"), ("explore.html", "Explore"),
    ("glossary.html", "Glossary"), ("paper.html", "The paper"),
  ]

  private func navigation(hasFigures: Bool) -> String {
    Self.entries.filter { hasFigures || $0.0 != "explore.html" }.map { address, words in
      let mark = address == place ? #" aria-current="page""# : ""
      return #"<li><a href="\#(address)"\#(mark)>\#(words)</a></li>"#
    }.joined(separator: "\n")
  }
}
