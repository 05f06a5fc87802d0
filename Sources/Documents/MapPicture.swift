import Basics
import Datasets
import Tensors

extension Image {
  /// The image with each pixel repeated as a square of `times` by `times`.
  package func magnified(_ times: Int) -> Image {
    guard times > 1 else { return self }
    var result: [UInt8] = []
    result.reserveCapacity(3 * width * height * times * times)
    for y in 0..<height {
      var row: [UInt8] = []
      for x in 0..<width {
        let pixel = self[y, x]
        for _ in 0..<times { row += [pixel.red, pixel.green, pixel.blue] }
      }
      for _ in 0..<times { result += row }
    }
    return Image(width: width * times, height: height * times, bytes: result)
  }
}

/// A tensor as an image: each feature map is a tile, each value is grey, or coloured for filters
/// over red, green and blue.
package struct MapPicture: Sendable {
  /// One tile: C×H×W, row-major, where C is 1 (grey) or 3 (red, green, blue).
  package struct Tile: Sendable {
    package var channels: Int
    var values: ArraySlice<Float>
  }

  /// In row-major order.
  package var tiles: [Tile]
  /// The height of a tile in pixels.
  package var height: Int
  /// The width of a tile in pixels.
  package var width: Int
  /// The values shown as black and as white.
  package var range: ClosedRange<Float>
  /// The same for each tile, if each has its own; nil if all share `range`.
  package private(set) var ranges: [ClosedRange<Float>]?
  /// The number of each tile, or another name.
  package var labels: [String]
  /// What a drawing says below each tile; empty for nothing.
  package var details: [String] = []
  /// The tiles side by side.
  package var columns = 1
  /// The sizes of the tensor's axes outside a tile.
  package let axes: [Int]

  /// The tiles of an N×C×H×W tensor, or of one or more of its planes.
  ///
  /// Filters over three channels are shown in colour, everything else in grey. Values of both signs
  /// are scaled symmetrically, so that 0 is middle grey; otherwise the scale begins at 0.
  /// - Parameters:
  ///   - tensor: the values.
  ///   - allowsColour: whether three channels can be red, green and blue; three feature maps aren't.
  ///   - hasOwnScales: whether each tile has its own scale, so that a faint tile shows its structure.
  package init(_ tensor: Tensor, allowsColour: Bool = true, hasOwnScales: Bool = false) {
    let shape = tensor.shape
    (height, width) =
      switch shape.rank {
      case 0: (1, 1)
      case 1: MapPicture.folded(shape[0])
      default: (shape[shape.rank - 2], shape[shape.rank - 1])
      }
    let plane = height * width
    let isColour = allowsColour && shape.rank >= 3 && shape[shape.rank - 3] == 3
    axes = Array(shape.dimensions.prefix(max(0, shape.rank - (isColour ? 3 : 2))))
    let perTile = isColour ? 3 * plane : plane
    let padded = tensor.values + [Float](repeating: 0, count: max(0, perTile - 1))
    tiles = stride(from: 0, to: max(tensor.count, 1), by: max(perTile, 1)).map {
      Tile(channels: isColour ? 3 : 1, values: padded[$0..<min($0 + perTile, padded.count)])
    }
    range = MapPicture.range(of: tensor.values[...])
    labels = tiles.indices.map(String.init)
    if hasOwnScales, tiles.count > 1 { ranges = tiles.map { MapPicture.range(of: $0.values) } }
    columns = naturalColumns
  }

  /// From black to white: symmetrical around 0 for values of both signs, else from or to 0.
  private static func range(of values: ArraySlice<Float>) -> ClosedRange<Float> {
    let finite = values.lazy.filter(\.isFinite)
    let (low, high) = (min(finite.min() ?? 0, 0), max(finite.max() ?? 0, 0))
    let reach = max(-low, high)
    return low < 0 && high > 0 ? -reach...reach : low...(high == low ? low + 1 : high)
  }

  /// Names the tiles by their indices: `16`, or `3,17` where several axes have more than one.
  ///
  /// - Parameter starts: the index of the first element along each axis, if the tensor is a part of another.
  package mutating func number(from starts: [Int]) {
    let shape = Shape(axes)
    guard axes.count > 0, shape.count == tiles.count else { return }
    let several = axes.indices.filter { axes[$0] > 1 }
    let shown = several.isEmpty ? [axes.count - 1] : several
    labels = tiles.indices.map { tile in
      let index = shape.index(at: tile)
      return shown.map { String(index[$0] + ($0 < starts.count ? starts[$0] : 0)) }
        .joined(separator: ",")
    }
  }

  /// A description of how values were mapped to greys.
  package var scaling: String {
    if ranges != nil {
      return "each tile has its own scale, so brightness can't be compared between tiles: "
        + "the value farthest from 0 is black if negative, white if positive"
    }
    let (low, high) = (
      NumberFormat.format(Double(range.lowerBound), significant: 4),
      NumberFormat.format(Double(range.upperBound), significant: 4)
    )
    return (tiles.count > 1 ? "all tiles share one scale: " : "")
      + (range.lowerBound < 0 && range.upperBound > 0 ? "0 is middle grey, " : "")
      + "black is \(low), white is \(high)"
  }

  /// The tiles in a grid with `columns` columns, one pixel apart, with one pixel per value.
  package var image: Image {
    let columns = max(1, min(columns, tiles.count))
    let rows = (tiles.count + columns - 1) / columns
    let (w, h) = (columns * (width + 1) - 1, rows * (height + 1) - 1)
    var bytes = [UInt8](repeating: 0, count: 3 * w * h)
    for (number, tile) in tiles.enumerated() {
      let range = ranges?[number] ?? range
      let scale = 255 / (range.upperBound - range.lowerBound)
      let (top, left) = (number / columns * (height + 1), number % columns * (width + 1))
      for y in 0..<height {
        for x in 0..<width {
          for c in 0..<3 {
            let plane = tile.channels == 3 ? c : 0
            let value = tile.values[tile.values.startIndex + (plane * height + y) * width + x]
            let level = ((value.isFinite ? value : 0) - range.lowerBound) * scale
            bytes[3 * ((top + y) * w + left + x) + c] = UInt8(rounding: level)
          }
        }
      }
    }
    return Image(width: w, height: h, bytes: bytes)
  }

  /// A single tile.
  package func image(of tile: Int) -> Image { part(tile..<tile + 1).image }

  /// Some of the tiles, side by side.
  package func part(_ places: Range<Int>) -> MapPicture {
    var part = self
    part.tiles = Array(tiles[places])
    part.ranges = ranges.map { Array($0[places]) }
    part.labels = Array(labels[places])
    part.details = details.isEmpty ? [] : Array(details[places])
    part.columns = places.count
    return part
  }

  /// The places of the tiles of each row of the grid.
  package var rows: [Range<Int>] {
    stride(from: 0, to: tiles.count, by: columns).map { $0..<min($0 + columns, tiles.count) }
  }

  /// The number of columns that makes the grid about twice as wide as high, like a terminal.
  private var naturalColumns: Int {
    let count = Double(tiles.count)
    let wanted = (2 * count * Double(height + 1) / Double(width + 1)).squareRoot()
    return max(1, min(tiles.count, Int(rounding: wanted)))
  }

  /// The height and width of a rectangle for a list of values, as close to square as its length
  /// allows.
  private static func folded(_ count: Int) -> (Int, Int) {
    guard count > 16 else { return (1, max(1, count)) }
    let side = Int(clamping: Double(count).squareRoot().rounded(.up))
    return ((count + 2 * side - 1) / (2 * side), 2 * side)
  }
}
