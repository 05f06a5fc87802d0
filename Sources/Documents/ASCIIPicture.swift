import Basics
import Datasets

/// Images drawn with characters, for pipes and terminals without colour.
enum ASCIIPicture {
  /// Characters from black to white; each has more ink than the one before.
  static let ramp = Array(" .:-=+*#%@")

  /// Tiles side by side, each below its number.
  ///
  /// - Parameter frames: what to mark on each tile.
  static func lines(_ maps: MapPicture, width: Int, frames: [Frame] = []) -> [String] {
    let columns = min(maps.width, max(8, min(width, 78) / 6 - 1))
    let perRow = max(1, min(maps.tiles.count, (min(width, 78) + 2) / (columns + 2)))
    var result: [String] = []
    for first in stride(from: 0, to: maps.tiles.count, by: perRow) {
      let numbers = first..<min(first + perRow, maps.tiles.count)
      let tiles = numbers.map { number in
        [maps.labels[number]] + lines(maps.image(of: number), width: columns, frames: frames)
      }
      for line in 0..<(tiles.map(\.count).max() ?? 0) {
        let cells = tiles.map { tile in
          let text = line < tile.count ? tile[line] : ""
          return text.padding(to: columns, gap: 0)
        }
        let row = cells.joined(separator: "  ")
        result.append(row.trimmingTrailingSpaces())
      }
    }
    return result
  }

  /// The image, at most `width` columns wide. A character is about twice as high as it is wide.
  static func lines(_ image: Image, width: Int, frames: [Frame] = []) -> [String] {
    let columns = max(1, min(width, image.width * 2, 78))
    let rows = max(1, min(200, (image.height * columns + image.width) / (2 * image.width)))
    let small = image.resized(width: columns, height: rows)
    let sides = frames.map { $0.outline(image, width: columns, height: rows) }
    return (0..<rows).map { y in
      let line = String(
        (0..<columns).map { x -> Character in
          if let mark = sides.lazy.compactMap({ Self.mark(y, x, $0) }).first { return mark }
          let pixel = small[y, x]
          // Rec. 601 luma in thousandths.
          let luma = (299 * Int(pixel.red) + 587 * Int(pixel.green) + 114 * Int(pixel.blue)) / 1000
          return ramp[luma * ramp.count / 256]
        })
      return line.trimmingTrailingSpaces()
    }
  }

  /// The character of a frame at a place; nil if the frame isn't there.
  private static func mark(_ y: Int, _ x: Int, _ frame: Frame) -> Character? {
    guard frame.isOnOutline(y, x) else { return nil }
    let isOnRow = y == frame.rows.lowerBound || y == frame.rows.upperBound - 1
    let isOnColumn = x == frame.columns.lowerBound || x == frame.columns.upperBound - 1
    // Characters that no brightness has.
    return isOnRow && isOnColumn ? "o" : isOnRow ? "~" : "|"
  }
}
