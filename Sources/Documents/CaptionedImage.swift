import Basics
import Datasets

/// A rectangle to mark on an image, in the image's pixels.
package struct Frame: Hashable, Sendable {
  package var rows: Range<Int>
  package var columns: Range<Int>

  /// A frame around these pixels.
  package init(rows: Range<Int>, columns: Range<Int>) {
    (self.rows, self.columns) = (rows, columns)
  }

  /// Orange, which no grey image has.
  static let color = RGB(255, 96, 0)

  /// The outline just outside the marked pixels, after the image was scaled to this size. It stays on the
  /// image, so at an edge it covers marked pixels.
  func outline(_ image: Image, width: Int, height: Int) -> Frame {
    func scaled(_ range: Range<Int>, _ old: Int, _ new: Int) -> Range<Int> {
      let low = max(0, range.lowerBound * new / old - 1)
      let high = min(new, (range.upperBound * new + old - 1) / old + 1)
      return low..<max(low + 1, high)
    }
    return Frame(
      rows: scaled(rows, image.height, height), columns: scaled(columns, image.width, width))
  }

  /// Whether a pixel is on the edge of the rectangle.
  func isOnOutline(_ y: Int, _ x: Int) -> Bool {
    guard rows.contains(y), columns.contains(x) else { return false }
    return y == rows.lowerBound || y == rows.upperBound - 1 || x == columns.lowerBound
      || x == columns.upperBound - 1
  }
}

/// The colours of an image in order, and the values of the first and the last.
package struct ColorScale: Equatable, Sendable {
  /// One pixel high.
  package var colors: Image
  /// The value of the first colour, as text.
  package var low: String
  /// The value of the last colour, and what it measures.
  package var high: String

  /// A scale of these colours.
  package init(_ colors: [RGB], low: String, high: String) {
    let bytes = colors.flatMap { [$0.red, $0.green, $0.blue] }
    self.colors = Image(width: colors.count, height: 1, bytes: bytes)
    (self.low, self.high) = (low, high)
  }
}

