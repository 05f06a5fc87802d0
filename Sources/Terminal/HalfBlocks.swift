import Basics
import CLibrary
import Datasets
import Notebook

/// An image drawn with upper half blocks: each character shows two pixels, one above the other.
struct HalfBlocks {
  /// The number of columns available.
  var columns: Int
  /// The number of rows available; a few are left for the text below.
  var rows: Int

  /// The image, at most `columns` wide, with one line of characters for two rows of pixels.
  func encode(_ image: Image) -> String {
    let fitted = fit(image)
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

  /// A sentence that says how the image was scaled to fit.
  func remark(_ image: Image) -> String {
    let shown = fit(image)
    guard shown.width < image.width else { return "" }
    return
      " Shrunk \(NumberFormat.fixed(Double(image.width) / Double(shown.width), 1)) times to fit."
  }

  /// Magnifies small images by a whole number, and shrinks large ones.
  private func fit(_ image: Image) -> Image {
    let (room, tallest) = (min(columns, 160), max(16, 2 * (rows - 4)))
    if image.width > room || image.height > tallest {
      let scale = min(
        Double(room) / Double(image.width), Double(tallest) / Double(image.height))
      return image.resized(
        width: max(1, Int(clamping: Double(image.width) * scale)),
        height: max(1, Int(clamping: Double(image.height) * scale)))
    }
    let times = max(1, min(min(room, 64) / image.width, tallest / image.height))
    return image.magnified(times)
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
