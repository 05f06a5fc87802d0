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

  /// The tiles of an N×C×H×W tensor, or of one or more of its planes.
  ///
  /// Filters over three channels are shown in colour, everything else in grey. Values of both signs
  /// are scaled symmetrically, so that 0 is middle grey; otherwise the scale begins at 0.
  package init(_ tensor: Tensor) {
    let shape = tensor.shape
    (height, width) =
      switch shape.rank {
      case 0: (1, 1)
      case 1: MapPicture.folded(shape[0])
      default: (shape[shape.rank - 2], shape[shape.rank - 1])
      }
    let plane = height * width
    let isColour = shape.rank >= 3 && shape[shape.rank - 3] == 3
    let perTile = isColour ? 3 * plane : plane
    let padded = tensor.values + [Float](repeating: 0, count: max(0, perTile - 1))
    tiles = stride(from: 0, to: max(tensor.count, 1), by: max(perTile, 1)).map {
      Tile(channels: isColour ? 3 : 1, values: padded[$0..<min($0 + perTile, padded.count)])
    }
    let finite = tensor.values.lazy.filter(\.isFinite)
    let (low, high) = (min(finite.min() ?? 0, 0), max(finite.max() ?? 0, 0))
    let reach = max(-low, high)
    range = low < 0 && high > 0 ? -reach...reach : low...(high == low ? low + 1 : high)
  }

  /// A description of how values were mapped to greys.
  package var scaling: String {
    let (low, high) = (
      NumberFormat.format(Double(range.lowerBound), significant: 4),
      NumberFormat.format(Double(range.upperBound), significant: 4)
    )
    return range.lowerBound < 0 && range.upperBound > 0
      ? "0 is middle grey, black is \(low), white is \(high)" : "black is \(low), white is \(high)"
  }

  /// The tiles in a grid with `columns` columns, one pixel apart, with one pixel per value.
  package func image(columns: Int) -> Image {
    let columns = max(1, min(columns, tiles.count))
    let rows = (tiles.count + columns - 1) / columns
    let (w, h) = (columns * (width + 1) - 1, rows * (height + 1) - 1)
    var bytes = [UInt8](repeating: 0, count: 3 * w * h)
    let scale = 255 / (range.upperBound - range.lowerBound)
    for (number, tile) in tiles.enumerated() {
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
  package func image(of tile: Int) -> Image {
    var one = self
    one.tiles = [tiles[tile]]
    return one.image(columns: 1)
  }

  /// The number of columns that makes the grid about twice as wide as high, like a terminal.
  package var naturalColumns: Int {
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
