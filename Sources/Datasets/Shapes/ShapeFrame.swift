import Tensors

/// What images of all drawn sets have in common: where the figure is, and the random numbers of one
/// image.
struct ShapeFrame {
  /// Levels of red, green and blue.
  typealias Color = (red: Float, green: Float, blue: Float)

  /// The middle of the figure, in pixels.
  let center: (x: Float, y: Float)
  private let radius: Float
  private let (cosine, sine): (Float, Float)
  private let random: CounterRandom
  private let firstWord: UInt64
  private var nextWord: UInt64

  // Words of the stream per image: some for the scene, then one for the noise of 8 samples each.
  private static let wordsPerImage: UInt64 = 1024
  private static let noiseWord: UInt64 = 64

  /// Places the figure.
  ///
  /// - Parameters:
  ///   - radii: its least and its largest radius, in pixels.
  ///   - room: the farthest that it may be from the image's middle, along each axis.
  init(
    _ random: CounterRandom, image index: Int, radii: (least: Float, most: Float),
    room: Float = .infinity
  ) {
    self.random = random
    firstWord = UInt64(index) * Self.wordsPerImage
    var next = firstWord
    func draw(_ low: Float, _ high: Float) -> Float {
      Self.draw(low, high, from: random, at: &next)
    }
    radius = draw(radii.least, radii.most)
    let middle = Float(Shapes.side) / 2
    let room = min(room, max(0, middle - 0.9 * radius))
    center = (middle + draw(-room, room), middle + draw(-room, room))
    (cosine, sine) = Self.unitVector(draw(-0.18, 0.18))
    nextWord = next
  }

  /// The next number of the image, in `low ..< high`.
  mutating func draw(_ low: Float, _ high: Float) -> Float {
    Self.draw(low, high, from: random, at: &nextWord)
  }

  /// The next colour of the image, each level in `low ..< high`.
  mutating func color(_ low: Float, _ high: Float) -> Color {
    (draw(low, high), draw(low, high), draw(low, high))
  }

  private static func draw(
    _ low: Float, _ high: Float, from random: CounterRandom, at word: inout UInt64
  ) -> Float {
    defer { word += 1 }
    return low + (high - low) * (random.unit(word) * 0.5 + 0.5)
  }

  /// The point of the unit circle at the angle 2·atan t: without a sine, so that the result is the
  /// same on every machine.
  static func unitVector(_ t: Float) -> (x: Float, y: Float) {
    ((1 - t * t) / (1 + t * t), 2 * t / (1 + t * t))
  }

  /// Draws the image, C×H×W.
  ///
  /// - Parameters:
  ///   - shape: the figure.
  ///   - color: the levels of a pixel, given the share of it that the figure covers.
  ///   - sample: a level with its noise, a number from −128 to 127.
  func draw(
    _ shape: Shapes.Shape, into pixels: UnsafeMutablePointer<UInt8>,
    color: (_ column: Int, _ row: Int, _ share: Float) -> Color,
    sample: (_ level: Float, _ noise: Int) -> UInt8
  ) {
    let plane = Shapes.side * Shapes.side
    func grainy(_ level: Float, _ i: Int) -> UInt8 {
      let word = random.bits(firstWord + Self.noiseWord + UInt64(i >> 3))
      return sample(level, Int(truncatingIfNeeded: word >> UInt64(8 * (i & 7)) & 0xFF) - 128)
    }
    for row in 0..<Shapes.side {
      let dy = Float(row) + 0.5 - center.y
      for column in 0..<Shapes.side {
        let dx = Float(column) + 0.5 - center.x
        let u = (cosine * dx + sine * dy) / radius
        let v = (cosine * dy - sine * dx) / radius
        // How much of the pixel is covered, from the distance of its middle to the outline.
        let share = min(1, max(0, 0.5 - shape.distance(u, v) * radius))
        let level = color(column, row, share)
        let i = row * Shapes.side + column
        pixels[i] = grainy(level.red, i)
        pixels[plane + i] = grainy(level.green, plane + i)
        pixels[2 * plane + i] = grainy(level.blue, 2 * plane + i)
      }
    }
  }
}
