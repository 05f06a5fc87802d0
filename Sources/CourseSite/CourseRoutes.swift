/// A way through the course for those who don't take all of it.
package struct CourseRoute: Sendable {
  /// How long it is, in words.
  package var name: String
  /// What a learner can do at its end.
  package var goal: String
  /// The numbers of its lessons, in their order; empty for all lessons.
  package var lessons: [Int]
  /// The minutes that it may take at most; nil for the whole course.
  package var minutes: Int?

  /// The routes, from the shortest on.
  package static let all = [
    CourseRoute(
      name: "Two hours",
      goal:
        "Account for every size in the paper's figure 2 and for all of the network's parameters.",
      lessons: [1, 2, 3, 6, 8], minutes: 120),
    CourseRoute(
      name: "A day",
      goal:
        "Follow an image forward and a gradient back, train a network, and say what made AlexNet "
        + "win.",
      lessons: [1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 13, 20], minutes: 360),
    CourseRoute(
      name: "The whole course",
      goal: "Read today's papers, check other people's numbers, and trust your own.", lessons: [],
      minutes: nil),
  ]
}

/// The lessons in rows, so that each is below all that it needs.
struct CourseMap {
  /// The most lessons in a row, so that a row fits into a page.
  static let columns = 5

  /// A lesson's place.
  struct Place: Equatable {
    /// The lesson, by its place in the list.
    var lesson: Int
    /// The row, from 0.
    var row: Int
    /// The place in the row, from 0.
    var column: Int
  }

  /// The places, in the order of the lessons.
  private(set) var places: [Place] = []
  /// From which lesson to which, by their places in the list.
  private(set) var arrows: [(from: Int, to: Int)] = []

  /// The map of lessons, each of which may need earlier ones.
  init(_ lessons: [SiteLesson]) {
    var columns: [Int: Int] = [:]
    for (index, lesson) in lessons.enumerated() {
      let needed = lessons[..<index].indices.filter {
        lessons[$0].number.map(lesson.prerequisites.contains) == true
      }
      var row = needed.map { places[$0].row + 1 }.max() ?? 0
      while columns[row, default: 0] == Self.columns { row += 1 }
      places.append(Place(lesson: index, row: row, column: columns[row, default: 0]))
      columns[row, default: 0] += 1
      // What another needed lesson needs already isn't drawn again.
      let earlier = needed.reduce(into: Set<Int>()) { $0.formUnion(ancestors(of: $1)) }
      arrows += needed.filter { !earlier.contains($0) }.map { ($0, index) }
    }
  }

  /// All lessons that one needs, however indirectly, among those placed so far.
  private func ancestors(of index: Int) -> Set<Int> {
    arrows.filter { $0.to == index }.reduce(into: []) { found, arrow in
      found.insert(arrow.from)
      found.formUnion(ancestors(of: arrow.from))
    }
  }
}
