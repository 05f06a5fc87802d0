import Digests

/// Images of one size with their classes: in memory as bytes, or decoded whenever they are needed.
package struct PictureSet: Sendable {
  /// Its name: `CIFAR-10 train`, `shapes test`.
  package let name: String

  /// The classes' names, in the order of the labels.
  package let classNames: [String]

  /// Channels of every image: 3 for red, green, blue, or 1 for grey.
  package let channels: Int

  /// Rows of every image.
  package let height: Int

  /// Columns of every image.
  package let width: Int

  /// The class of each image: N indices into `classNames`.
  package let labels: [UInt16]

  /// Where the images are.
  let storage: Storage

  /// The position of each image in the storage; nil if the set is the whole storage.
  let rows: [UInt32]?

  /// Where a set's images are.
  enum Storage: Sendable {
    /// In memory: N×C×H×W samples.
    case memory([UInt8])
    /// Somewhere else, to be decoded when needed.
    case source(any ImageSource)
  }

  /// The most classes that a set can have.
  package static let mostClasses = 65_535

  /// A set of images in memory.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - classNames: the classes' names, at most `mostClasses`.
  ///   - channels: 1 or 3.
  ///   - height: rows of every image.
  ///   - width: columns of every image.
  ///   - pixels: the samples, N×C×H×W.
  ///   - labels: the class of each image.
  package init(
    name: String, classNames: [String], channels: Int, height: Int, width: Int, pixels: [UInt8],
    labels: [some BinaryInteger]
  ) {
    precondition(
      pixels.count == labels.count * channels * height * width,
      "\(labels.count) images of \(channels)×\(height)×\(width) have "
        + "\(labels.count * channels * height * width) samples, not \(pixels.count).")
    self.init(
      name: name, classNames: classNames,
      size: .init(channels: channels, height: height, width: width),
      labels: labels as? [UInt16] ?? labels.map { UInt16($0) }, storage: .memory(pixels), rows: nil)
  }

  /// A streamed set: all images of a source.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - classNames: the classes' names, at most `mostClasses`.
  ///   - source: gives the images.
  ///   - labels: the class of each image.
  package init(
    name: String, classNames: [String], source: any ImageSource, labels: [UInt16]
  ) {
    precondition(source.count == labels.count, "Every image has a label.")
    self.init(
      name: name, classNames: classNames, size: source.size, labels: labels,
      storage: .source(source), rows: nil)
  }

  private init(
    name: String, classNames: [String], size: PicturePipeline.Size, labels: [UInt16],
    storage: Storage, rows: [UInt32]?
  ) {
    precondition(
      size.channels == 1 || size.channels == 3,
      "An image has 1 or 3 channels, not \(size.channels).")
    precondition(
      size.height > 0 && size.width > 0,
      "An image has at least one pixel, not \(size.width)×\(size.height).")
    precondition(classNames.count <= Self.mostClasses, "A set has at most 65,535 classes.")
    precondition(
      labels.allSatisfy { Int($0) < classNames.count },
      "A label is outside the \(classNames.count) classes.")
    (self.name, self.classNames, self.labels) = (name, classNames, labels)
    (channels, height, width) = (size.channels, size.height, size.width)
    (self.storage, self.rows) = (storage, rows)
  }

  /// The number of images, N.
  package var count: Int { labels.count }

  /// The number of samples of one image, C·H·W.
  package var sampleCount: Int { channels * height * width }

  /// The size of every image.
  package var size: PicturePipeline.Size {
    PicturePipeline.Size(channels: channels, height: height, width: width)
  }

  /// Where the images come from if they are decoded whenever they are needed; nil if they are in
  /// memory.
  package var source: (any ImageSource)? {
    switch storage {
    case .memory: nil
    case .source(let source): source
    }
  }

  /// The images at these positions, in this order. The samples are shared, not copied.
  ///
  /// - Parameters:
  ///   - indices: positions in this set.
  ///   - name: the part's name; nil keeps this set's.
  package func subset(_ indices: [Int], name: String? = nil) -> PictureSet {
    for index in indices { require(index) }
    return PictureSet(
      name: name ?? self.name, classNames: classNames, size: size,
      labels: indices.map { labels[$0] }, storage: storage,
      rows: indices.map { UInt32(row($0)) })
  }

  /// Calls `body` with the samples of an image, C×H×W, which are valid until it returns.
  ///
  /// - Throws: `ImageError` if the image is streamed and can't be read.
  func withPixels(
    of index: Int, _ body: (UnsafePointer<UInt8>) -> Void
  ) throws(ImageError) {
    require(index)
    switch storage {
    case .memory(let pixels):
      pixels.withUnsafeBufferPointer { pixels in
        if let pixels = pixels.baseAddress { body(pixels + row(index) * sampleCount) }
      }
    case .source(let source):
      let pixels = try decoded(row(index), source)
      pixels.withUnsafeBufferPointer { pixels in
        if let pixels = pixels.baseAddress { body(pixels) }
      }
    }
  }

  /// The samples of an image, C×H×W.
  ///
  /// - Throws: `ImageError` if the image is streamed and can't be read.
  package func samples(_ index: Int) throws(ImageError) -> [UInt8] {
    var samples: [UInt8] = []
    try withPixels(of: index) {
      samples = Array(UnsafeBufferPointer(start: $0, count: sampleCount))
    }
    return samples
  }

  private func decoded(
    _ row: Int, _ source: any ImageSource
  ) throws(ImageError) -> [UInt8] {
    if let error = source.leftOut?.error(row) { throw error }
    var failure: ImageError?
    let pixels = [UInt8](unsafeUninitializedCapacity: sampleCount) { buffer, filled in
      do throws(ImageError) {
        try source.read(row, into: UnsafeMutableBufferPointer(rebasing: buffer[..<sampleCount]))
        filled = sampleCount
      } catch {
        failure = error
      }
    }
    guard let failure else { return pixels }
    source.leftOut?.add(row, failure)
    throw failure
  }

  /// The samples of all images, N×C×H×W, of a set in memory.
  package var pixels: [UInt8] {
    guard case .memory(let pixels) = storage else {
      preconditionFailure("The images of \(name) are streamed.")
    }
    guard let rows else { return pixels }
    var part: [UInt8] = []
    part.reserveCapacity(rows.count * sampleCount)
    for row in rows { part += pixels[(Int(row) * sampleCount)..<((Int(row) + 1) * sampleCount)] }
    return part
  }

  /// One image as an `Image`; grey becomes equal red, green and blue.
  ///
  /// - Throws: `ImageError` if it is streamed and can't be read.
  package func image(_ index: Int) throws(ImageError) -> Image {
    let plane = height * width
    var bytes: [UInt8] = []
    bytes.reserveCapacity(3 * plane)
    try withPixels(of: index) { pixels in
      for i in 0..<plane {
        for c in 0..<3 { bytes.append(pixels[min(c, channels - 1) * plane + i]) }
      }
    }
    return Image(width: width, height: height, bytes: bytes)
  }

  /// How many images each class has, in the order of `classNames`.
  package var classCounts: [Int] { labels.counts(below: classNames.count) }

  private func row(_ index: Int) -> Int { rows.map { Int($0[index]) } ?? index }

  private func require(_ index: Int) {
    precondition((0..<count).contains(index), "The index \(index) is outside the \(count) images.")
  }
}

extension PictureSet {
  /// Whether images that can't be read are left out.
  package var leavesOut: Bool { source?.leftOut != nil }

  /// Adds what identifies the images to a digest: their samples if they are in memory, else their
  /// names and the lengths of their files.
  func identify(in digest: inout SHA256) {
    guard let source else { return digest.update(pixels) }
    for index in 0..<count { source.identify(row(index), in: &digest) }
  }
}

extension [UInt16] {
  /// How often each number below `limit` occurs.
  func counts(below limit: Int) -> [Int] {
    reduce(into: [Int](repeating: 0, count: limit)) { $0[Int($1)] += 1 }
  }
}

extension PictureSet: Equatable {
  /// Whether both have the same name, classes, labels and images; streamed ones if they are the same
  /// images of the same source.
  package static func == (a: PictureSet, b: PictureSet) -> Bool {
    guard a.name == b.name, a.classNames == b.classNames, a.size == b.size, a.labels == b.labels
    else { return false }
    switch (a.storage, b.storage) {
    case (.memory, .memory): return a.pixels == b.pixels
    case (.source(let first), .source(let second)):
      return first === second && (0..<a.count).allSatisfy { a.row($0) == b.row($0) }
    case (.memory, .source), (.source, .memory): return false
    }
  }
}
