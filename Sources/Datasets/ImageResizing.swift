import Basics

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
    let columns = (left..<(left + partWidth)).map {
      Taps(of: $0, outputs: newWidth, inputs: width)
    }
    let rows = (top..<(top + partHeight)).map { Taps(of: $0, outputs: newHeight, inputs: height) }

    // Only rows that the new rows depend on are made narrower.
    let firstRow = rows[0].first
    let endRow = rows[rows.count - 1].end
    let narrow = [UInt8](unsafeUninitializedCapacity: (endRow - firstRow) * partWidth * 3) {
      output, count in
      bytes.withUnsafeBufferPointer { input in
        for y in firstRow..<endRow {
          for x in 0..<partWidth {
            for c in 0..<3 {
              output[((y - firstRow) * partWidth + x) * 3 + c] = columns[x].weighted(
                input, from: y * width * 3 + c, stride: 3)
            }
          }
        }
      }
      count = (endRow - firstRow) * partWidth * 3
    }
    let small = [UInt8](unsafeUninitializedCapacity: partWidth * partHeight * 3) { output, count in
      narrow.withUnsafeBufferPointer { input in
        for y in 0..<partHeight {
          for i in 0..<(partWidth * 3) {
            output[y * partWidth * 3 + i] = rows[y].weighted(
              input, from: i - firstRow * partWidth * 3, stride: partWidth * 3)
          }
        }
      }
      count = partWidth * partHeight * 3
    }
    return Image(width: partWidth, height: partHeight, bytes: small)
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
    let ratio = Double(inputs) / Double(outputs)
    let scale = max(1, ratio)
    let center = (Double(output) + 0.5) * ratio
    let start = max(0, Int(clamping: center - scale + 0.5))
    let stop = min(inputs, Int(clamping: center + scale + 0.5))
    let triangle = (start..<stop).map { max(0, 1 - abs(Double($0) + 0.5 - center) / scale) }
    let sum = triangle.reduce(0, +)
    first = start
    weights = triangle.map { $0 / sum }
  }
}

/// A triangle with weights in units of 2⁻²², which add up to 1 except for rounding.
private struct Taps {
  let first: Int
  let weights: [Int32]

  var end: Int { first + weights.count }

  init(of output: Int, outputs: Int, inputs: Int) {
    let triangle = Triangle(of: output, outputs: outputs, inputs: inputs)
    first = triangle.first
    weights = triangle.weights.map { Int32(rounding: $0 * Self.one) }
  }

  private static let fractionBits: Int32 = 22
  private static let one = Double(1 << fractionBits)

  /// The weighted mean of the samples at `from + stride · (first ..< end)`, rounded to nearest.
  func weighted(_ samples: UnsafeBufferPointer<UInt8>, from: Int, stride: Int) -> UInt8 {
    var sum: Int32 = 1 << (Self.fractionBits - 1)
    var position = from + first * stride
    for weight in weights {
      sum &+= Int32(samples[position]) &* weight
      position += stride
    }
    // Weights that round up can carry white beyond 255.
    return UInt8(clamping: sum >> Self.fractionBits)
  }
}
