import Basics
import CImageCodecs

extension Image {
  /// The image at another size, by antialiased bilinear interpolation.
  ///
  /// Columns first, then rows, rounded to 8 bits in between. Each new pixel is the mean of the old
  /// ones under a triangle as wide as two new pixels (two old ones when enlarging), so that
  /// shrinking averages instead of skipping. Pillow's `Image.resize` with `BILINEAR` has the same
  /// definition and agrees within 1 level.
  package func resized(width: Int, height: Int) -> Image {
    resized(width: width, height: height, left: 0, top: 0, partWidth: width, partHeight: height)
  }

  /// The central square of the image scaled so that its shorter side has the given length.
  ///
  /// The same as scaling all of it and then `centerCropped`, but what is cropped away is
  /// never computed, so an image that is a million times as wide as high takes no more memory than
  /// another.
  package func centerSquare(side: Int) -> Image {
    let (newWidth, newHeight) = scaledSize(shorterSide: side)
    return resized(
      width: newWidth, height: newHeight, left: (newWidth - side) / 2, top: (newHeight - side) / 2,
      partWidth: side, partHeight: side)
  }

  /// The size at which the shorter side has the given length, the longer one rounded down.
  package func scaledSize(shorterSide side: Int) -> (width: Int, height: Int) {
    let shorter = min(width, height)
    return (width * side / shorter, height * side / shorter)
  }

  /// A part of the image at another size: columns `left ..< left + partWidth` and rows
  /// `top ..< top + partHeight` of `width` × `height`.
  private func resized(
    width newWidth: Int, height newHeight: Int, left: Int, top: Int, partWidth: Int,
    partHeight: Int
  ) -> Image {
    precondition(
      newWidth > 0 && newHeight > 0, "An image cannot be resized to \(newWidth)×\(newHeight).")
    let resizing = PartResizing(
      columns: Taps(left..<(left + partWidth), of: newWidth, inputs: width),
      rows: Taps(top..<(top + partHeight), of: newHeight, inputs: height))
    let plane = partWidth * partHeight
    var planes = [UInt8](repeating: 0, count: Self.channels * plane)
    planes.withUnsafeMutableBufferPointer { resizing.run(self, into: $0) }
    let samples = [UInt8](unsafeUninitializedCapacity: planes.count) { output, count in
      for i in 0..<plane {
        for c in 0..<Self.channels { output[i * Self.channels + c] = planes[c * plane + i] }
      }
      count = planes.count
    }
    return Image(width: partWidth, height: partHeight, bytes: samples)
  }
}

/// The inputs that one output of a resizing along one axis averages, from `first` on, and their
/// weights, which add up to 1.
///
///     weight(i) ∝ max(0, 1 − |i + ½ − center| / scale)
///     center = (output + ½) · inputs / outputs        scale = max(1, inputs / outputs)
struct Triangle {
  let first: Int
  let weights: [Double]

  init(of output: Int, outputs: Int, inputs: Int) {
    let window = Window(of: output, outputs: outputs, inputs: inputs)
    first = window.range.lowerBound
    weights = window.range.map { window.height($0) / window.sum }
  }

  /// Where the triangle is.
  struct Window {
    let range: Range<Int>
    private let (center, scale): (Double, Double)

    init(of output: Int, outputs: Int, inputs: Int) {
      let ratio = Double(inputs) / Double(outputs)
      scale = max(1, ratio)
      center = (Double(output) + 0.5) * ratio
      let start = max(0, Int(clamping: center - scale + 0.5))
      range = start..<min(inputs, Int(clamping: center + scale + 0.5))
    }

    /// The weight of an input before all are divided by their sum.
    func height(_ input: Int) -> Double { max(0, 1 - abs(Double(input) + 0.5 - center) / scale) }

    var sum: Double { range.reduce(0) { $0 + height($1) } }
  }
}
