import CourseSite
import Foundation
import TestSupport
import Testing

@testable import Cells
@testable import CourseSite
@testable import Lessons

/// The paths through the course: that they can be taken as they are, and that all pages agree.
@Suite struct PathTests {
  /// The lessons as the site's pages know them, without their steps.
  static let course = ((try? LessonLibrary.known()) ?? []).map { lesson in
    SiteLesson(
      number: lesson.number, name: lesson.name, stem: lesson.stem, title: lesson.title,
      aims: lesson.aims, prerequisites: lesson.prerequisites, minutes: lesson.minutes)
  }

  /// A route has what each of its lessons needs, before it, and fits into its time.
  @Test(arguments: CourseRoute.all.filter { !$0.lessons.isEmpty }.map(\.name))
  func canBeTaken(_ name: String) throws {
    let route = try #require(CourseRoute.all.first { $0.name == name })
    var taken: Set<Int> = []
    var minutes = 0
    for number in route.lessons {
      let lesson = try #require(Self.course.first { $0.number == number }, "\(number)")
      #expect(Set(lesson.prerequisites).isSubset(of: taken), "\(name): \(number)")
      taken.insert(number)
      minutes += lesson.minutes
    }
    #expect(minutes <= (try #require(route.minutes)), "\(name): \(minutes)")
  }

  /// In the map each lesson is below all that it needs, no two share a place, and the lines lead to
  /// everything needed.
  @Test func mapIsWhole() {
    let map = CourseMap(Self.course)
    #expect(map.places.count == Self.course.count && map.places.count > 20)
    #expect(Set(map.places.map { [$0.row, $0.column] }).count == map.places.count)
    #expect(map.places.allSatisfy { $0.column < CourseMap.columns })
    var reached: [Int: Set<Int>] = [:]
    for (index, lesson) in Self.course.enumerated() {
      for arrow in map.arrows where arrow.to == index {
        #expect(map.places[arrow.from].row < map.places[index].row)
        reached[index, default: []].formUnion([arrow.from] + (reached[arrow.from] ?? []))
      }
      let needed = Self.course.indices.filter {
        Self.course[$0].number.map(lesson.prerequisites.contains) == true
      }
      #expect(Set(needed).isSubset(of: reached[index] ?? []), "\(lesson.stem)")
    }
  }

  /// Three lessons of which the last needs both others, but one of them anyway.
  @Test func mapLeavesOutDetours() {
    func lesson(_ number: Int, _ needs: [Int]) -> SiteLesson {
      SiteLesson(
        number: number, name: "\(number)", stem: "\(number)", title: "", aims: [],
        prerequisites: needs, minutes: 1)
    }
    let map = CourseMap([lesson(1, []), lesson(2, [1]), lesson(3, [1, 2]), lesson(4, [1, 9])])
    #expect(map.arrows.map { [$0.from, $0.to] } == [[0, 1], [1, 2], [0, 3]])
    // Each is below what it needs, as near as there is room.
    #expect(map.places.map { [$0.row, $0.column] } == [[0, 2], [1, 2], [2, 2], [1, 1]])
  }

  /// A straight part of a line of the map.
  struct Part {
    var arrow: CourseMap.Arrow
    var from: CourseMap.Point
    var to: CourseMap.Point

    /// How far two parts run on top of each other.
    func overlap(_ other: Part) -> Int {
      func common(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Int {
        min(max(a, b), max(c, d)) - max(min(a, b), min(c, d))
      }
      let (across, down) = (
        common(from.x, to.x, other.from.x, other.to.x),
        common(from.y, to.y, other.from.y, other.to.y)
      )
      // Parts are horizontal or vertical; where they cross, both are 0.
      return min(across, down) < 0 ? 0 : max(across, down)
    }

    /// Whether the part runs through the inside of a box.
    func crosses(_ corner: CourseMap.Point) -> Bool {
      max(from.x, to.x) > corner.x && min(from.x, to.x) < corner.x + CourseMap.width
        && max(from.y, to.y) > corner.y && min(from.y, to.y) < corner.y + CourseMap.height
    }
  }

