import Basics
import CLibrary
import Datasets
import Documents
import Notebook

/// An image drawn with upper half blocks: each character shows two pixels, one above the other.
struct HalfBlocks {
  /// The number of columns available.
  var columns: Int
  /// The number of rows available; a few are left for the text below.
  var rows: Int

  /// The image, at most `columns` wide, with one line of characters for two rows of pixels, and tiles below
  /// their numbers.
  func encode(_ image: CaptionedImage) -> String {
    guard let tiles = image.tiles, tiles.tiles.count > 1 else {
      let size = fit(image.image)
      return encode(image.scaled(width: size.width, height: size.height))
    }
    let size = fit(image.image, spare: tiles.rows.count)
    // Every row of tiles is scaled alike.
    let scale = Double(size.width) / Double(image.image.width)
    return tiles.rows.map { places in
      let part = tiles.part(places)
      let strip = CaptionedImage(part.image, caption: "")
      let height = max(2, Int(rounding: Double(strip.image.height) * scale))
      let width = max(1, Int(rounding: Double(strip.image.width) * scale))
      let lefts = places.indices.map { place in
        Int(rounding: Double((place - places.lowerBound) * (tiles.width + 1)) * scale)
      }
      return numbers(part.labels, at: lefts)
        + encode(strip.scaled(width: width, height: height + height % 2))
    }.joined()
  }

  /// A sentence that says how the image was scaled to fit.
  func remark(_ image: CaptionedImage) -> String {
    let shown = fit(image.image, spare: image.tiles?.rows.count ?? 0)
    guard shown.width < image.image.width else { return "" }
    let times = NumberFormat.fixed(Double(image.image.width) / Double(shown.width), 1)
    return " Shrunk \(times) times to fit."
  }

  /// A line with each number at its column; numbers that would touch the one before are left out.
  private func numbers(_ labels: [String], at columns: [Int]) -> String {
    var line = ""
    for (label, column) in zip(labels, columns) where line.isEmpty || column > line.count {
      line += String(repeating: " ", clamping: column - line.count) + label
    }
    return line + "\n"
  }

  private func encode(_ fitted: Image) -> String {
    var result = ""
    for y in stride(from: 0, to: fitted.height, by: 2) {
      for x in 0..<fitted.width {
        result += "\u{1B}[" + colour(38, fitted[y, x])
        if y + 1 < fitted.height { result += ";" + colour(48, fitted[y + 1, x]) }
        result += "m▀"
        if y + 1 == fitted.height { result += "\u{1B}[0m" }
      }
      result += "\u{1B}[0m\n"
    }
    return result
  }

  /// The size in pixels: small images are magnified by a whole number, large ones shrunk.
  ///
  /// - Parameter spare: lines that are needed for something else.
  private func fit(_ image: Image, spare: Int = 0) -> (width: Int, height: Int) {
    let (room, tallest) = (min(columns, 160), max(16, 2 * (rows - 4 - spare)))
    if image.width > room || image.height > tallest {
      let scale = min(
        Double(room) / Double(image.width), Double(tallest) / Double(image.height))
      return (
        max(1, Int(clamping: Double(image.width) * scale)),
        max(1, Int(clamping: Double(image.height) * scale))
      )
    }
    let times = max(1, min(min(room, 64) / image.width, tallest / image.height))
    return (image.width * times, image.height * times)
  }

  private func colour(_ layer: Int, _ pixel: RGB) -> String {
    if Self.hasTrueColour { return "\(layer);2;\(pixel.red);\(pixel.green);\(pixel.blue)" }
    // The 6×6×6 cube of the 256-colour palette.
    func level(_ value: UInt8) -> Int { (Int(value) * 5 + 127) / 255 }
    return "\(layer);5;\(16 + 36 * level(pixel.red) + 6 * level(pixel.green) + level(pixel.blue))"
  }

  /// Whether the terminal shows 24-bit colour: assumed, except for terminals known to lack it.
  private static let hasTrueColour: Bool = {
    func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
    if ["truecolor", "24bit"].contains(variable("COLORTERM")) { return true }
    return variable("TERM_PROGRAM") != "Apple_Terminal" && variable("TERM") != "linux"
  }()
}
