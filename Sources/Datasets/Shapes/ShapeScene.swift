import Tensors

extension Shapes {
  /// Everything random about one image.
  struct ShapeScene {
    /// A colour that changes evenly over the image: level = start + right · x + down · y.
    private struct Shade {
      var start: (Float, Float, Float)
      var right: Float
      var down: Float
    }

    private let center: (x: Float, y: Float)
    private let radius: Float
    private let (cosine, sine): (Float, Float)
    private let (ground, figure): (Shade, Shade)
    private let noise: Int
    private let random: CounterRandom
    private let firstWord: UInt64

    // Words of the stream per image: some for the scene, then one for the noise of 8 samples each.
    private static let wordsPerPicture: UInt64 = 1024
    private static let noiseWord: UInt64 = 64

    init(_ random: CounterRandom, picture index: Int) {
      let first = UInt64(index) * Self.wordsPerPicture
      var next = first
      /// A number in `low ..< high`.
      func draw(_ low: Float, _ high: Float) -> Float {
        defer { next += 1 }
        return low + (high - low) * (random.unit(next) * 0.5 + 0.5)
      }
      radius = draw(9, 13)
      let room = min(4, max(0, Float(side) / 2 - 0.9 * radius))
      center = (Float(side) / 2 + draw(-room, room), Float(side) / 2 + draw(-room, room))
      // ((1 − t²) / (1 + t²), 2t / (1 + t²)) is the point of the unit circle at the angle 2·atan t.
      let t = draw(-0.18, 0.18)
      cosine = (1 - t * t) / (1 + t * t)
      sine = 2 * t / (1 + t * t)
      func color(_ low: Float, _ high: Float) -> (Float, Float, Float) {
        (draw(low, high), draw(low, high), draw(low, high))
      }
      func shade(_ color: (Float, Float, Float)) -> Shade {
        Shade(start: color, right: draw(-2, 2), down: draw(-2, 2))
      }
      let back = color(0, 160)
      // The figure must be visible: of a few colours, the first that is light enough, or else the
      // lightest.
      var front = color(90, 255)
      var best = Self.contrast(front, back)
      for _ in 0..<7 where best < 240 {
        let other = color(90, 255)
        if Self.contrast(other, back) > best {
          (front, best) = (other, Self.contrast(other, back))
        }
      }
      (ground, figure) = (shade(back), shade(front))
      noise = Int(draw(6, 28))
      self.random = random
      firstWord = first + Self.noiseWord
    }

    /// By how much `a` is lighter than `b`, over the three channels.
    private static func contrast(
      _ a: (Float, Float, Float), _ b: (Float, Float, Float)
    ) -> Float { a.0 + a.1 + a.2 - b.0 - b.1 - b.2 }

    /// Draws the image, C×H×W.
    func draw(_ shape: Shape, into pixels: UnsafeMutablePointer<UInt8>) {
      let plane = side * side
      let middle = Float(side) / 2
      for y in 0..<side {
        let dy = Float(y) + 0.5 - center.y
        for x in 0..<side {
          let dx = Float(x) + 0.5 - center.x
          let u = (cosine * dx + sine * dy) / radius
          let v = (cosine * dy - sine * dx) / radius
          // How much of the pixel the shape covers, from the distance of its middle to the outline.
          let cover = min(1, max(0, 0.5 - shape.distance(u, v) * radius))
          let (right, down) = (Float(x) - middle, Float(y) - middle)
          let back = ground.right * right + ground.down * down
          let front = figure.right * right + figure.down * down
          let i = y * side + x
          func level(_ ground: Float, _ figure: Float) -> Float {
            ground + back + (figure + front - ground - back) * cover
          }
          pixels[i] = grainy(level(ground.start.0, figure.start.0), i)
          pixels[plane + i] = grainy(level(ground.start.1, figure.start.1), plane + i)
          pixels[2 * plane + i] = grainy(level(ground.start.2, figure.start.2), 2 * plane + i)
        }
      }
    }

    /// A level with the noise of sample `i`.
    private func grainy(_ level: Float, _ i: Int) -> UInt8 {
      let word = random.bits(firstWord + UInt64(i >> 3))
      let byte = Int(truncatingIfNeeded: word >> UInt64(8 * (i & 7)) & 0xFF)
      return UInt8(clamping: Int(level) + (byte - 128) * noise / 128)
    }
  }
}
