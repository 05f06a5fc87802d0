import Basics
import Datasets

/// An image with at most 256 colors, in the units of sixel: 0 to 100 for each of red, green and blue.
struct SixelPalette {
  let width: Int
  let height: Int
  /// The colors.
  private(set) var colors: [RGB] = []
  /// The color of each pixel, row by row.
  private(set) var pixels: [UInt8] = []

  /// The image in its own colors if it has few enough, else in the means of boxes of colors, each box cut
  /// from the largest by its median.
  ///
  /// - Parameter most: the most colors; at least 2, at most 256.
  init(_ image: Image, most: Int = 256) {
    (width, height) = (image.width, image.height)
    let most = max(2, min(most, 256))
    let percents = image.bytes.map { UInt8((Int($0) * 100 + 127) / 255) }
    let keys = stride(from: 0, to: percents.count, by: 3).map { Self.key(percents, $0) }
    var counts: [Int: Int] = [:]
    for key in keys { counts[key, default: 0] += 1 }
    let boxes = Self.boxes(counts, most: most)
    var places: [Int: UInt8] = [:]
    for (place, box) in boxes.enumerated() {
      colors.append(Self.mean(box))
      for entry in box { places[entry.key] = UInt8(place) }
    }
    pixels = keys.map { places[$0] ?? 0 }
  }

  /// What a terminal shows: each color as bytes.
  var image: Image {
    let bytes = colors.map { color in
      [color.red, color.green, color.blue].map { UInt8((Int($0) * 255 + 50) / 100) }
    }
    return Image(width: width, height: height, bytes: pixels.flatMap { bytes[Int($0)] })
  }

  private typealias Entry = (key: Int, count: Int)

  private static func key(_ percents: [UInt8], _ at: Int) -> Int {
    Int(percents[at]) << 16 | Int(percents[at + 1]) << 8 | Int(percents[at + 2])
  }

  private static func component(_ key: Int, _ axis: Int) -> Int { key >> (16 - 8 * axis) & 0xFF }

  /// The colors in groups of similar ones, in an order that depends only on the image.
  private static func boxes(_ counts: [Int: Int], most: Int) -> [[Entry]] {
    let all = counts.map { Entry(key: $0.key, count: $0.value) }.sorted { $0.key < $1.key }
    guard all.count > most else { return all.map { [$0] } }
    var boxes = [(entries: all, span: span(all))]
    while boxes.count < most {
      // The box with the widest axis, weighted by its pixels, is cut next.
      let next = boxes.indices.max { weight(boxes[$0]) < weight(boxes[$1]) }
      guard let next, boxes[next].span.width > 0 else { break }
      let (low, high) = cut(boxes[next].entries, along: boxes[next].span.axis)
      boxes[next] = (low, span(low))
      boxes.append((high, span(high)))
    }
    return boxes.map(\.entries)
  }

  private static func weight(_ box: (entries: [Entry], span: (axis: Int, width: Int))) -> Double {
    let pixels = box.entries.reduce(0) { $0 + $1.count }
    return Double(box.span.width) * Double(pixels).squareRoot()
  }

  private static func span(_ box: [Entry]) -> (axis: Int, width: Int) {
    let widths = (0..<3).map { axis in
      let values = box.lazy.map { component($0.key, axis) }
      return (axis: axis, width: (values.max() ?? 0) - (values.min() ?? 0))
    }
    return widths.max { $0.width < $1.width } ?? (0, 0)
  }

  /// Two boxes with about as many pixels; neither is empty.
  private static func cut(_ box: [Entry], along axis: Int) -> ([Entry], [Entry]) {
    let sorted = box.sorted {
      (component($0.key, axis), $0.key) < (component($1.key, axis), $1.key)
    }
    let half = sorted.reduce(0) { $0 + $1.count } / 2
    var (sum, end) = (0, 0)
    while end < sorted.count - 1, sum < half || end == 0 {
      sum += sorted[end].count
      end += 1
    }
    return (Array(sorted[..<end]), Array(sorted[end...]))
  }

  private static func mean(_ box: [Entry]) -> RGB {
    let total = box.reduce(0) { $0 + $1.count }
    let means = (0..<3).map { axis in
      let sum = box.reduce(0) { $0 + component($1.key, axis) * $1.count }
      return UInt8(clamping: (sum + total / 2) / max(1, total))
    }
    return RGB(means[0], means[1], means[2])
  }
}
