import Basics
import Documents

// MARK: - Paths through the course

extension CourseSite {
  /// The routes whose lessons are all part of this site, and the map.
  var pathsPage: SitePage {
    let routes = CourseRoute.all.compactMap(section)
    return SitePage(
      title: "Paths",
      main: """
        <h1>Paths through the course</h1>
        <p class="lead">You needn't take every lesson, nor all in their order. Each says which it needs \
        before it.</p>
        \(routes.joined(separator: "\n"))
        <h2 id="map">The map</h2>
        <p>Each lesson is below the lessons that it needs. Lines lead down from one to the next; what is \
        needed by way of another lesson has no line of its own.</p>
        <div class="scrolls map" tabindex="0" role="region" aria-labelledby="map">
        \(map)
        </div>
        """, place: "paths.html")
  }

  private func section(of route: CourseRoute) -> String? {
    let taken =
      route.lessons.isEmpty
      ? lessons : route.lessons.compactMap { number in lessons.first { $0.number == number } }
    guard !taken.isEmpty, taken.count == route.lessons.count || route.lessons.isEmpty else {
      return nil
    }
    let minutes = taken.map(\.minutes).reduce(0, +)
    let items = taken.map { lesson in
      """
      <li\(lesson.number.map { " value=\"\($0)\"" } ?? "")><a href="\(lesson.address)">\
      \(HTML.escaped(lesson.title))</a> <span class="facts">\(lesson.minutes) minutes</span></li>
      """
    }
    let list = "<ol class=\"route\">\n\(items.joined(separator: "\n"))\n</ol>"
    return """
      <h2 id="\(slug(route.name))">\(HTML.escaped(route.name))</h2>
      <p>\(HTML.escaped(route.goal)) \(NumberFormat.count(taken.count, "lesson")), \
      \(Self.duration(minutes)).</p>
      \(route.lessons.isEmpty ? "<p><a href=\"index.html#lessons\">All lessons</a></p>" : list)
      """
  }

  /// `95 minutes`, `5.5 hours`.
  private static func duration(_ minutes: Int) -> String {
    minutes < 120
      ? NumberFormat.count(minutes, "minute")
      : NumberFormat.fixed(Double(minutes) / 60, 1) + " hours"
  }

  /// The map as a drawing whose boxes are links.
  private var map: String {
    let (width, height, across, down) = (164, 60, 180, 100)
    let course = CourseMap(lessons)
    let columns = (course.places.map(\.column).max() ?? 0) + 1
    let rows = (course.places.map(\.row).max() ?? 0) + 1
    func corner(_ place: CourseMap.Place) -> (x: Int, y: Int) {
      (place.column * across + 1, place.row * down + 1)
    }
    let lines = course.arrows.map { arrow in
      let (from, to) = (corner(course.places[arrow.from]), corner(course.places[arrow.to]))
      let (x1, y1) = (from.x + width / 2, from.y + height)
      let (x2, y2) = (to.x + width / 2, to.y)
      return "<path d=\"M\(x1) \(y1)C\(x1) \(y1 + 24) \(x2) \(y2 - 24) \(x2) \(y2)\"/>"
    }
    let boxes = course.places.map { place in
      let lesson = lessons[place.lesson]
      let (x, y) = corner(place)
      let title = lesson.number.map { "\($0) \(lesson.title)" } ?? lesson.title
      let words = Self.lines(title, width: 20).enumerated().map { row, line in
        "<tspan x=\"\(x + 9)\" y=\"\(y + 17 + row * 16)\">\(HTML.escaped(line))</tspan>"
      }
      return """
        <a href="\(lesson.address)"><rect x="\(x)" y="\(y)" \
        width="\(width)" height="\(height)" rx="7"/><text>\(words.joined())</text></a>
        """
    }
    let (wide, high) = ((columns - 1) * across + width + 2, (rows - 1) * down + height + 2)
    return """
      <svg viewBox="0 0 \(wide) \(high)" width="\(wide)" height="\(high)" \
      aria-label="Lessons and what they need">
      <g class="lines" aria-hidden="true">
      \(lines.joined(separator: "\n"))
      </g>
      \(boxes.joined(separator: "\n"))
      </svg>
      """
  }

  /// Words in lines of about this many characters, at most three; the last one may be cut.
  static func lines(_ text: String, width: Int) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if line.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.count <= 3 ? lines : lines.prefix(2) + [lines[2] + " …"]
  }
}

// MARK: - For teachers

extension CourseSite {
  var teachingPage: SitePage {
    SitePage(
      title: "For teachers", main: "<div class=\"prose\">\n\(teaching)</div>",
      place: "teaching.html")
  }
}
