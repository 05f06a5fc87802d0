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

  /// An image with its caption.
  package init(_ image: Image, caption: String, tiles: MapPicture? = nil, frames: [Frame] = []) {
    (self.image, self.caption) = (image, caption)
    (self.tiles, self.frames) = (tiles, frames)
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
      return drawing
    }
    let (size, gap) = (11.0, 4.0)
    let (wide, high) = (Double(tiles.width * side), Double(tiles.height * side))
    let head = size + 3
    var drawing = Drawing(
      width: Double(tiles.columns) * (wide + gap) - gap,
      height: Double(tiles.rows.count) * (high + head + gap), title: title, description: caption)
    let widest = tiles.labels.map { StrokeFont.width(of: $0, size: size) }.max() ?? 0
    // Where not every number fits, every second, third, … has one.
    let apart = max(1, Int(rounding: ((widest + 4) / (wide + gap)).rounded(.up)))
    for (row, places) in tiles.rows.enumerated() {
      let top = Double(row) * (high + head + gap)
      for (column, place) in places.enumerated() {
        let left = Double(column) * (wide + gap)
        if column.isMultiple(of: apart) {
          drawing.text(tiles.labels[place], left + 1, top + size, size: size)
        }
        add(tiles.image(of: place), to: &drawing, x: left, y: top + head, side: Double(side))
      }
    }
    return drawing
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
