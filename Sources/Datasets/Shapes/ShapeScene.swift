import Tensors

extension Shapes {
  /// Everything random about one image.
  struct ShapeScene {
    private typealias Color = ShapeFrame.Color

    /// A colour that changes evenly over the image: level = start + right · x + down · y.
    private struct Shade {
      var start: Color
      var right: Float
      var down: Float
    }

    private let frame: ShapeFrame
    private let (ground, figure): (Shade, Shade)
    private let noise: Int

    init(_ random: CounterRandom, image index: Int) {
      var frame = ShapeFrame(random, image: index, radii: (9, 13), room: 4)
      let back = frame.color(0, 160)
      // The figure must be visible: of a few colours, the first that is light enough, or else the
      // lightest.
      var front = frame.color(90, 255)
      var best = Self.contrast(front, back)
      for _ in 0..<7 where best < 240 {
        let other = frame.color(90, 255)
        if Self.contrast(other, back) > best {
          (front, best) = (other, Self.contrast(other, back))
        }
      }
      ground = Shade(start: back, right: frame.draw(-2, 2), down: frame.draw(-2, 2))
      figure = Shade(start: front, right: frame.draw(-2, 2), down: frame.draw(-2, 2))
      noise = Int(frame.draw(6, 28))
      self.frame = frame
    }

    /// By how much `a` is lighter than `b`, over the three channels.
    private static func contrast(_ a: Color, _ b: Color) -> Float {
      a.red + a.green + a.blue - b.red - b.green - b.blue
    }

    /// Draws the image, C×H×W.
    func draw(_ shape: Shape, into pixels: UnsafeMutablePointer<UInt8>) {
      let middle = Float(side) / 2
      frame.draw(shape, into: pixels) { column, row, share in
        let (right, down) = (Float(column) - middle, Float(row) - middle)
        let back = ground.right * right + ground.down * down
        let front = figure.right * right + figure.down * down
        func level(_ ground: Float, _ figure: Float) -> Float {
          ground + back + (figure + front - ground - back) * share
        }
        return (
          level(ground.start.red, figure.start.red), level(ground.start.green, figure.start.green),
          level(ground.start.blue, figure.start.blue)
        )
      } sample: { level, grain in
        UInt8(clamping: Int(level) + grain * noise / 128)
      }
    }
  }
}
