/// An image with 8 bits for each of red, green and blue.
package struct Image: Equatable, Sendable {
  /// Columns of pixels, at least 1.
  package let width: Int

  /// Rows of pixels, at least 1.
  package let height: Int

  /// The samples, H×W×3: rows from the top, pixels from the left, red before green before blue.
  package private(set) var bytes: [UInt8]

  /// Red, green and blue.
  package static let channels = 3

  /// The image with the given samples.
  ///
  /// - Parameters:
  ///   - width: columns, at least 1.
  ///   - height: rows, at least 1.
  ///   - bytes: the samples, H×W×3.
  package init(width: Int, height: Int, bytes: [UInt8]) {
    precondition(
      width > 0 && height > 0, "An image has at least one pixel, not \(width)×\(height).")
    precondition(
      bytes.count == width * height * Self.channels,
      "An image of \(width)×\(height) has \(width * height * Self.channels) samples, "
        + "not \(bytes.count).")
    self.width = width
    self.height = height
    self.bytes = bytes
  }

  /// An image of one colour.
  package init(width: Int, height: Int, filledWith color: RGB) {
    self.init(
      width: width, height: height,
      bytes: [UInt8](repeating: 0, count: width * height * Self.channels))
    for y in 0..<height {
      for x in 0..<width { self[y, x] = color }
    }
  }

  /// One sample, in the order of a tensor's axes: channel `c`, row `y`, column `x`.
  package subscript(c: Int, y: Int, x: Int) -> UInt8 {
    get { bytes[offset(y, x) + c] }
    set { bytes[offset(y, x) + c] = newValue }
  }

  /// One pixel, at row `y` and column `x`.
  package subscript(y: Int, x: Int) -> RGB {
    get {
      let i = offset(y, x)
      return RGB(bytes[i], bytes[i + 1], bytes[i + 2])
    }
    set {
      let i = offset(y, x)
      (bytes[i], bytes[i + 1], bytes[i + 2]) = (newValue.red, newValue.green, newValue.blue)
    }
  }

  /// The part that starts at row `top` and column `left`.
  package func cropped(left: Int, top: Int, width: Int, height: Int) -> Image {
    precondition(
      left >= 0 && top >= 0 && left + width <= self.width && top + height <= self.height,
      "The part \(width)×\(height) at row \(top), column \(left) is outside \(size).")
    var part: [UInt8] = []
    part.reserveCapacity(width * height * Self.channels)
    for y in top..<(top + height) {
      let start = offset(y, left)
      part += bytes[start..<(start + width * Self.channels)]
    }
    return Image(width: width, height: height, bytes: part)
  }

  /// The middle of the image. If an odd number of rows or columns is cropped away, the larger part
  /// of it is at the bottom or the right.
  package func centerCropped(width: Int, height: Int) -> Image {
    cropped(
      left: (self.width - width) / 2, top: (self.height - height) / 2,
      width: width, height: height)
  }

  /// Width and height as text: `640×480`.
  package var size: String { "\(width)×\(height)" }

  private func offset(_ y: Int, _ x: Int) -> Int {
    precondition(
      (0..<width).contains(x) && (0..<height).contains(y),
      "Row \(y), column \(x) is outside \(size).")
    return (y * width + x) * Self.channels
  }
}

/// A colour: red, green and blue, 0 to 255 each.
package struct RGB: Hashable, Sendable {
  /// The amount of red.
  package var red: UInt8
  /// The amount of green.
  package var green: UInt8
  /// The amount of blue.
  package var blue: UInt8

  /// The colour with these amounts.
  package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// A grey: the same amount of each.
  package init(gray: UInt8) { self.init(gray, gray, gray) }
}