/// An image with a caption that says what it shows.
package struct CaptionedImage: Sendable {
  /// The image.
  package var image: Image
  /// What the image shows and how values became brightness, in one or more sentences.
  package var caption: String
  /// The tiles of an image that shows several maps. As characters, they are drawn one by one, each
  /// below its number.
  package var tiles: MapPicture?
  /// What is marked: on the image, or on each tile if there are several.
  package var frames: [Frame]
  /// What the colours mean, drawn below the image; nil if the caption says all.
  package var scale: ColorScale?

  /// An image with its caption.
  package init(
    _ image: Image, caption: String, tiles: MapPicture? = nil, frames: [Frame] = [],
    scale: ColorScale? = nil
  ) {
    (self.image, self.caption, self.tiles) = (image, caption, tiles)
    (self.frames, self.scale) = (frames, scale)
  }

  /// The image drawn with characters, for text without colour.
  ///
  /// - Parameter width: the number of columns available.
  package func characters(width: Int) -> [String] {
    tiles.map { ASCIIPicture.lines($0, width: width, frames: frames) }
      ?? ASCIIPicture.lines(image, width: width, frames: frames)
  }

  /// The side of a value in pixels that makes the whole about `pixels` wide or high: at least 1.
  package func side(filling pixels: Int) -> Int {
    max(1, pixels / max(image.width, image.height))
  }

  /// The image with each value as a square, tiles below their numbers, and frames.
  ///
  /// - Parameter side: the side of a square in pixels.
  package func drawing(side: Int) -> Drawing {
    guard let tiles, !tiles.labels.isEmpty else {
      var drawing = Drawing(
        width: Double(image.width * side), height: Double(image.height * side), title: title,
        description: caption)
      add(image, to: &drawing, x: 0, y: 0, side: Double(side))
      if let scale { add(scale, to: &drawing) }
      return drawing
    }
    let (size, gap) = (11.0, 4.0)
    let (wide, high) = (Double(tiles.width * side), Double(tiles.height * side))
    let head = size + 3
    let foot = tiles.details.isEmpty ? 0 : size + 5
    var drawing = Drawing(
      width: Double(tiles.columns) * (wide + gap) - gap,
      height: Double(tiles.rows.count) * (high + head + foot + gap), title: title,
      description: caption)
    let words = tiles.labels + tiles.details
    let widest = words.map { StrokeFont.width(of: $0, size: size) }.max() ?? 0
    // Where not every number fits, every second, third, … has one.
    let apart = max(1, Int(rounding: ((widest + 4) / (wide + gap)).rounded(.up)))
    for (row, places) in tiles.rows.enumerated() {
      let top = Double(row) * (high + head + foot + gap)
      for (column, place) in places.enumerated() {
        let left = Double(column) * (wide + gap)
        if column.isMultiple(of: apart) {
          drawing.text(tiles.labels[place], left + 1, top + size, size: size)
        }
        add(tiles.image(of: place), to: &drawing, x: left, y: top + head, side: Double(side))
        if column.isMultiple(of: apart), tiles.details.indices.contains(place) {
          drawing.text(
            tiles.details[place], left + 1, top + head + high + size + 2, size: size)
        }
      }
    }
    return drawing
  }

  /// Draws a scale below an image that begins at the left edge.
  private func add(_ scale: ColorScale, to drawing: inout Drawing) {
    let (size, bar, top) = (11.0, 8.0, drawing.height + 6)
    let room = StrokeFont.width(of: scale.low + scale.high, size: size) + 16
    drawing.width = max(drawing.width, room)
    drawing.height = top + bar + size + 6
    let side = drawing.width / Double(scale.colors.width)
    for x in 0..<scale.colors.width {
      drawing.rectangle(Double(x) * side, top, side, bar, fill: scale.colors[0, x])
    }
    drawing.text(scale.low, 1, top + bar + size + 2, size: size)
    drawing.text(scale.high, drawing.width - 1, top + bar + size + 2, anchor: .end, size: size)
  }

  /// The caption's first words: what is shown.
  private var title: String {
    let end = [": ", ". ", "; "].compactMap { caption.firstRange(of: $0)?.lowerBound }.min()
    let words = caption[..<(end ?? caption.endIndex)]
    return String(words.last == "." ? words.dropLast() : words)
  }

  private func add(_ image: Image, to drawing: inout Drawing, x: Double, y: Double, side: Double) {
    drawing.elements.append(.image(image, .init(x, y), side: side))
    for frame in frames {
      // The line is just outside the marked values, but on the image.
      func edge(_ value: Int, _ out: Double, _ most: Int) -> Double {
        min(max(1, Double(value) * side + out), Double(most) * side - 1)
      }
      let left = x + edge(frame.columns.lowerBound, -1, image.width)
      let right = x + edge(frame.columns.upperBound, 1, image.width)
      let top = y + edge(frame.rows.lowerBound, -1, image.height)
      let bottom = y + edge(frame.rows.upperBound, 1, image.height)
      let corners: [Drawing.Point] = [
        .init(left, top), .init(right, top), .init(right, bottom), .init(left, bottom),
        .init(left, top),
      ]
      drawing.elements.append(.path(corners, .init(Frame.color, width: 2)))
    }
  }

  /// The image at another size, with its frames one pixel wide: for displays with few pixels.
  package func scaled(width: Int, height: Int) -> Image {
    let isWhole = width % image.width == 0 && height == width / image.width * image.height
    var result =
      isWhole ? image.magnified(width / image.width) : image.resized(width: width, height: height)
    for frame in tiles == nil ? frames : [] {
      let outline = frame.outline(image, width: width, height: height)
      for y in outline.rows {
        for x in outline.columns where outline.isOnOutline(y, x) { result[y, x] = Frame.color }
      }
    }
    return result
  }
}
