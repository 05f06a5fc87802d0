import Basics
import Datasets

extension Drawing {
  /// The colours of the page and of the text on it.
  package struct Page: Sendable {
    var paper: RGB
    var ink: RGB

    /// Black on white.
    package static let light = Page(paper: .white, ink: .black)
    /// Light grey on nearly black, as on the dark pages of the course's site.
    package static let dark = Page(paper: RGB(23, 24, 27), ink: RGB(228, 226, 221))
  }

  /// The drawing as an image, with smooth edges.
  ///
  /// - Parameters:
  ///   - scale: the pixels of the image for one of the drawing.
  ///   - page: the colours where nothing else is drawn, and of text.
  package func image(scale: Double = 1, page: Page = .light) -> Image {
    var canvas = Rasterizer(
      width: max(1, Int(rounding: width * scale)), height: max(1, Int(rounding: height * scale)),
      page: page)
    func at(_ point: Point) -> Point { Point(point.x * scale, point.y * scale) }
    for element in elements {
      switch element {
      case .path(let points, let stroke, _):
        var stroke = stroke
        stroke.width *= scale
        stroke.dashes = stroke.dashes.map { $0 * scale }
        canvas.draw(points.map(at), stroke)
      case .area(let points, let fill, let outline):
        let points = points.map(at)
        canvas.fill(points, fill)
        if let outline, let first = points.first {
          canvas.draw(points + [first], Stroke(outline, width: scale))
        }
      case .dot(let center, let radius, let fill):
        canvas.draw([at(center), at(center)], Stroke(fill, width: 2 * radius * scale))
      case .text(let text, let place, let anchor, let isBold, let size):
        canvas.write(text, at(place), anchor, isBold: isBold, size: size * scale)
      case .image(let image, let corner, let side):
        canvas.place(image, at(corner), side: side * scale)
      }
    }
    return Image(width: canvas.width, height: canvas.height, bytes: canvas.bytes)
  }
}

/// Draws on an image. An edge covers a part of a pixel, which gets that share of the color.
private struct Rasterizer {
  let width: Int
  let height: Int
  let ink: RGB
  var bytes: [UInt8]

  init(width: Int, height: Int, page: Drawing.Page) {
    (self.width, self.height, ink) = (width, height, page.ink)
    let paper = [page.paper.red, page.paper.green, page.paper.blue]
    bytes = (0..<(3 * width * height)).map { paper[$0 % 3] }
  }

  /// The pixels that a range of coordinates touches, within the page.
  private func pixels(_ low: Double, _ high: Double, of size: Int) -> Range<Int> {
    let first = Int(clamping: max(0, min(low, Double(size))).rounded(.down))
    let end = Int(clamping: max(0, min(high, Double(size))).rounded(.up))
    return first..<max(first, end)
  }

  private mutating func mix(_ x: Int, _ y: Int, _ color: RGB, _ share: Double) {
    guard share > 0 else { return }
    let at = 3 * (y * width + x)
    for (c, new) in [color.red, color.green, color.blue].enumerated() {
      let old = Double(bytes[at + c])
      bytes[at + c] = UInt8(rounding: old + (Double(new) - old) * min(1, share))
    }
  }

  /// A line through points, with round ends, in dashes if it has some.
  mutating func draw(_ points: [Drawing.Point], _ stroke: Drawing.Stroke) {
    for (a, b) in zip(points, points.dropFirst()) where stroke.dashes.isEmpty {
      segment(a, b, stroke)
    }
    guard !stroke.dashes.isEmpty else { return }
    // The dash pattern goes on over corners.
    var (place, left) = (0, stroke.dashes[0])
    for (a, b) in zip(points, points.dropFirst()) {
      let (dx, dy) = (b.x - a.x, b.y - a.y)
      let length = (dx * dx + dy * dy).squareRoot()
      var done = 0.0
      while done < length {
        let step = min(max(left, 0.01), length - done)
        func at(_ distance: Double) -> Drawing.Point {
          .init(a.x + dx * distance / length, a.y + dy * distance / length)
        }
        if place.isMultiple(of: 2) { segment(at(done), at(done + step), stroke) }
        done += step
        left -= step
        if left <= 0 {
          place = (place + 1) % stroke.dashes.count
          left = stroke.dashes[place]
        }
      }
    }
  }

