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
        <div class="course-map">
        <p>Each lesson is below the lessons that it needs. Lines lead down from one to the next; what is \
        needed by way of another lesson has no separate line. Point at a lesson to see its lines.</p>
        \(map)
        </div>
        <div class="needs">
        <p>What each lesson needs before it:</p>
        <ul>
        \(needs.joined(separator: "\n"))
        </ul>
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

  /// `95 minutes`, `5.5 hours`, `11 hours`.
  static func duration(_ minutes: Int) -> String {
    guard minutes >= 120 else { return NumberFormat.count(minutes, "minute") }
    let hours = NumberFormat.fixed(Double(minutes) / 60, 1)
    return (hours.hasSuffix(".0") ? String(hours.dropLast(2)) : hours) + " hours"
  }

  /// The map in words, for windows that are too narrow for it.
  private var needs: [String] {
    lessons.map { lesson in
      let number = lesson.number.map { "<span class=\"number\">\($0)</span> " } ?? ""
      let after = after(lesson) { #"<a href="\#($0.address)">\#($1)</a>"# }
      return """
        <li>\(number)<a href="\(lesson.address)">\(HTML.escaped(lesson.title))</a> \
        <span class="facts">\(after)</span></li>
        """
    }
  }

  /// The map as a drawing whose boxes are links. The script finds a box's lines by their places.
  private var map: String {
    let course = CourseMap(lessons)
    let lines = zip(course.arrows, course.lines).map { arrow, corners in
      "<path data-ends=\"\(arrow.from) \(arrow.to)\" d=\"\(CourseMap.path(corners))\"/>"
    }
    let boxes = course.places.map { place in
      let lesson = lessons[place.lesson]
      let corner = course.corner(place)
      let title = lesson.number.map { "\($0) \(lesson.title)" } ?? lesson.title
      let lines = Self.lines(title, width: 19)
      let first = corner.y + CourseMap.height / 2 + 5 - (lines.count - 1) * 8
      let words = lines.enumerated().map { row, line in
        "<tspan x=\"\(corner.x + 10)\" y=\"\(first + row * 16)\">\(HTML.escaped(line))</tspan>"
      }
      return """
        <a href="\(lesson.address)" data-place="\(place.lesson)" \
        data-lesson="\(HTML.escaped(lesson.name))"><rect x="\(corner.x)" \
        y="\(corner.y)" width="\(CourseMap.width)" height="\(CourseMap.height)" rx="7"/>\
        <text>\(words.joined())</text></a>
        """
    }
    return """
      <svg viewBox="0 0 \(course.size.x) \(course.size.y)" role="group" \
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
    // What a reader needs to know first comes after the heading and what the page is about.
    let end = teaching.firstRange(of: "</p>\n")?.upperBound ?? teaching.endIndex
    return SitePage(
      title: "For teachers",
      main: """
        <div class="prose">
        \(teaching[..<end])<p class="notice"><strong>You need the program for this page.</strong> Every \
        line that begins with <code>alexnet</code> is typed into a shell on Linux or macOS; \
        <a href="index.html#program">here is how to get it</a>. Your learners can do without it. Only the \
        few exercises that say so are answered in the program; here they can show the answer.</p>
        \(teaching[end...])</div>
        """, place: "teaching.html")
  }
}
