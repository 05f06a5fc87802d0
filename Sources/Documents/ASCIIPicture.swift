import Basics
import Datasets

/// Images drawn with characters, for pipes and terminals without colour.
enum ASCIIPicture {
  /// Characters from black to white; each has more ink than the one before.
  static let ramp = Array(" .:-=+*#%@")

  /// Tiles side by side, each below its number.
  static func lines(_ maps: MapPicture, width: Int) -> [String] {
    let columns = min(maps.width, max(8, min(width, 78) / 6 - 1))
    let perRow = max(1, min(maps.tiles.count, (min(width, 78) + 2) / (columns + 2)))
    var result: [String] = []
    for first in stride(from: 0, to: maps.tiles.count, by: perRow) {
      let numbers = first..<min(first + perRow, maps.tiles.count)
      let tiles = numbers.map { number in
        [String(number)] + lines(maps.image(of: number), width: columns)
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
  static func lines(_ image: Image, width: Int) -> [String] {
    let columns = max(1, min(width, image.width * 2, 78))
    let rows = max(1, min(200, (image.height * columns + image.width) / (2 * image.width)))
    let small = image.resized(width: columns, height: rows)
    return (0..<rows).map { y in
      let line = String(
        (0..<columns).map { x -> Character in
          let pixel = small[y, x]
          // Rec. 601 luma in thousandths.
          let luma = (299 * Int(pixel.red) + 587 * Int(pixel.green) + 114 * Int(pixel.blue)) / 1000
          return ramp[luma * ramp.count / 256]
        })
      return line.trimmingTrailingSpaces()
    }
  }
}
