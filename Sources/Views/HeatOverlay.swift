import Basics
import Datasets
import Documents
import Tensors

/// A map drawn over an image: the image in grey, and the warmer and brighter the more.
enum HeatOverlay {
  /// The image.
  ///
  /// - Parameters:
  ///   - heat: H×W, at least 0; the largest value becomes yellow, and 0 shows the image.
  ///   - image: of the same size.
  static func image(_ heat: Tensor, over image: Image) -> Image {
    let most = heat.values.max() ?? 0
    var result = image
    for y in 0..<image.height {
      for x in 0..<image.width {
        let value = heat.values[y * image.width + x]
        let share = most > 0 && value.isFinite ? Double(max(0, value / most)) : 0
        result[y, x] = color(share, over: image.brightness(row: y, column: x))
      }
    }
    return result
  }

  /// From grey by way of red to yellow, so that brightness alone shows the order too.
  private static func color(_ share: Double, over grey: Double) -> RGB {
    let color = [210 + 45 * share, 40 + 190 * share, 30 + 30 * share]
    let mixed = color.map { UInt8(rounding: grey + ($0 - grey) * 0.8 * share) }
    return RGB(mixed[0], mixed[1], mixed[2])
  }

  /// The colours over middle grey, from 0 on.
  ///
  /// - Parameters:
  ///   - most: the largest value of the heat.
  ///   - measure: what it is.
  static func scale(to most: Float, _ measure: String) -> ColorScale {
    let colors = (0..<64).map { color(Double($0) / 63, over: 128) }
    return ColorScale(colors, low: "0", high: "\(number(most, 3)) \(measure)")
  }

  /// A map enlarged to the size of an image, linearly between the centres of its cells; beyond the outermost
  /// centres it is constant.
  static func enlarged(_ map: Tensor, height: Int, width: Int) -> Tensor {
    let (h, w) = (map.shape[0], map.shape[1])
    /// The two cells around the centre of a pixel, and the share of the second.
    func cells(_ pixel: Int, _ pixels: Int, _ count: Int) -> (Int, Int, Double) {
      let place = (Double(pixel) + 0.5) * Double(count) / Double(pixels) - 0.5
      let kept = min(max(0, place), Double(count - 1))
      let first = min(Int(clamping: kept.rounded(.down)), max(0, count - 2))
      return (first, min(first + 1, count - 1), kept - Double(first))
    }
    var values: [Float] = []
    values.reserveCapacity(height * width)
    for y in 0..<height {
      let (top, bottom, down) = cells(y, height, h)
      for x in 0..<width {
        let (left, right, across) = cells(x, width, w)
        func row(_ row: Int) -> Double {
          Double(map[[row, left]]) * (1 - across) + Double(map[[row, right]]) * across
        }
        values.append(Float(row(top) * (1 - down) + row(bottom) * down))
      }
    }
    return Tensor(shape: [height, width], values: values)
  }
}
