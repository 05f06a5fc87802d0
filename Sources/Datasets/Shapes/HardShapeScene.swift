import Tensors

/// Everything random about one image of `HardShapes`.
struct HardShapeScene {
  /// Levels of red, green and blue.
  private typealias Color = (red: Float, green: Float, blue: Float)

  /// The bar that hides a part of the figure: everything within half a width of a line.
  private struct Bar {
    /// A point of the line.
    var (x, y): (Float, Float)
    /// The unit vector across it.
    var (acrossX, acrossY): (Float, Float)
    /// In pixels.
    var width: Float
    var color: Color
  }

  private let center: (x: Float, y: Float)
  private let radius: Float
  private let (cosine, sine): (Float, Float)
  private let (ground, figure): (Color, Color)
  private let bar: Bar
  private let noise: Float
  private let random: CounterRandom
  private let firstWord: UInt64

  // Words of the stream per image: some for the scene, then one for the noise of 8 samples each.
  private static let wordsPerImage: UInt64 = 1024
  private static let noiseWord: UInt64 = 64

  private static let side = Float(Shapes.side)

  init(_ random: CounterRandom, image index: Int) {
    let first = UInt64(index) * Self.wordsPerImage
    var next = first
    /// A number in `low ..< high`.
    func draw(_ low: Float, _ high: Float) -> Float {
      defer { next += 1 }
      return low + (high - low) * (random.unit(next) * 0.5 + 0.5)
    }
    func color() -> Color { (draw(30, 225), draw(30, 225), draw(30, 225)) }
    radius = draw(8, 13)
    let room = Self.side / 2 - 0.9 * radius
    center = (Self.side / 2 + draw(-room, room), Self.side / 2 + draw(-room, room))
    (cosine, sine) = Self.unitVector(draw(-0.18, 0.18))
    ground = color()
    // Of a few colours, the first that differs enough from the background, or else the last.
    var front = color()
    for _ in 0..<7 where Self.contrast(front, ground) < 220 { front = color() }
    figure = front
    let across = Self.unitVector(draw(-1, 1))
    let isTurned = draw(-1, 1) >= 0
    bar = Bar(
      x: center.x + draw(-8, 8), y: center.y + draw(-8, 8),
      acrossX: isTurned ? -across.y : across.x, acrossY: isTurned ? across.x : across.y,
      width: draw(2, 5), color: color())
    noise = draw(20, 50)
    self.random = random
    firstWord = first + Self.noiseWord
  }

  /// The point of the unit circle at the angle 2·atan t: without a sine, so that the result is the
  /// same on every machine.
  private static func unitVector(_ t: Float) -> (x: Float, y: Float) {
    ((1 - t * t) / (1 + t * t), 2 * t / (1 + t * t))
  }

  /// How much two colours differ, over the three channels.
  private static func contrast(_ a: Color, _ b: Color) -> Float {
    abs(a.red - b.red) + abs(a.green - b.green) + abs(a.blue - b.blue)
  }

  /// `a` with this share covered by `b`.
  private static func blend(_ a: Color, _ b: Color, _ share: Float) -> Color {
    (
      a.red + (b.red - a.red) * share, a.green + (b.green - a.green) * share,
      a.blue + (b.blue - a.blue) * share
    )
  }

  /// Draws the image, C×H×W.
  func draw(_ shape: Shapes.Shape, into pixels: UnsafeMutablePointer<UInt8>) {
    let plane = Shapes.side * Shapes.side
    for row in 0..<Shapes.side {
      for column in 0..<Shapes.side {
        let (x, y) = (Float(column) + 0.5, Float(row) + 0.5)
        let (dx, dy) = (x - center.x, y - center.y)
        let u = (cosine * dx + sine * dy) / radius
        let v = (cosine * dy - sine * dx) / radius
        // How much of the pixel is covered, from the distance of its middle to an outline.
        let figureShare = min(1, max(0, 0.5 - shape.distance(u, v) * radius))
        let fromLine = abs(bar.acrossX * (x - bar.x) + bar.acrossY * (y - bar.y))
        let barShare = min(1, max(0, 0.5 + bar.width / 2 - fromLine))
        let level = Self.blend(Self.blend(ground, figure, figureShare), bar.color, barShare)
        let i = row * Shapes.side + column
        pixels[i] = grainy(level.red, i)
        pixels[plane + i] = grainy(level.green, plane + i)
        pixels[2 * plane + i] = grainy(level.blue, 2 * plane + i)
      }
    }
  }

  /// A level with the noise of sample `i`: at most `noise` up or down.
  private func grainy(_ level: Float, _ i: Int) -> UInt8 {
    let word = random.bits(firstWord + UInt64(i >> 3))
    let byte = Int(truncatingIfNeeded: word >> UInt64(8 * (i & 7)) & 0xFF)
    // Levels are between 30 and 225, and noise adds at most 50: the conversion can't fail.
    return UInt8(clamping: Int(level + Float(byte - 128) * noise / 128))
  }
}