  /// The lines of the map run level or straight down, between the boxes and inside the drawing; lines from
  /// different lessons lie on top of each other only where they lead to the same one.
  @Test func mapLinesKeepClear() {
    let map = CourseMap(Self.course)
    var parts: [Part] = []
    for (arrow, corners) in zip(map.arrows, map.lines) {
      for (a, b) in zip(corners, corners.dropFirst()) where a != b {
        #expect(a.x == b.x || a.y == b.y)
        parts.append(Part(arrow: arrow, from: a, to: b))
      }
      for corner in corners {
        #expect((0...map.size.x).contains(corner.x) && (0...map.size.y).contains(corner.y))
      }
    }
    #expect(parts.count > 80)
    for part in parts {
      for place in map.places {
        let (ends, title) = (part.arrow, Self.course[place.lesson].title)
        #expect(!part.crosses(map.corner(place)), "\(ends): behind \(title)")
      }
      for other in parts
      where other.arrow.from != part.arrow.from && other.arrow.to != part.arrow.to {
        #expect(part.overlap(other) <= 0, "\(part) and \(other)")
      }
    }
  }

  @Test(arguments: [
    (1, "1 minute"), (95, "95 minutes"), (119, "119 minutes"), (120, "2 hours"), (330, "5.5 hours"),
    (658, "11 hours"), (670, "11.2 hours"),
  ])
  func durations(_ minutes: Int, _ words: String) {
    #expect(CourseSite.duration(minutes) == words)
  }

  /// The README's routes are those of the site.
  @Test func readmeAgrees() throws {
    let path = try #require(Resources.path("Lessons/README.md"))
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let words = text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    for route in CourseRoute.all {
      let item = try #require(words.components(separatedBy: "**\(route.name)**").dropFirst().first)
      let links = (item.components(separatedBy: "- **").first ?? "").matches(
        of: #/\[(\d+)\]\((\d+)-/#)
      #expect(
        links.map { Int($0.1) } == route.lessons && links.allSatisfy { Int($0.1) == Int($0.2) })
      #expect(item.contains(route.goal), "\(route.name)")
    }
  }

  /// The pages link to each lesson, and the commands for teachers exist.
  @Test func pagesAreComplete() throws {
    let path = try #require(Resources.path("Lessons/teaching.md"))
    let text = try LessonReader.text(of: path)
    let site = CourseSite(
      lessons: Self.course, figures: [], teaching: try SiteWriter.teaching(), version: "0")
    let pages = Dictionary(uniqueKeysWithValues: site.files.map { ($0.name, $0.text) })
    let paths = try #require(pages["paths.html"])
    for lesson in Self.course {
      #expect(paths.contains("<a href=\"\(lesson.address)\" data-place="), "\(lesson.stem)")
    }
    for route in CourseRoute.all { #expect(paths.contains(">\(route.name)</h2>")) }
    let page = try #require(pages["teaching.html"])
    for part in ["<h1>Teaching with", "<h2>Hand out", "alexnet lesson site FOLDER"] {
      #expect(page.contains(part), "\(part)")
    }
    // What it takes is said before the first command.
    let notice = try #require(page.firstRange(of: "You need the program"))
    let command = try #require(page.firstRange(of: "alexnet lesson"))
    #expect(notice.lowerBound < command.lowerBound)
    #expect(!page.contains("class=\"term\""))
    let commands = text.matches(of: #/alexnet ([a-z]+)(?: ([a-z]+))?/#)
    #expect(commands.count > 8)
    let known = [
      "lesson": LessonCommand.helpMessage(), "progress": ProgressCommand.helpMessage(),
    ]
    for command in commands {
      let help = try #require(known[String(command.1)], "\(command.0)")
      if let word = command.2 { #expect(help.contains(word), "\(command.0)") }
    }
  }

  /// A site of a few lessons offers only the routes that it has.
  @Test func fewLessons() throws {
    let few = Self.course.filter { $0.number.map { [1, 2, 3, 6, 8].contains($0) } == true }
    let site = CourseSite(lessons: few, figures: [], teaching: "", version: "0")
    let paths = try #require(site.files.first { $0.name == "paths.html" }).text
    #expect(paths.contains(">Two hours</h2>") && !paths.contains(">A day</h2>"))
  }

  @Test(arguments: [
    ("one", ["one"]),
    ("Initialization and vanishing signals", ["Initialization and", "vanishing signals"]),
    (
      "aaaaaaaaaa bbbbbbbbbb cccccccccc dddddddddd eeeeeeeeee ffffffffff gggggggggg",
      ["aaaaaaaaaa bbbbbbbbbb", "cccccccccc dddddddddd", "eeeeeeeeee ffffffffff …"]
    ),
  ])
  func wraps(_ title: String, _ lines: [String]) {
    #expect(CourseSite.lines(title, width: 21) == lines)
  }
}