  private mutating func segment(
    _ a: Drawing.Point, _ b: Drawing.Point, _ stroke: Drawing.Stroke
  ) {
    let reach = stroke.width / 2 + 0.5
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let square = dx * dx + dy * dy
    for y in pixels(min(a.y, b.y) - reach, max(a.y, b.y) + reach, of: height) {
      for x in pixels(min(a.x, b.x) - reach, max(a.x, b.x) + reach, of: width) {
        let (px, py) = (Double(x) + 0.5 - a.x, Double(y) + 0.5 - a.y)
        let share = square == 0 ? 0 : max(0, min(1, (px * dx + py * dy) / square))
        let (ex, ey) = (px - share * dx, py - share * dy)
        let distance = (ex * ex + ey * ey).squareRoot()
        mix(x, y, stroke.color, min(stroke.width, reach - distance))
      }
    }
  }

  /// The inside of a polygon, from 4×4 samples of each pixel.
  mutating func fill(_ points: [Drawing.Point], _ color: RGB) {
    guard points.count > 2 else { return }
    let (xs, ys) = (points.map(\.x), points.map(\.y))
    for y in pixels(ys.min() ?? 0, ys.max() ?? 0, of: height) {
      for x in pixels(xs.min() ?? 0, xs.max() ?? 0, of: width) {
        var inside = 0
        for sample in 0..<16 {
          let px = Double(x) + (Double(sample % 4) + 0.5) / 4
          let py = Double(y) + (Double(sample / 4) + 0.5) / 4
          var isInside = false
          for (a, b) in zip(points, points.dropFirst() + points.prefix(1))
          where (a.y > py) != (b.y > py) && px < a.x + (py - a.y) / (b.y - a.y) * (b.x - a.x) {
            isInside.toggle()
          }
          if isInside { inside += 1 }
        }
        mix(x, y, color, Double(inside) / 16)
      }
    }
  }

  mutating func write(
    _ text: String, _ place: Drawing.Point, _ anchor: Drawing.Anchor, isBold: Bool, size: Double
  ) {
    let length = StrokeFont.width(of: text, size: size)
    var x =
      switch anchor {
      case .start: place.x
      case .middle: place.x - length / 2
      case .end: place.x - length
      }
    let unit = (x: StrokeFont.unit.x * size, y: StrokeFont.unit.y * size)
    let stroke = Drawing.Stroke(ink, width: size * (isBold ? 0.15 : 0.09))
    for character in text {
      let glyph = StrokeFont.glyph(character)
      for points in glyph.strokes {
        let places = points.map {
          Drawing.Point(x + Double($0.x) * unit.x, place.y - Double($0.y - 2) * unit.y)
        }
        draw(places, stroke)
      }
      x += Double(glyph.width + StrokeFont.gap) * unit.x
    }
  }

  /// An image, each pixel as a square.
  mutating func place(_ image: Image, _ corner: Drawing.Point, side: Double) {
    let (w, h) = (Double(image.width) * side, Double(image.height) * side)
    let columns = pixels(
      (corner.x - 0.5).rounded(.up), (corner.x + w - 0.5).rounded(.up), of: width)
    for y in pixels((corner.y - 0.5).rounded(.up), (corner.y + h - 0.5).rounded(.up), of: height) {
      let row = Int(clamping: (Double(y) + 0.5 - corner.y) / side)
      for x in columns {
        let column = Int(clamping: (Double(x) + 0.5 - corner.x) / side)
        guard row < image.height, column < image.width else { continue }
        let (pixel, at) = (image[row, column], 3 * (y * width + x))
        (bytes[at], bytes[at + 1], bytes[at + 2]) = (pixel.red, pixel.green, pixel.blue)
      }
    }
  }
}
