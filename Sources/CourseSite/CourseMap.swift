import Basics

/// The lessons in rows, so that each is below all that it needs, and the lines between them.
///
/// Lines run between the boxes, never behind one: down from a lesson into the space below its row, along it,
/// down through a gap between two columns or through empty places, along the space above the other lesson,
/// and down to it. All lines from one lesson share a track, and lines from others keep beside it.
struct CourseMap {
  /// The most lessons in a row, so that a row fits into a page.
  static let columns = 5
  /// The sizes of a box, and of the spaces between columns and between rows.
  static let (width, height, gap, space) = (156, 60, 28, 44)

  /// A lesson's place.
  struct Place: Equatable {
    /// The lesson, by its place in the list.
    var lesson: Int
    /// The row, from 0.
    var row: Int
    /// The place in the row, from 0.
    var column: Int
  }

  /// A line from one lesson to another, by their places in the list.
  struct Arrow: Equatable {
    var from: Int
    var to: Int
  }

  /// A point of the drawing.
  struct Point: Equatable {
    var x: Int
    var y: Int
  }

  /// The places, in the order of the lessons.
  private(set) var places: [Place] = []
  /// What needs what.
  private(set) var arrows: [Arrow] = []

  /// The map of lessons, each of which may need earlier ones.
  init(_ lessons: [SiteLesson]) {
    for (index, lesson) in lessons.enumerated() {
      let needed = lessons[..<index].indices.filter {
        lessons[$0].number.map(lesson.prerequisites.contains) == true
      }
      places.append(place(of: index, below: needed))
      // What another needed lesson needs already isn't drawn again.
      let earlier = needed.reduce(into: Set<Int>()) { $0.formUnion(ancestors(of: $1)) }
      arrows += needed.filter { !earlier.contains($0) }.map { Arrow(from: $0, to: index) }
    }
  }

  /// The free place in the first row below other lessons that is nearest to the middle of them.
  private func place(of lesson: Int, below needed: [Int]) -> Place {
    let above = needed.map { places[$0] }
    var row = above.map { $0.row + 1 }.max() ?? 0
    func free() -> [Int] {
      let taken = Set(places.filter { $0.row == row }.map(\.column))
      return (0..<Self.columns).filter { !taken.contains($0) }
    }
    while free().isEmpty { row += 1 }
    let middle =
      above.isEmpty
      ? Double(Self.columns / 2) : Double(above.reduce(0) { $0 + $1.column }) / Double(above.count)
    let column = free().min { abs(Double($0) - middle) < abs(Double($1) - middle) } ?? 0
    return Place(lesson: lesson, row: row, column: column)
  }

  /// All lessons that one needs, however indirectly, among those placed so far.
  private func ancestors(of index: Int) -> Set<Int> {
    arrows.filter { $0.to == index }.reduce(into: []) { found, arrow in
      found.insert(arrow.from)
      found.formUnion(ancestors(of: arrow.from))
    }
  }
}

// MARK: - The drawing

extension CourseMap {
  private var rows: Int { (places.map(\.row).max() ?? 0) + 1 }

  /// The width and height of the drawing.
  var size: Point {
    Point(
      x: Self.columns * (Self.width + Self.gap) + Self.gap,
      y: rows * (Self.height + Self.space) - Self.space + 2)
  }

  /// The upper left corner of a lesson's box.
  func corner(_ place: Place) -> Point {
    Point(
      x: Self.gap + place.column * (Self.width + Self.gap),
      y: 1 + place.row * (Self.height + Self.space))
  }

  /// A part of the drawing that several lines run through side by side.
  private enum Channel: Hashable {
    /// The space below a row.
    case below(Int)
    /// The gap to the left of a column, or to the right of the last one.
    case beside(Int)
    /// The middle of a column, where it is empty.
    case through(Int)
  }

  /// Where a line runs down between the rows of its ends; nil if they follow on each other.
  private func descent(_ arrow: Arrow) -> Channel? {
    let (from, to) = (places[arrow.from], places[arrow.to])
    guard to.row > from.row + 1 else { return nil }
    let between = places.filter { $0.row > from.row && $0.row < to.row }
    for column in [to.column, from.column] where !between.contains(where: { $0.column == column }) {
      return .through(column)
    }
    return .beside(from.column <= to.column ? to.column : to.column + 1)
  }

