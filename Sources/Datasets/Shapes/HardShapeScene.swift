import Tensors

/// Everything random about one image of `HardShapes`.
struct HardShapeScene {
  private typealias Color = ShapeFrame.Color

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

  private let frame: ShapeFrame
  private let (ground, figure): (Color, Color)
  private let bar: Bar
  private let noise: Float

  init(_ random: CounterRandom, image index: Int) {
    var frame = ShapeFrame(random, image: index, radii: (8, 13))
    ground = frame.color(30, 225)
    // Of a few colours, the first that differs enough from the background, or else the last.
    var front = frame.color(30, 225)
    for _ in 0..<7 where Self.contrast(front, ground) < 220 { front = frame.color(30, 225) }
    figure = front
    let across = ShapeFrame.unitVector(frame.draw(-1, 1))
    let isTurned = frame.draw(-1, 1) >= 0
    bar = Bar(
      x: frame.center.x + frame.draw(-8, 8), y: frame.center.y + frame.draw(-8, 8),
      acrossX: isTurned ? -across.y : across.x, acrossY: isTurned ? across.x : across.y,
      width: frame.draw(2, 5), color: frame.color(30, 225))
    noise = frame.draw(20, 50)
    self.frame = frame
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
    frame.draw(shape, into: pixels) { column, row, share in
      let (x, y) = (Float(column) + 0.5, Float(row) + 0.5)
      let fromLine = abs(bar.acrossX * (x - bar.x) + bar.acrossY * (y - bar.y))
      let barShare = min(1, max(0, 0.5 + bar.width / 2 - fromLine))
      return Self.blend(Self.blend(ground, figure, share), bar.color, barShare)
    } sample: { level, grain in
      // Levels are between 30 and 225, and noise adds at most 50: the conversion can't fail.
      UInt8(clamping: Int(level + Float(grain) * noise / 128))
    }
  }
}
