import Tensors

/// How a picture of a set becomes what a network sees: a value that prints what it does.
///
///     v[c, y, x] = (byte · scale / 255 + noise[c] − mean[c, y, x]) / deviation[c]
///
/// then v is resized, padded with zeros, cut and, perhaps, mirrored. All steps but the last are linear,
/// so a mean image of the size of the set's pictures serves also where they are resized. With
/// `Center.imageCenter` the mean's centre crop is subtracted at the end instead. What is random is a
/// function of `(seed, draw, place)` alone.
public struct PicturePipeline: Hashable, Sendable {
  /// The size of a picture: channels, rows, columns.
  public struct Size: Hashable, Sendable {
    /// 1 for grey or 3 for red, green, blue.
    public var channels: Int
    /// Rows.
    public var height: Int
    /// Columns.
    public var width: Int

    /// The size with these channels, rows and columns.
    public init(channels: Int, height: Int, width: Int) {
      (self.channels, self.height, self.width) = (channels, height, width)
    }

    /// Samples of a picture of this size.
    public var count: Int { channels * height * width }
  }

  /// What was asked for.
  public let options: Options

  /// The size of the set's pictures.
  public let source: Size

  /// What is taken off, in units of the scale: C numbers, or a whole mean image, C×H×W.
  public let mean: [Float]

  /// What each channel is divided by: C numbers.
  public let deviation: [Float]

  /// Noise on the colours is `colors` times a column of standard normal draws, in units of the scale:
  /// C×C, row by row. Empty where there is none.
  public let colors: [Float]

  /// The size of what comes out.
  public let output: (channels: Int, height: Int, width: Int)

  // What the kernels read: see `Prepared`.
  let prepared: Prepared

  /// The pipeline with these figures.
  ///
  /// - Throws: `ImageError` where a figure or a size makes no sense.
  public init(
    _ options: Options, source: Size, mean: [Float], deviation: [Float], colors: [Float] = []
  ) throws(ImageError) {
    let prepared = try Prepared(
      options, source: source, mean: mean, deviation: deviation, colors: colors)
    (self.options, self.source) = (options, source)
    (self.mean, self.deviation, self.colors) = (mean, deviation, colors)
    output = (source.channels, prepared.height, prepared.width)
    self.prepared = prepared
  }

  /// The pipeline for the pictures of a set, with the figures that the options ask of it.
  ///
  /// - Parameters:
  ///   - options: what is done.
  ///   - set: the training pictures: their mean, deviation and colours are taken.
  /// - Throws: `ImageError` where a figure or a size makes no sense.
  public init(_ options: Options, for set: PictureSet) throws(ImageError) {
    let channels = set.channels
    let unit = Double(options.scale) / 255
    lazy var statistics = set.statistics
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

  /// One picture for training, into C·H·W numbers.
  ///
  /// - Parameters:
  ///   - set: the set, of pictures of the size `source`.
  ///   - index: the picture's position in it.
  ///   - seed: the seed of what is random.
  ///   - draw: the number of this look at a picture: epoch · N + index.
  ///   - place: the number that crop and flip are drawn with, where images share them; nil for `draw`.
  ///   - output: where to; at least as long as the output.
  public func training(
    _ set: PictureSet, _ index: Int, seed: UInt64, draw: UInt64, place: UInt64? = nil,
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    let noise = prepared.noise(seed: seed, draw: draw)
    run(
      set, index, prepared.place(seed: seed, draw: place ?? draw, mirror: options.mirror), noise,
      into: output)
    let divisor = prepared.noiseDivisor
    guard divisor != 1 else { return }
    for i in 0..<prepared.outputCount { output[i] /= divisor }
  }

  /// One picture as a test shows it, into C·H·W numbers.
  ///
  /// - Parameters:
  ///   - set: the set, of pictures of the size `source`.
  ///   - index: the picture's position in it.
  ///   - view: 0 the middle, 1 its mirror image; then the corners top left, top right, bottom left,
  ///     bottom right, each before its mirror image.
  ///   - output: where to; at least as long as the output.
  public func test(
    _ set: PictureSet, _ index: Int, view: Int = 0, into output: UnsafeMutableBufferPointer<Float>
  ) {
    precondition((0..<10).contains(view), "There is no view \(view): they are 0 to 9.")
    run(set, index, prepared.place(view: view), (0, 0, 0), into: output)
  }

  /// Whether more is there than is cut out, so that corners differ from the middle.
  public var hasRoom: Bool { prepared.roomDown > 0 || prepared.roomRight > 0 }

  private func run(
    _ set: PictureSet, _ index: Int, _ place: Prepared.Place, _ noise: (Float, Float, Float),
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(set.size == source, "The pipeline is for pictures of another size.")
    precondition((0..<set.count).contains(index), "There is no picture \(index) of \(set.count).")
    precondition(
      output.count >= prepared.outputCount,
      "A picture needs room for \(prepared.outputCount) numbers.")
    set.pixels.withUnsafeBufferPointer { pixels in
      guard let pixels = pixels.baseAddress, let output = output.baseAddress else { return }
      prepared.run(pixels + index * set.sampleCount, place, noise, into: output)
    }
  }

  /// Whether both do the same.
  public static func == (a: PicturePipeline, b: PicturePipeline) -> Bool {
    a.options == b.options && a.source == b.source && a.mean == b.mean
      && a.deviation == b.deviation && a.colors == b.colors
  }

  /// Feeds what tells pipelines apart into a hash.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(options)
    hasher.combine(source)
    hasher.combine(mean)
    hasher.combine(deviation)
    hasher.combine(colors)
  }
}

extension PictureSet {
  /// The size of every picture.
  public var size: PicturePipeline.Size {
    PicturePipeline.Size(channels: channels, height: height, width: width)
  }
}
