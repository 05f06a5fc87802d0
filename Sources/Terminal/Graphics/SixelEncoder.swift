import Basics

/// Encodes an image as sixels, six rows at a time (DEC STD 070; VT340 graphics).
enum SixelEncoder {
  /// The control sequence that draws the image at the cursor.
  static func encode(_ image: SixelPalette) -> String {
    // 1: pixels that aren't drawn keep the background. The raster attributes give the size.
    var text = "\u{1B}P0;1;0q\"1;1;\(image.width);\(image.height)"
    for (number, color) in image.colors.enumerated() {
      text += "#\(number);2;\(color.red);\(color.green);\(color.blue)"
    }
    for top in stride(from: 0, to: image.height, by: 6) {
      text += band(image, top)
      if top + 6 < image.height { text += "-" }
    }
    return text + "\u{1B}\\"
  }

  /// Six rows: for each color of theirs a line of characters, whose six bits say which rows have it.
  private static func band(_ image: SixelPalette, _ top: Int) -> String {
    var bits: [UInt8: [UInt8]] = [:]
    for y in top..<min(top + 6, image.height) {
      for x in 0..<image.width {
        let color = image.pixels[y * image.width + x]
        bits[color, default: [UInt8](repeating: 0, count: image.width)][x] |= 1 << UInt8(y - top)
      }
    }
    let lines = bits.sorted { $0.key < $1.key }.map { "#\($0.key)" + packed($0.value) }
    // A dollar sign goes back to the start of the band.
    return lines.joined(separator: "$")
  }

  /// The characters, with `!n` for a character that is repeated; empty columns at the end are left out.
  private static func packed(_ bits: [UInt8]) -> String {
    let end = (bits.lastIndex { $0 != 0 } ?? -1) + 1
    var text = ""
    var place = 0
    while place < end {
      let run = bits[place..<end].prefix { $0 == bits[place] }.count
      let character = String(UnicodeScalar(63 + bits[place]))
      text += run > 3 ? "!\(run)\(character)" : String(repeating: character, clamping: run)
      place += run
    }
    return text
  }
}
