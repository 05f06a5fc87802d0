import Basics
import Tensors

/// How an image becomes a network's input.
///
///     x[0, c, y, x] = (byte · scale / 255 − mean[c]) / deviation[c]
///
/// The paper's way (section 2): the image is scaled until its shorter side is 256, its central
/// 256×256 are cropped, and the network takes a crop of its input size from that; a single crop is
/// the central one. Then the mean is subtracted. Networks for small images (64 and below) take the
/// central square scaled to their size instead, and those for 24×24 a crop of 32×32.
package struct Preprocessing: Hashable, Sendable, CustomStringConvertible {
  /// The side of the central square that is scaled to first.
  package var side: Int

  /// Rows of the central crop.
  package var height: Int

  /// Columns of the central crop.
  package var width: Int

  /// What the byte 255 becomes: 255 or 1.
  package var scale: Double

  /// What is subtracted from each channel, in units of `scale`: one number for grey, three for RGB.
  package var mean: [Double]

  /// What each channel is divided by, with as many numbers as `mean`.
  package var deviation: [Double]

  /// The preprocessing for a network's input.
  ///
  /// - Parameters:
  ///   - height: rows that the network takes.
  ///   - width: columns that the network takes.
  ///   - scale: what the byte 255 becomes.
  ///   - mean: what is subtracted from each channel, one (grey) or three (RGB) numbers.
  ///   - deviation: what each channel is divided by; the same number of numbers, none of them 0.
  ///   - side: the side of the square to scale to, if not the usual one.
  /// - Throws: `ImageError` for a number of channels that images don't have, a side that is too
  ///   small, or invalid numbers.
  package init(
    height: Int, width: Int, scale: Double, mean: [Double], deviation: [Double], side: Int? = nil
  ) throws(ImageError) {
    guard mean.count == 1 || mean.count == 3, deviation.count == mean.count else {
      throw ImageError(
        "an image has 3 channels, or 1 as grey; the network's mean has \(mean.count) values "
          + "and its deviation \(deviation.count)")
    }
    guard deviation.allSatisfy({ $0 != 0 && $0.isFinite }), mean.allSatisfy(\.isFinite),
      scale.isFinite
    else {
      throw ImageError("the network's mean, deviation and scale must be numbers, no deviation 0")
    }
    let side = side ?? Self.usualSide(height: height, width: width)
    guard height > 0, width > 0, side >= max(height, width) else {
      throw ImageError("\(width)×\(height) can't be cropped from an image of \(side)×\(side)")
    }
    let (pixels, overflow) = side.multipliedReportingOverflow(by: side)
    guard !overflow, pixels <= Image.maximumPixels else {
      throw ImageError(
        "the image would have to be scaled to \(side)×\(side), more than "
          + "\(Image.maximumPixels / 1_000_000) megapixels")
    }
    (self.side, self.height, self.width) = (side, height, width)
    (self.scale, self.mean, self.deviation) = (scale, mean, deviation)
  }

  /// The usual side of the square that a network's input is cropped from.
  package static func usualSide(height: Int, width: Int) -> Int {
    let longer = max(height, width)
    if longer > 64 { return max(256, longer) }
    return longer == 24 ? 32 : longer
  }

  /// The part of an image that the network uses, in the network's size.
  package func crop(_ image: Image) -> Image {
    image.centerSquare(side: side).centerCropped(width: width, height: height)
  }

  /// The network's input: 1×C×H×W.
  package func callAsFunction(_ image: Image) -> Tensor {
    let crop = crop(image)
    var values: [Float] = []
    values.reserveCapacity(mean.count * height * width)
    for c in 0..<mean.count {
      for y in 0..<height {
        for x in 0..<width {
          let level = mean.count == 3 ? Double(crop[c, y, x]) : crop[y, x].luma
          values.append(Float((level * scale / 255 - mean[c]) / deviation[c]))
        }
      }
    }
    return Tensor(shape: [1, mean.count, height, width], values: values)
  }

  /// What it does, in words.
  package var description: String {
    var steps = ["shorter side scaled to \(side)", "central \(side)×\(side)"]
    if (height, width) != (side, side) { steps.append("of that the central \(width)×\(height)") }
    if mean.count == 1 { steps.append("grey (0.299 red, 0.587 green, 0.114 blue)") }
    var values = "values 0 to \(NumberFormat.shortest(scale))"
    if mean.contains(where: { $0 != 0 }) { values += ", minus \(NumberFormat.shortest(of: mean))" }
    if deviation.contains(where: { $0 != 1 }) {
      values += ", divided by \(NumberFormat.shortest(of: deviation))"
    }
    return (steps + [values]).joined(separator: "; ")
  }
}

extension Image {
  /// The brightness of a pixel, 0 to 255, as in a grey image.
  package func brightness(row: Int, column: Int) -> Double { self[row, column].luma }
}

extension RGB {
  /// The brightness, 0 to 255, with television's weights (ITU-R BT.601).
  var luma: Double { 0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue) }
}
