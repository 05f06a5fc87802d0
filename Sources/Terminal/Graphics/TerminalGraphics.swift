import Basics
import Cells
import Datasets
import Documents

/// How a terminal shows images, and how large.
struct TerminalGraphics: Equatable {
  /// A protocol for real images, or characters.
  enum Form: Equatable {
    case kitty, iTerm2
    /// Sixels, with at most this many colors.
    case sixel(colors: Int)
    /// Half-blocks in color.
    case blocks
    /// Characters from dark to light.
    case ascii
  }

  var form: Form
  /// The size of a character in pixels.
  var cell = (width: 8, height: 16)

  static func == (a: TerminalGraphics, b: TerminalGraphics) -> Bool {
    a.form == b.form && a.cell == b.cell
  }

  /// Whether the terminal shows pixels.
  var hasPixels: Bool { form != .blocks && form != .ascii }

  /// The largest side of an image that is drawn: xterm shows no larger sixels.
  private static let largest = 1000

  /// An image with captions, as large as fits.
  ///
  /// - Parameter rows: the lines of the screen.
  func encode(_ image: CaptionedImage, columns: Int, rows: Int) -> String {
    let room = room(columns: columns, rows: rows)
    func fits(_ drawing: Drawing) -> Bool {
      drawing.width <= Double(room.width) && drawing.height <= Double(room.height)
    }
    // Few values are magnified, but not to the whole screen.
    var side = max(1, min(24, image.side(filling: min(480 * cell.height / 16, room.width))))
    while side > 1, !fits(image.drawing(side: side)) { side -= 1 }
    return encode(image.drawing(side: side), columns: columns, rows: rows, scale: 1)
  }

  /// A drawing whose letters are about as large as the terminal's; nil if it would be too small to read.
  func encode(_ drawing: Drawing, columns: Int, rows: Int) -> String? {
    let room = room(columns: columns, rows: rows)
    let usual = max(1, Double(cell.height) / 16)
    let scale = min(
      usual, Double(room.width) / drawing.width, Double(room.height) / drawing.height)
    guard scale >= 0.6 * usual else { return nil }
    return encode(drawing, columns: columns, rows: rows, scale: scale)
  }

  private func room(columns: Int, rows: Int) -> (width: Int, height: Int) {
    (
      min(Self.largest * cell.height / 16, columns * cell.width),
      min(Self.largest * cell.height / 16, max(4, rows - 5) * cell.height)
    )
  }

  private func encode(_ drawing: Drawing, columns: Int, rows: Int, scale: Double) -> String {
    let room = room(columns: columns, rows: rows)
    var image = drawing.image(scale: scale)
    let shrink = min(
      Double(room.width) / Double(image.width), Double(room.height) / Double(image.height))
    if shrink < 1 {
      image = image.resized(
        width: max(1, Int(clamping: Double(image.width) * shrink)),
        height: max(1, Int(clamping: Double(image.height) * shrink)))
    }
    return placed(image, drawing.description)
  }

  /// An image below which the text goes on, whatever the protocol does with the cursor: its lines are made
  /// first, then the cursor goes back up to draw it, and down again.
  private func placed(_ image: Image, _ description: String) -> String {
    guard let sequence = sequence(image, description) else { return "" }
    let lines = (image.height + cell.height - 1) / cell.height
    return String(repeating: "\n", clamping: lines)
      + "\u{1B}[\(lines)A\u{1B}7\(sequence)\u{1B}8\u{1B}[\(lines)B"
  }

  private func sequence(_ image: Image, _ description: String) -> String? {
    switch form {
    case .sixel(let colors): return SixelEncoder.encode(SixelPalette(image, most: colors))
    case .kitty:
      return (try? image.encodePNG(description: description)).map(ImageSequences.kitty)
    case .iTerm2:
      return (try? image.encodePNG(description: description)).map {
        ImageSequences.iTerm2(png: $0, width: image.width, height: image.height)
      }
    case .blocks, .ascii: return nil
    }
  }
}
