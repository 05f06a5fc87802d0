import Tensors

extension PicturePipeline {
  /// What the kernels need for each image, computed once.
  struct Prepared: Sendable {
    /// Where the crop starts in the padded image, and whether it is mirrored.
    struct Place: Hashable, Sendable {
      var row: Int
      var column: Int
      var isMirrored: Bool
    }

    let source: Size
    /// Rows and columns after resizing, before padding.
    let (resizedHeight, resizedWidth): (Int, Int)
    /// Rows and columns of the result.
    let (height, width): (Int, Int)
    let padding: Int
    /// How far the crop can be moved down and to the right.
    let (roomDown, roomRight): (Int, Int)
    /// A channel's factor: scale / 255 / deviation.
    let gain: [Float]
    /// The mean over the deviation: C numbers or C×H×W.
    private(set) var offset: [Float]
    /// Minus the mean image's centre crop over the deviation, C×height×width, added to every crop;
    /// empty unless the options ask for it.
    private(set) var center: [Float] = []
    /// The colours' matrix, each row over its channel's deviation; empty without noise.
    let colors: [Float]
    let noiseDeviation: Float
    /// What images with noise are divided by; 1 if there is none.
    let noiseDivisor: Float
    /// Resizing along each axis; nil if the size stays the same.
    let rows: Resampling?
    let columns: Resampling?

    var outputCount: Int { source.channels * height * width }

    init(
      _ options: Options, source: Size, mean: [Float], deviation: [Float], colors: [Float]
    ) throws(ImageError) {
      try Self.check(options, source: source, mean: mean, deviation: deviation, colors: colors)
      self.source = source
      let shorter = min(source.height, source.width)
      let side = options.resize ?? shorter
      resizedHeight = source.height * side / shorter
      resizedWidth = source.width * side / shorter
      padding = options.padding
      height = options.crop ?? resizedHeight
      width = options.crop ?? resizedWidth
      roomDown = resizedHeight + 2 * padding - height
      roomRight = resizedWidth + 2 * padding - width
      guard roomDown >= 0, roomRight >= 0, height > 0, width > 0 else {
        throw ImageError(
          "\(width)×\(height) can't be cropped from an image of "
            + "\(resizedWidth + 2 * padding)×\(resizedHeight + 2 * padding)")
      }
      gain = deviation.map { options.scale / 255 / $0 }
      let plane = mean.count / source.channels
      offset = mean.indices.map { mean[$0] / deviation[$0 / plane] }
      self.colors = colors.indices.map { colors[$0] / deviation[$0 / source.channels] }
      noiseDeviation = options.colorNoise?.deviation ?? 0
      noiseDivisor = options.colorNoise?.divisor ?? 1
      let isResized = (resizedHeight, resizedWidth) != (source.height, source.width)
      rows = isResized ? Resampling(outputs: resizedHeight, inputs: source.height) : nil
      columns = isResized ? Resampling(outputs: resizedWidth, inputs: source.width) : nil
      if options.center == .imageCenter {
        // A black image at the centre gives just the mean's centre crop.
        center = [Float](unsafeUninitializedCapacity: outputCount) { values, filled in
          if let values = values.baseAddress {
            let black = [UInt8](repeating: 0, count: source.count)
            run(black, place(view: 0), (0, 0, 0), into: values)
          }
          filled = outputCount
        }
        offset = [Float](repeating: 0, count: source.channels)
      }
    }

