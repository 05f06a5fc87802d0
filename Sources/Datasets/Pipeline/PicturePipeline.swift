import Tensors

/// How an image of a set becomes a network's input; `description` lists the steps in words.
///
///     v[c, y, x] = (byte · scale / 255 + noise[c] − mean[c, y, x]) / deviation[c]
///
/// then v is resized, padded with zeros, cropped and perhaps mirrored, and a square may be set to
/// zero. All steps up to the mirroring are linear, so a mean image in the size of the set's images also works when they are
/// resized. With `Center.imageCenter` the mean's centre crop is subtracted at the end instead.
/// Everything random depends only on `(seed, draw, place)`.
package struct PicturePipeline: Hashable, Sendable {
  /// The size of an image: channels, rows, columns.
  package struct Size: Hashable, Sendable {
    /// 1 for grey or 3 for red, green, blue.
    package var channels: Int
    /// Rows.
    package var height: Int
    /// Columns.
    package var width: Int

    /// The size with these channels, rows and columns.
    package init(channels: Int, height: Int, width: Int) {
      (self.channels, self.height, self.width) = (channels, height, width)
    }

    /// Samples of an image of this size.
    package var count: Int { channels * height * width }
  }

  /// The options.
  package let options: Options

  /// The size of the set's images.
  package let source: Size

  /// What is subtracted, in units of the scale: C numbers, or a whole mean image, C×H×W.
  package let mean: [Float]

  /// What each channel is divided by: C numbers.
  package let deviation: [Float]

  /// Noise on the colours is `colors` times a column of standard normal draws, in units of the
  /// scale: C×C, row by row. Empty if there is none.
  package let colors: [Float]

  /// The size of the result.
  package let output: (channels: Int, height: Int, width: Int)

  // For the kernels: see `Prepared`.
  let prepared: Prepared

  /// A pipeline with these numbers.
  ///
  /// - Throws: `ImageError` if a number or a size makes no sense.
  package init(
    _ options: Options, source: Size, mean: [Float], deviation: [Float], colors: [Float] = []
  ) throws(ImageError) {
    let prepared = try Prepared(
      options, source: source, mean: mean, deviation: deviation, colors: colors)
    (self.options, self.source) = (options, source)
    (self.mean, self.deviation, self.colors) = (mean, deviation, colors)
    output = (source.channels, prepared.height, prepared.width)
    self.prepared = prepared
  }

  /// A pipeline for the images of a set, with the statistics that the options require.
  ///
  /// - Parameters:
  ///   - options: the steps.
  ///   - set: the training images, for their mean, deviation and colours.
  ///   - statistics: theirs, if they are already known.
  /// - Throws: `ImageError` if a number or a size makes no sense, or a streamed image can't be read.
  package init(
    _ options: Options, for set: PictureSet, statistics known: PictureStatistics? = nil
  ) throws(ImageError) {
    var statistics = known ?? .none(of: set.size)
    if known == nil, options.needsStatistics { statistics = try set.statistics() }
    let channels = set.channels
    let unit = Double(options.scale) / 255
    let mean: [Float]
    switch options.center {
    case .none: mean = [Float](repeating: 0, count: channels)
    case .channels: mean = statistics.mean.map { Float($0 * unit) }
    case .image, .imageCenter: mean = statistics.meanImage.map { $0 * Float(unit) }
    case .fixed(let numbers): mean = numbers
    }
    let deviation: [Float]
    switch options.spread {
    case .none: deviation = [Float](repeating: 1, count: channels)
    case .channels: deviation = statistics.deviation.map { Float($0 * unit) }
    case .fixed(let numbers): deviation = numbers
    }
    let colors = options.colorNoise.map { statistics.noise($0, scale: Double(options.scale)) } ?? []
    try self.init(
      options, source: set.size, mean: mean, deviation: deviation, colors: colors)
  }

  /// One image for training, as C·H·W numbers.
  ///
  /// - Parameters:
  ///   - pixels: the image's samples, C×H×W bytes of the size `source`.
  ///   - seed: the seed of everything random.
  ///   - draw: the number of this draw: epoch · N + index.
  ///   - place: the number that crop and flip are drawn with, if images share them; nil for `draw`.
  ///   - output: the destination; at least as long as the output.
  package func training(
    _ pixels: UnsafePointer<UInt8>, seed: UInt64, draw: UInt64, place: UInt64? = nil,
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    let noise = prepared.noise(seed: seed, draw: draw)
    run(
      pixels, prepared.place(seed: seed, draw: place ?? draw, mirror: options.mirror), noise,
      into: output)
    let divisor = prepared.noiseDivisor
    if divisor != 1 {
      for i in 0..<prepared.outputCount { output[i] /= divisor }
    }
    if options.cutout > 0 {
      prepared.clear(prepared.cutout(seed: seed, draw: draw, side: options.cutout), in: output)
    }
  }

  /// One image for a test, as C·H·W numbers.
  ///
  /// - Parameters:
  ///   - pixels: the image's samples, C×H×W bytes of the size `source`.
  ///   - view: the crop: 0 is the middle, 1 its mirror image; then the corners top left, top right,
  ///     bottom left, bottom right, each followed by its mirror image.
  ///   - output: the destination; at least as long as the output.
  package func test(
    _ pixels: UnsafePointer<UInt8>, view: Int = 0,
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    precondition((0..<10).contains(view), "A crop is 0 to 9, not \(view).")
    run(pixels, prepared.place(view: view), (0, 0, 0), into: output)
  }

  /// Whether the image is larger than the crop, so that corners differ from the middle.
  package var hasRoom: Bool { prepared.roomDown > 0 || prepared.roomRight > 0 }

  private func run(
    _ pixels: UnsafePointer<UInt8>, _ place: Prepared.Place, _ noise: (Float, Float, Float),
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      output.count >= prepared.outputCount,
      "An image needs room for \(prepared.outputCount) numbers.")
    if let output = output.baseAddress { prepared.run(pixels, place, noise, into: output) }
  }

  /// Whether both do the same.
  package static func == (a: PicturePipeline, b: PicturePipeline) -> Bool {
    a.options == b.options && a.source == b.source && a.mean == b.mean
      && a.deviation == b.deviation && a.colors == b.colors
  }

  /// Hashes what distinguishes pipelines.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(options)
    hasher.combine(source)
    hasher.combine(mean)
    hasher.combine(deviation)
    hasher.combine(colors)
  }
}