  /// The lessons whose lines run through each channel, in order.
  private var tracks: [Channel: [Int]] {
    var found: [Channel: Set<Int>] = [:]
    for arrow in arrows {
      let descent = descent(arrow)
      found[.below(places[arrow.from].row), default: []].insert(arrow.from)
      guard let descent else { continue }
      found[descent, default: []].insert(arrow.from)
      found[.below(places[arrow.to].row - 1), default: []].insert(arrow.from)
    }
    return Dictionary(
      uniqueKeysWithValues: found.map { channel, lessons in (channel, ordered(lessons, in: channel))
      })
  }

  /// The tracks of a channel from above to below, or from left to right.
  private func ordered(_ lessons: Set<Int>, in channel: Channel) -> [Int] {
    var rest = lessons.sorted {
      (-places[$0].row, places[$0].column, $0) < (-places[$1].row, places[$1].column, $1)
    }
    guard case .below(let row) = channel else { return rest }
    /// Whether a line from `other` goes down in the column in which one from `lesson` comes down.
    func comesFirst(_ lesson: Int, before other: Int) -> Bool {
      lesson != other && places[lesson].row == row
        && arrows.contains {
          $0.from == other && places[$0.to].row == row + 1
            && places[$0.to].column == places[lesson].column
        }
    }
    var order: [Int] = []
    while !rest.isEmpty {
      let next = rest.firstIndex { one in !rest.contains { comesFirst($0, before: one) } }
      order.append(rest.remove(at: next ?? 0))
    }
    return order
  }

  /// The lines' corners, in the order of the arrows.
  var lines: [[Point]] {
    let tracks = tracks
    /// The place of a lesson's track among those of a channel, from −1 to 1.
    func place(_ lesson: Int, _ channel: Channel) -> Double {
      let all = tracks[channel] ?? []
      let index = all.firstIndex(of: lesson) ?? 0
      return Double(2 * (index + 1)) / Double(all.count + 1) - 1
    }
    func y(_ lesson: Int, below row: Int) -> Int {
      let middle = (row + 1) * (Self.height + Self.space) - Self.space / 2
      return middle + Int(rounding: place(lesson, .below(row)) * Double(Self.space / 2 - 4))
    }
    func x(_ lesson: Int, _ channel: Channel) -> Int {
      let share = place(lesson, channel)
      switch channel {
      case .beside(let column):
        let middle = Self.gap / 2 + column * (Self.width + Self.gap)
        return middle + Int(rounding: share * Double(Self.gap / 2))
      case .through(let column):
        let middle = Self.gap + column * (Self.width + Self.gap) + Self.width / 2
        return middle + Int(rounding: share * 24)
      case .below: return 0
      }
    }
    return arrows.map { arrow in
      let (from, to) = (places[arrow.from], places[arrow.to])
      let start = Point(x: corner(from).x + Self.width / 2, y: corner(from).y + Self.height)
      let end = Point(x: corner(to).x + Self.width / 2, y: corner(to).y)
      let first = y(arrow.from, below: from.row)
      guard let descent = descent(arrow) else {
        return [start, Point(x: start.x, y: first), Point(x: end.x, y: first), end]
      }
      let (down, last) = (x(arrow.from, descent), y(arrow.from, below: to.row - 1))
      return [
        start, Point(x: start.x, y: first), Point(x: down, y: first), Point(x: down, y: last),
        Point(x: end.x, y: last), end,
      ]
    }
  }

  /// The data of a path through these corners, which are rounded.
  static func path(_ corners: [Point]) -> String {
    guard let first = corners.first, let last = corners.last else { return "" }
    var data = "M\(first.x) \(first.y)"
    for place in corners.indices.dropFirst().dropLast() {
      let corner = corners[place]
      /// The point on the way to a neighbour at which the bend begins or ends.
      func edge(_ other: Point) -> Point {
        let (x, y) = (other.x - corner.x, other.y - corner.y)
        let length = max(abs(x), abs(y))
        guard length > 0 else { return corner }
        let radius = min(6, length / 2)
        return Point(x: corner.x + x * radius / length, y: corner.y + y * radius / length)
      }
      let (start, end) = (edge(corners[place - 1]), edge(corners[place + 1]))
      data += "L\(start.x) \(start.y)Q\(corner.x) \(corner.y) \(end.x) \(end.y)"
    }
    return data + "L\(last.x) \(last.y)"
  }
}