    private static func check(
      _ options: Options, source: Size, mean: [Float], deviation: [Float], colors: [Float]
    ) throws(ImageError) {
      let channels = source.channels
      guard mean.count == channels || mean.count == source.count, deviation.count == channels else {
        throw ImageError(
          "images of \(channels)×\(source.height)×\(source.width) have a mean of \(channels) or "
            + "\(source.count) numbers and a deviation of \(channels), "
            + "not \(mean.count) and \(deviation.count)")
      }
      guard options.scale.isFinite, options.scale > 0, mean.allSatisfy(\.isFinite) else {
        throw ImageError("the images' scale and mean must be numbers, the scale above 0")
      }
      if let channel = deviation.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
        throw ImageError(
          "the images' channel \(channel) has a deviation of \(deviation[channel]): "
            + "can't divide by it", hint: "do all the images have a single colour?")
      }
      if let divisor = options.colorNoise?.divisor, !(divisor > 0 && divisor.isFinite) {
        throw ImageError("images with noise on their colours can't be divided by \(divisor)")
      }
      let colorCount = options.colorNoise == nil ? 0 : channels * channels
      guard colors.count == colorCount, colors.allSatisfy(\.isFinite) else {
        throw ImageError(
          "the noise on the images' colours takes \(colorCount) numbers, not \(colors.count)")
      }
      guard options.cropChunk >= 1 else {
        throw ImageError("\(options.cropChunk) consecutive images can't share a crop")
      }
      guard (0...8192).contains(options.cutout) else {
        throw ImageError(
          "the square cleared in each image has a side of 0 to 8192 pixels, not \(options.cutout)")
      }
      let sides = [options.resize ?? 1, options.crop ?? 1]
      guard sides.allSatisfy({ (1...8192).contains($0) }), (0...8192).contains(options.padding)
      else {
        throw ImageError("images can be resized and cropped to sides of 1 to 8192 pixels")
      }
      let (shorter, longer) = (
        min(source.height, source.width), max(source.height, source.width)
      )
      guard shorter > 0, longer * (options.resize ?? shorter) / shorter <= 65_536 else {
        throw ImageError("images of \(source.width)×\(source.height) can't be resized like this")
      }
    }

    /// The crop of the `draw`-th training image.
    func place(seed: UInt64, draw: UInt64, mirror: Bool) -> Place {
      // One word has enough bits for both offsets, which are far below 2³².
      let bits = roomDown > 0 || roomRight > 0 ? CounterRandom("crop", seed: seed).bits(draw) : 0
      return Place(
        row: Int(((bits >> 32) * UInt64(roomDown + 1)) >> 32),
        column: Int(((bits & 0xFFFF_FFFF) * UInt64(roomRight + 1)) >> 32),
        isMirrored: mirror && CounterRandom("mirror", seed: seed).bits(draw) >> 63 == 1)
    }

    /// A test's crop.
    func place(view: Int) -> Place {
      let isMirrored = view % 2 == 1
      switch view / 2 {
      case 0: return Place(row: roomDown / 2, column: roomRight / 2, isMirrored: isMirrored)
      case let corner:
        return Place(
          row: corner <= 2 ? 0 : roomDown, column: corner % 2 == 1 ? 0 : roomRight,
          isMirrored: isMirrored)
      }
    }

    /// The rows and columns that the `draw`-th training image loses to a square of this side: its
    /// centre is any pixel, so that near an edge only a part of it is in the image.
    func cutout(
      seed: UInt64, draw: UInt64, side: Int
    ) -> (rows: Range<Int>, columns: Range<Int>) {
      let bits = CounterRandom("cutout", seed: seed).bits(draw)
      func range(_ word: UInt64, of count: Int) -> Range<Int> {
        let start = Int((word * UInt64(count)) >> 32) - side / 2
        return max(0, start)..<min(count, start + side)
      }
      return (range(bits >> 32, of: height), range(bits & 0xFFFF_FFFF, of: width))
    }

    /// What is added to each channel, over its deviation.
    func noise(seed: UInt64, draw: UInt64) -> (Float, Float, Float) {
      guard !colors.isEmpty else { return (0, 0, 0) }
      let random = CounterRandom("colors", seed: seed)
      let (first, second) = random.normalPair(2 &* draw)
      let third = random.normalPair(2 &* draw &+ 1).0
      let alpha = (
        Float(first) * noiseDeviation, Float(second) * noiseDeviation,
        Float(third) * noiseDeviation
      )
      guard source.channels == 3 else { return (colors[0] * alpha.0, 0, 0) }
      func row(_ c: Int) -> Float {
        colors[3 * c] * alpha.0 + colors[3 * c + 1] * alpha.1 + colors[3 * c + 2] * alpha.2
      }
      return (row(0), row(1), row(2))
    }
  }
}
