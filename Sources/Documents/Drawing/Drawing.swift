import Datasets

/// Lines, areas, images and text on a white page, from which both an SVG document and an image are made.
///
/// Coordinates are in pixels, x to the right and y down.
package struct Drawing: Sendable {
  /// A place on the page.
  package struct Point: Hashable, Sendable {
    package var x: Double
    package var y: Double

    package init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
  }

  /// How a line is drawn.
  package struct Stroke: Hashable, Sendable {
    package var color: RGB
    package var width: Double
    /// The lengths of dashes and gaps in turn; empty for a solid line.
    package var dashes: [Double]

    package init(_ color: RGB, width: Double = 1, dashes: [Double] = []) {
      (self.color, self.width, self.dashes) = (color, width, dashes)
    }
  }

  /// Which part of a text is at its place.
  package enum Anchor: String, Sendable { case start, middle, end }

  /// One element.
  package enum Element: Sendable {
    /// A line through several points; the title names it for screen readers.
    case path([Point], Stroke, title: String? = nil)
    /// An area between the points, with an outline if it has one.
    case area([Point], fill: RGB, outline: RGB? = nil)
    /// A filled circle.
    case dot(Point, radius: Double, fill: RGB)
    /// One line of text; the point is on its baseline.
    case text(String, Point, anchor: Anchor = .start, isBold: Bool = false, size: Double = 12)
    /// An image whose top left corner is at a point; each pixel becomes a square with this side.
    case image(Image, Point, side: Double)
  }

  package var width: Double
  package var height: Double
  /// A short title.
  package var title: String
  /// What the drawing shows, in whole sentences.
  package var description: String
  /// From back to front.
  package var elements: [Element] = []

  /// An empty page.
  package init(width: Double, height: Double, title: String, description: String) {
    (self.width, self.height) = (width, height)
    (self.title, self.description) = (title, description)
  }

  /// Adds a straight line.
  package mutating func line(_ from: Point, _ to: Point, _ stroke: Stroke) {
    elements.append(.path([from, to], stroke))
  }

  /// Adds a line of text.
  package mutating func text(
    _ text: String, _ x: Double, _ y: Double, anchor: Anchor = .start, isBold: Bool = false,
    size: Double = 12
  ) {
    elements.append(.text(text, Point(x, y), anchor: anchor, isBold: isBold, size: size))
  }

  /// Adds a rectangle.
  package mutating func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, fill: RGB, outline: RGB? = nil
  ) {
    let corners = [
      Point(x, y), Point(x + width, y), Point(x + width, y + height), Point(x, y + height),
    ]
    elements.append(.area(corners, fill: fill, outline: outline))
  }

  /// Adds the elements of another drawing, with its top left corner at a place.
  package mutating func add(_ other: Drawing, x: Double, y: Double) {
    func moved(_ point: Point) -> Point { Point(point.x + x, point.y + y) }
    elements += other.elements.map { element in
      switch element {
      case .path(let points, let stroke, let title):
        .path(points.map(moved), stroke, title: title)
      case .area(let points, let fill, let outline):
        .area(points.map(moved), fill: fill, outline: outline)
      case .dot(let center, let radius, let fill): .dot(moved(center), radius: radius, fill: fill)
      case .text(let text, let place, let anchor, let isBold, let size):
        .text(text, moved(place), anchor: anchor, isBold: isBold, size: size)
      case .image(let image, let corner, let side): .image(image, moved(corner), side: side)
      }
    }
  }

  /// An upper bound of the width of a text, for layout.
  package static func width(of text: String, size: Double = 12) -> Double {
    Double(text.count) * size * 0.55
  }
}

/// A drawing with blocks that say the same in text.
package struct DrawnBlock: Sendable {
  package var drawing: Drawing
  /// What is shown where nothing can be drawn.
  package var text: [Block]

  package init(_ drawing: Drawing, text: [Block]) {
    (self.drawing, self.text) = (drawing, text)
  }
}

extension RGB {
  static let white = RGB(gray: 255)
  static let black = RGB(gray: 0)

  /// The color as `#RRGGBB`.
  package var hexadecimal: String {
    "#"
      + [red, green, blue].map { value in
        let digits = String(value, radix: 16, uppercase: true)
        return digits.count == 1 ? "0" + digits : digits
      }.joined()
  }
}
