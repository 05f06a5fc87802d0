/// Images of one size with their classes, in memory as bytes.
package struct PictureSet: Hashable, Sendable {
  /// Its name: `CIFAR-10 train`, `shapes test`.
  package let name: String

  /// The classes' names, in the order of the labels; 1 to 256 of them.
  package let classNames: [String]

  /// Channels of every image: 3 for red, green, blue, or 1 for grey.
  package let channels: Int

  /// Rows of every image.
  package let height: Int

  /// Columns of every image.
  package let width: Int

  /// The samples, N×C×H×W.
  package let pixels: [UInt8]

  /// The class of each image: N indices into `classNames`.
  package let labels: [UInt8]

  /// A set of these images.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - classNames: the classes' names.
  ///   - channels: 1 or 3.
  ///   - height: rows of every image.
  ///   - width: columns of every image.
  ///   - pixels: the samples, N×C×H×W.
  ///   - labels: the class of each image.
  package init(
    name: String, classNames: [String], channels: Int, height: Int, width: Int, pixels: [UInt8],
    labels: [UInt8]
  ) {
    precondition(channels == 1 || channels == 3, "An image has 1 or 3 channels, not \(channels).")
    precondition(
      height > 0 && width > 0, "An image has at least one pixel, not \(width)×\(height).")
    precondition(
      pixels.count == labels.count * channels * height * width,
      "\(labels.count) images of \(channels)×\(height)×\(width) have "
        + "\(labels.count * channels * height * width) samples, not \(pixels.count).")
    precondition(
      labels.allSatisfy { Int($0) < classNames.count },
      "A label is outside the \(classNames.count) classes.")
    (self.name, self.classNames) = (name, classNames)
    (self.channels, self.height, self.width) = (channels, height, width)
    (self.pixels, self.labels) = (pixels, labels)
  }

  /// The number of images, N.
  package var count: Int { labels.count }

  /// The number of samples of one image, C·H·W.
  package var sampleCount: Int { channels * height * width }

  /// The images at these positions, in this order, copied.
  ///
  /// - Parameters:
  ///   - indices: positions in this set.
  ///   - name: the part's name; nil keeps this set's.
  package func subset(_ indices: [Int], name: String? = nil) -> PictureSet {
    let size = sampleCount
    let part = [UInt8](unsafeUninitializedCapacity: indices.count * size) { output, filled in
      pixels.withUnsafeBufferPointer { input in
        for (place, index) in indices.enumerated() {
          precondition(
            (0..<count).contains(index), "The index \(index) is outside the \(count) images.")
          (output.baseAddress! + place * size).initialize(
            from: input.baseAddress! + index * size, count: size)
        }
      }
      filled = indices.count * size
    }
    return PictureSet(
      name: name ?? self.name, classNames: classNames, channels: channels, height: height,
      width: width, pixels: part, labels: indices.map { labels[$0] })
  }

  /// One image as an `Image`; grey becomes equal red, green and blue.
  package func image(_ index: Int) -> Image {
    precondition((0..<count).contains(index), "The index \(index) is outside the \(count) images.")
    let plane = height * width
    var bytes: [UInt8] = []
    bytes.reserveCapacity(3 * plane)
    for i in 0..<plane {
      for c in 0..<3 {
        bytes.append(pixels[index * sampleCount + min(c, channels - 1) * plane + i])
      }
    }
    return Image(width: width, height: height, bytes: bytes)
  }

  /// How many images each class has, in the order of `classNames`.
  package var classCounts: [Int] { labels.counts(below: classNames.count) }
}

extension [UInt8] {
  /// How often each number below `limit` occurs.
  func counts(below limit: Int) -> [Int] {
    reduce(into: [Int](repeating: 0, count: limit)) { $0[Int($1)] += 1 }
  }
}
