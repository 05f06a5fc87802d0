/// An image without a file: a test card in the style of early television, drawn with integer
/// arithmetic, so it is the same on every machine.
///
/// Each part is there for some kind of first-layer filter:
///
/// - colour bars and a sweep through the hues, for filters that look for colours,
/// - gratings of four widths and four directions, for filters that look for edges and stripes,
/// - a ramp of grey and plain areas, to which such filters shouldn't respond,
/// - corners, a circle, rings, rays, dots; and letters, which show at once when an image is mirrored
///   or turned,
/// - a notched frame outside the central 227×227: on the card, but not in the network's input.
package enum TestCard {
  /// Rows and columns of the card.
  package static let side = 256

  /// The card, 256×256.
  package static let image: Image = draw()

  // The circle reaches from 16 to 240. Its middle lies between pixels 127 and 128.
  private static let radius = 112
  private static let ring = 3
  private static let left = 16
  private static let span = 224

  private static func draw() -> Image {
    var card = Image(width: side, height: side, filledWith: RGB(gray: 0))
    for y in 0..<side {
      for x in 0..<side {
        let inRing = coverage(y: y, x: x, radius: radius)
        let inside = coverage(y: y, x: x, radius: radius - ring)
        var color = outside(y: y, x: x)
        if inRing > 0 { color = color.mixed(with: RGB(gray: 245), inRing, of: 16) }
        if inside > 0 { color = color.mixed(with: bands(y: y, x: x), inside, of: 16) }
        card[y, x] = color
      }
    }
    letter("ALEXNET", on: &card, top: 39, scale: 3, color: RGB(250, 214, 120))
    letter("2012", on: &card, top: 218, scale: 2, color: RGB(gray: 200))
    return card
  }

  /// How many of a pixel's 4×4 points are within `radius` of the middle: 0 to 16.
  private static func coverage(y: Int, x: Int, radius: Int) -> Int {
    var count = 0
    // In eighths of a pixel, so that points are between the whole coordinates.
    let limit = 64 * radius * radius
    for v in stride(from: 1, to: 8, by: 2) {
      let dy = 8 * (y - side / 2) + v
      for u in stride(from: 1, to: 8, by: 2) {
        let dx = 8 * (x - side / 2) + u
        if dx * dx + dy * dy <= limit { count += 1 }
      }
    }
    return count
  }

  /// The contents of the circle, from top to bottom.
  private static func bands(y: Int, x: Int) -> RGB {
    let across = x - left
    let quarter = min(3, max(0, across / 56))
    switch y {
    case ..<68, 212...: return RGB(28, 32, 42)
    case 70..<104: return bars[min(7, max(0, across / 28))]
    case 106..<138:
      return RGB(gray: UInt8(wave(8 * across, period: 8 * [4, 6, 10, 18][quarter])))
    case 140..<170: return slanted(y: y, x: x, tile: quarter)
    case 172..<190: return RGB(gray: UInt8(clamping: across * 255 / (span - 1)))
    case 192..<210: return hue(across, of: span)
    default: return RGB(28, 32, 42)
    }
  }

  private static let bars = [
    RGB(gray: 235), RGB(235, 220, 30), RGB(30, 210, 220), RGB(40, 190, 60), RGB(205, 50, 190),
    RGB(220, 40, 40), RGB(40, 60, 215), RGB(gray: 12),
  ]

  /// Stripes that are horizontal, rising, falling and steep; two of them between opposite colours.
  private static func slanted(y: Int, x: Int, tile: Int) -> RGB {
    // 8/√2 ≈ 6: a step along either axis is shorter across slanting stripes.
    switch tile {
    case 0: return RGB(gray: UInt8(wave(8 * y, period: 64)))
    case 1:
      return RGB(220, 50, 40).mixed(with: RGB(40, 180, 80), wave(6 * (x + y), period: 64), of: 255)
    case 2:
      return RGB(235, 205, 50).mixed(with: RGB(40, 60, 200), wave(6 * (y - x), period: 64), of: 255)
    default: return RGB(gray: UInt8(wave(7 * x + 4 * y, period: 56)))
    }
  }

  /// The area around the circle: a grid, a pattern in each corner, a notched frame.
  private static func outside(y: Int, x: Int) -> RGB {
    if y < 8 || x < 8 || y >= side - 8 || x >= side - 8 {
      return (x / 16 + y / 16) % 2 == 0 ? RGB(gray: 240) : RGB(gray: 16)
    }
    let corner = (x: x - (x < side / 2 ? 16 : 208), y: y - (y < side / 2 ? 16 : 208))
    if (0..<32).contains(corner.x) && (0..<32).contains(corner.y) {
      return cornerPicture(
        top: y < side / 2, left: x < side / 2, y: corner.y, x: corner.x)
    }
    return x % 16 == 0 || y % 16 == 0 ? RGB(150, 160, 172) : RGB(84, 94, 108)
  }

  private static func cornerPicture(top: Bool, left: Bool, y: Int, x: Int) -> RGB {
    // Twice the distance from the tile's middle, which lies between two pixels.
    let dx = 2 * x - 31
    let dy = 2 * y - 31
    switch (top, left) {
    case (true, true):  // a chessboard
      return (x / 4 + y / 4) % 2 == 0 ? RGB(gray: 245) : RGB(gray: 10)
    case (true, false):  // rings that narrow outwards
      return RGB(250, 240, 200).mixed(
        with: RGB(30, 40, 90), wave(dx * dx + dy * dy, period: 320), of: 255)
    case (false, true):  // eight rays
      let ray = (dx > 0) != (dy > 0) ? abs(dx) > abs(dy) : abs(dx) < abs(dy)
      return ray ? RGB(gray: 245) : RGB(150, 30, 50)
    case (false, false):  // four dots on grounds of the opposite colour
      let colors = [
        (RGB(225, 45, 45), RGB(130, 225, 215)), (RGB(60, 175, 70), RGB(235, 180, 225)),
        (RGB(50, 70, 210), RGB(245, 225, 120)), (RGB(gray: 245), RGB(gray: 20)),
      ]
      let (dot, ground) = colors[y / 16 * 2 + x / 16]
      let u = 2 * (x % 16) - 15
      let v = 2 * (y % 16) - 15
      return u * u + v * v <= 110 ? dot : ground
    }
  }
}
