import Tensors
import Testing

@testable import Datasets

@Suite struct PicturePipelineTests {
  typealias Options = PicturePipeline.Options

  /// What comes out for one image.
  private static func training(
    _ pipeline: PicturePipeline, _ set: PictureSet, _ index: Int, seed: UInt64 = 1, draw: UInt64
  ) -> [Float] {
    result(pipeline) { pipeline.training(set, index, seed: seed, draw: draw, into: $0) }
  }

  private static func test(
    _ pipeline: PicturePipeline, _ set: PictureSet, _ index: Int, view: Int = 0
  ) -> [Float] {
    result(pipeline) { pipeline.test(set, index, view: view, into: $0) }
  }

  private static func result(
    _ pipeline: PicturePipeline, _ body: (UnsafeMutableBufferPointer<Float>) -> Void
  ) -> [Float] {
    let size = pipeline.output
    var values = [Float](repeating: .nan, count: size.channels * size.height * size.width)
    values.withUnsafeMutableBufferPointer { body($0) }
    return values
  }

  /// The definition, sample by sample: the cut begins at row `top`, column `left` of the padded
  /// image.
  private static func defined(
    _ pipeline: PicturePipeline, _ set: PictureSet, _ index: Int, top: Int, left: Int,
    isMirrored: Bool = false
  ) -> [Float] {
    let (size, padding) = (pipeline.output, pipeline.options.padding)
    let plane = set.height * set.width
    var values: [Float] = []
    for c in 0..<size.channels {
      for y in 0..<size.height {
        for x in 0..<size.width {
          let column = isMirrored ? size.width - 1 - x : x
          let (v, u) = (top + y - padding, left + column - padding)
          guard (0..<set.height).contains(v), (0..<set.width).contains(u) else {
            values.append(0)
            continue
          }
          let place = c * plane + v * set.width + u
          let mean = pipeline.mean[pipeline.mean.count == set.channels ? c : place]
          let byte = Double(set.pixels[index * set.sampleCount + place])
          values.append(
            Float(
              (byte * Double(pipeline.options.scale) / 255 - Double(mean))
                / Double(pipeline.deviation[c])))
        }
      }
    }
    return values
  }

  private static func areClose(_ a: [Float], _ b: [Float], _ bound: Float = 1e-4) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= bound }
  }

  @Test(arguments: [
    Options(), Options(scale: 1, spread: .channels), Options(center: .image),
    Options(center: .none),
    Options(scale: 1, center: .fixed([0.5, 0.25, 0]), spread: .fixed([1, 2, 3])),
    Options(center: .image, crop: 3), Options(padding: 2, crop: 5), Options(padding: 1, crop: 7),
    Options(center: .image, crop: 1),
  ])
  func theMiddle(options: PicturePipeline.Options) throws {
    let set = BatchQueueTests.noise(7, side: 5)
    let pipeline = try PicturePipeline(options, for: set)
    let room = 5 + 2 * options.padding - (options.crop ?? 5)
    for view in 0..<2 {
      for index in [0, 6] {
        let expected = Self.defined(
          pipeline, set, index, top: room / 2, left: room / 2, isMirrored: view == 1)
        #expect(Self.areClose(Self.test(pipeline, set, index, view: view), expected))
      }
    }
  }

  /// Views in the order that `test` promises.
  @Test func tenCrops() throws {
    let set = BatchQueueTests.noise(3, side: 6)
    let pipeline = try PicturePipeline(.init(center: .image, crop: 3), for: set)
    #expect(PictureViews.tenCrop.count(in: pipeline) == 10)
    #expect(PictureViews(named: "multi-view") == .tenCrop)
    let corners = [(1, 1), (0, 0), (0, 3), (3, 0), (3, 3)]
    for (number, corner) in corners.enumerated() {
      for isMirrored in [false, true] {
        let expected = Self.defined(
          pipeline, set, 2, top: corner.0, left: corner.1, isMirrored: isMirrored)
        let shown = Self.test(pipeline, set, 2, view: 2 * number + (isMirrored ? 1 : 0))
        #expect(Self.areClose(shown, expected), "view \(2 * number)")
      }
    }
    let whole = try PicturePipeline(.init(), for: set)
    #expect(PictureViews.tenCrop.count(in: whole) == 2)
    #expect(PictureViews.allCases.map { $0.count(in: pipeline) } == [1, 2, 10])
  }

  /// Every training image is one of the places and mirrors there are, and each of them comes.
  @Test(arguments: [Options(crop: 3, mirror: true), Options(padding: 1, crop: 5, mirror: true)])
  func randomCropsAndMirrors(options: PicturePipeline.Options) throws {
    let set = BatchQueueTests.noise(2, side: 5)
    let pipeline = try PicturePipeline(options, for: set)
    var known: [[Float]: Int] = [:]
    for top in 0..<3 {
      for left in 0..<3 {
        for isMirrored in [false, true] {
          let values = Self.defined(
            pipeline, set, 1, top: top, left: left, isMirrored: isMirrored
          ).map { $0.rounded() }
          known[values] = 0
        }
      }
    }
    try #require(known.count == 18)
    for draw in 0..<1800 {
      let values = Self.training(pipeline, set, 1, draw: UInt64(draw)).map { $0.rounded() }
      let times = try #require(known[values], "draw \(draw) is none of the 18")
      known[values] = times + 1
    }
    // 100 each, with a deviation of 9.7.
    #expect(known.values.allSatisfy { (50...150).contains($0) }, "\(known.values.sorted())")
  }

  /// A function of seed and draw alone.
  @Test func theSameDrawIsTheSame() throws {
    let set = BatchQueueTests.noise(2, side: 9)
    let options = Options(crop: 4, mirror: true, colorNoise: .init())
    let pipeline = try PicturePipeline(options, for: set)
    let again = try PicturePipeline(options, for: set)
    var different = 0
    for draw in 0..<20 as Range<UInt64> {
      let first = Self.training(pipeline, set, 0, seed: 3, draw: draw)
      #expect(Self.training(again, set, 0, seed: 3, draw: draw) == first)
      if Self.training(pipeline, set, 0, seed: 4, draw: draw) != first { different += 1 }
    }
    #expect(different == 20)
  }

  /// An image in training without anything random is what a test shows.
  @Test func withoutChanceTrainingIsTesting() throws {
    let set = BatchQueueTests.noise(4, side: 8)
    for options in [Options(), Options(center: .image), Options(resize: 19)] {
      let pipeline = try PicturePipeline(options, for: set)
      #expect(
        Self.training(pipeline, set, 3, draw: 8) == Self.test(pipeline, set, 3), "\(pipeline)")
    }
  }

  // Resizing ----------------------------------------------------------------------------------------

  private static func noise32() throws -> (set: PictureSet, image: Image) {
    let image = try Fixture.ppm("noise").centerCropped(width: 32, height: 32)
    let set = PictureSet(
      name: "noise", classNames: ["noise"], channels: 3, height: 32, width: 32,
      pixels: image.planes(width: 32, height: 32), labels: [0])
    return (set, image)
  }

  private static func largestDifference(_ values: [Float], _ image: Image) -> Float {
    var largest: Float = 0
    let plane = image.width * image.height
    for y in 0..<image.height {
      for x in 0..<image.width {
        for c in 0..<3 {
          largest = max(
            largest, abs(values[c * plane + y * image.width + x] - Float(image[c, y, x])))
        }
      }
    }
    return largest
  }

  @Test(arguments: [97, 20])
  func resizesAsPillowDoes(side: Int) throws {
    let (set, _) = try Self.noise32()
    let pipeline = try PicturePipeline(.init(center: .none, resize: side), for: set)
    let pillow = try Fixture.ppm("noise32-\(side)x\(side)")
    #expect(Self.largestDifference(Self.test(pipeline, set, 0), pillow) <= 1)
  }

  @Test(arguments: [227, 256, 33, 31, 5, 1])
  func resizesAsImagesAre(side: Int) throws {
    let (set, image) = try Self.noise32()
    let pipeline = try PicturePipeline(.init(center: .none, resize: side), for: set)
    let resized = image.resized(width: side, height: side)
    #expect(Self.largestDifference(Self.test(pipeline, set, 0), resized) <= 1)
  }

  /// Cutting a part, mirrored or padded, is cutting it from the whole.
  @Test func resizedCrops() throws {
    let (set, _) = try Self.noise32()
    let whole = try PicturePipeline(.init(center: .image, resize: 61), for: set)
    let all = Self.test(whole, set, 0)
    for (crop, padding) in [(50, 0), (61, 3), (67, 3), (64, 3)] {
      let cut = try PicturePipeline(
        .init(center: .image, resize: 61, padding: padding, crop: crop), for: set)
      let room = 61 + 2 * padding - crop
      for (view, top, left) in [
        (0, room / 2, room / 2), (2, 0, 0), (4, 0, room), (7, room, 0), (9, room, room),
      ] {
        let shown = Self.test(cut, set, 0, view: view)
        for c in 0..<3 {
          for y in 0..<crop {
            for x in 0..<crop {
              let (v, u) = (top + y - padding, left + (view % 2 == 1 ? crop - 1 - x : x) - padding)
              let inside = (0..<61).contains(v) && (0..<61).contains(u)
              let expected = inside ? all[(c * 61 + v) * 61 + u] : 0
              let got = shown[(c * crop + y) * crop + x]
              guard abs(got - expected) <= 1e-3 else {
                Issue.record("\(crop) of 61+\(padding), view \(view): [\(c), \(y), \(x)]")
                return
              }
            }
          }
        }
      }
    }
  }

  /// The shorter side is what is resized to; the longer keeps the proportion.
  @Test func oblongPictures() throws {
    let image = try Fixture.ppm("noise")
    let set = PictureSet(
      name: "noise", classNames: ["noise"], channels: 3, height: 47, width: 61,
      pixels: image.planes(width: 61, height: 47), labels: [0])
    let pipeline = try PicturePipeline(.init(center: .none, resize: 30), for: set)
    #expect(pipeline.output == (3, 30, 38))
    let resized = image.resizedShorterSide(to: 30)
    #expect(Self.largestDifference(Self.test(pipeline, set, 0), resized) <= 1)
  }

  // Colours -----------------------------------------------------------------------------------------

  /// One draw moves every pixel of an image by the same colour, and many draws have the variances
  /// (αλ)² along the components.
  @Test(arguments: Options.ColorNoise.Amount.allCases)
  func colorNoise(amount: Options.ColorNoise.Amount) throws {
    let (set, _) = try Self.noise32()
    let statistics = set.statistics
    let noisy = try PicturePipeline(
      .init(colorNoise: .init(deviation: 0.1, amount: amount)), for: set)
    let plain = Self.test(noisy, set, 0)
    var sums = [Double](repeating: 0, count: 3)
    let draws = 2000
    for draw in 0..<draws {
      let values = Self.training(noisy, set, 0, draw: UInt64(draw))
      let shift = (0..<3).map { c in values[1024 * c] - plain[1024 * c] }
      for i in [1, 500, 1023] {
        for c in 0..<3 {
          #expect(abs(values[1024 * c + i] - plain[1024 * c + i] - shift[c]) < 1e-3)
        }
      }
      for j in 0..<3 {
        let along = (0..<3).reduce(0) { $0 + statistics.eigenvectors[j][$1] * Double(shift[$1]) }
        sums[j] += along * along
      }
    }
    for j in 0..<3 {
      let value = statistics.eigenvalues[j]
      let amount = amount == .eigenvalues ? value / 255 : value.squareRoot()
      // The variance of 2,000 draws is right within 3.2% times a few.
      let ratio = sums[j] / Double(draws) / (0.01 * amount * amount)
      #expect((0.85...1.15).contains(ratio), "component \(j): \(ratio)")
    }
  }

  // As the 2012 program does it ------------------------------------------------------------------------

  /// The mean image's centre crop is subtracted from every crop, mirrored or not, resized or not.
  @Test(arguments: [
    Options(scale: 1, center: .imageCenter, spread: .channels, crop: 3, mirror: true),
    Options(center: .imageCenter, resize: 11, crop: 7, mirror: true),
    Options(center: .imageCenter, padding: 1, crop: 5, mirror: true),
  ])
  func meanCentreCrop(options: Options) throws {
    let noise = BatchQueueTests.noise(3, side: 5)
    // No sample is 0, which is what padding shows.
    let set = PictureSet(
      name: "noise", classNames: noise.classNames, channels: 3, height: 5, width: 5,
      pixels: noise.pixels.map { max($0, 1) }, labels: noise.labels)
    let pipeline = try PicturePipeline(options, for: set)
    var plain = options
    plain.center = .none
    let without = try PicturePipeline(plain, for: set)
    // The mean image itself, as a test shows it: its centre crop.
    plain.center = .image
    let mean = try PicturePipeline(plain, for: set)
    let black = PictureSet(
      name: "black", classNames: ["a"], channels: 3, height: 5, width: 5,
      pixels: [UInt8](repeating: 0, count: 75), labels: [0])
    let crop = Self.test(mean, black, 0)
    func expected(_ image: [Float]) -> [Float] {
      // Where padding shows there is nothing to subtract from.
      zip(image, crop).map { $0 == 0 && options.padding > 0 ? 0 : $0 + $1 }
    }
    for view in 0..<10 {
      #expect(
        Self.areClose(
          Self.test(pipeline, set, 2, view: view),
          expected(Self.test(without, set, 2, view: view)), 1e-3), "view \(view)")
    }
    for draw in 0..<20 as Range<UInt64> {
      #expect(
        Self.areClose(
          Self.training(pipeline, set, 1, draw: draw),
          expected(Self.training(without, set, 1, draw: draw)), 1e-3), "draw \(draw)")
    }
    // At the centre, unmirrored, it is the ordinary mean image.
    #expect(Self.areClose(Self.test(pipeline, set, 0), Self.test(mean, set, 0), 1e-3))
    let back = try PicturePipeline(
      options, source: pipeline.source, mean: pipeline.mean, deviation: pipeline.deviation)
    #expect(back == pipeline && Self.test(back, set, 1) == Self.test(pipeline, set, 1))
  }

  /// Training images are divided while their colours are noisy, test images never.
  @Test func noisyImagesAreDivided() throws {
    let (set, _) = try Self.noise32()
    func pipeline(_ divisor: Float) throws -> PicturePipeline {
      try PicturePipeline(
        .init(crop: 24, colorNoise: .init(amount: .deviations, divisor: divisor)), for: set)
    }
    let (divided, plain) = (try pipeline(1.1), try pipeline(1))
    for draw in 0..<4 as Range<UInt64> {
      #expect(
        Self.training(divided, set, 0, draw: draw)
          == Self.training(plain, set, 0, draw: draw).map { $0 / 1.1 })
    }
    for view in 0..<10 {
      #expect(Self.test(divided, set, 0, view: view) == Self.test(plain, set, 0, view: view))
    }
    #expect(
      divided.description.hasSuffix(
        "deviations of the colours, then over 1.1; in a test the middle"))
  }

  // Figures, images from elsewhere, words -----------------------------------------------------------

  /// What a checkpoint keeps brings a pipeline back.
  @Test func figuresBringItBack() throws {
    let set = BatchQueueTests.noise(5, side: 6)
    for options in [
      Options(), Options(scale: 1, center: .image, spread: .channels, colorNoise: .init()),
    ] {
      let pipeline = try PicturePipeline(options, for: set)
      let back = try PicturePipeline(
        options, source: pipeline.source, mean: pipeline.mean, deviation: pipeline.deviation,
        colors: pipeline.colors)
      #expect(back == pipeline)
      #expect(
        Self.training(back, set, 1, draw: 7) == Self.training(pipeline, set, 1, draw: 7))
      var other = options
      other.mirror = true
      #expect(try PicturePipeline(other, for: set) != pipeline)
    }
  }

  /// At the prompt an image of the set's size is shown as the test shows it; others are scaled first.
  @Test func picturesFromElsewhere() throws {
    let (set, image) = try Self.noise32()
    let pipeline = try PicturePipeline(.init(center: .image, crop: 24, mirror: true), for: set)
    #expect(pipeline(image).values == Self.test(pipeline, set, 0))
    #expect(pipeline(image, view: 3).values == Self.test(pipeline, set, 0, view: 3))
    let large = try Fixture.ppm("noise")
    #expect(pipeline(large) == pipeline(large.centerSquare(side: 32)))
    #expect(pipeline(large).shape == [1, 3, 24, 24])
    let grey = try PicturePipeline(
      .init(), source: .init(channels: 1, height: 4, width: 4), mean: [10], deviation: [2])
    #expect(
      grey(Image(width: 9, height: 9, filledWith: RGB(100, 100, 100))).values
        == [Float](repeating: 45, count: 16))
  }

  @Test func words() throws {
    let source = PicturePipeline.Size(channels: 3, height: 32, width: 32)
    func words(
      _ options: Options, mean: [Float], deviation: [Float] = [1, 1, 1], colors: [Float] = []
    ) throws -> String {
      try PicturePipeline(
        options, source: source, mean: mean, deviation: deviation, colors: colors
      ).description
    }
    #expect(
      try words(.init(center: .image), mean: [Float](repeating: 1, count: 3072))
        == "values 0 to 255, minus the mean image")
    #expect(
      try words(
        .init(center: .image, crop: 24, mirror: true), mean: [Float](repeating: 1, count: 3072))
        == "values 0 to 255, minus the mean image; in training a random 24×24 of 32×32, "
        + "half of them mirrored; in a test the middle")
    #expect(
      try words(
        .init(scale: 1, spread: .channels, resize: 227, mirror: true),
        mean: [0.49139965, 0.48215845, 0.4465309], deviation: [0.25, 0.5, 2])
        == "resized from 32×32 to 227×227; values 0 to 1, "
        + "minus (0.49139965, 0.48215845, 0.4465309), over (0.25, 0.5, 2); "
        + "in training half of them mirrored")
    #expect(
      try words(
        .init(padding: 4, crop: 32, colorNoise: .init()), mean: [0, 0, 0],
        colors: [Float](repeating: 1, count: 9))
        == "values 0 to 255; in training a random 32×32 of 40×40 (padded by 4), "
        + "noise of 0.1 times the eigenvalues of the colours; in a test the middle")
  }

  @Test(
    arguments: [
      (Options(crop: 33), [0, 0, 0], [1, 1, 1], "33×33 can't be cropped from an image of 32×32"),
      (Options(crop: 0), [0, 0, 0], [1, 1, 1], "sides of 1 to 8192"),
      (Options(resize: 9000), [0, 0, 0], [1, 1, 1], "sides of 1 to 8192"),
      (Options(padding: -1), [0, 0, 0], [1, 1, 1], "sides of 1 to 8192"),
      (Options(), [0, 0], [1, 1, 1], "a mean of 3 or 3072 numbers"),
      (Options(), [0, 0, 0], [1, 1], "a deviation of 3"),
      (Options(), [0, .nan, 0], [1, 1, 1], "must be numbers"),
      (Options(colorNoise: .init()), [0, 0, 0], [1, 1, 1], "colours takes 9 numbers, not 0"),
      (
        Options(colorNoise: .init(divisor: 0)), [0, 0, 0], [1, 1, 1], "can't be divided by 0.0"
      ),
      (Options(cropChunk: 0), [0, 0, 0], [1, 1, 1], "0 consecutive images can't share a crop"),
      (Options(scale: 0), [0, 0, 0], [1, 1, 1], "the scale above 0"),
      (Options(), [0, 0, 0], [1, 0, 1], "channel 1 has a deviation of 0.0"),
      (Options(), [0, 0, 0], [1, 1, .nan], "channel 2 has a deviation of nan"),
    ] as [(PicturePipeline.Options, [Float], [Float], String)])
  func refuses(
    options: PicturePipeline.Options, mean: [Float], deviation: [Float], says: String
  ) throws {
    let source = PicturePipeline.Size(channels: 3, height: 32, width: 32)
    let error = try #require(
      imageError { () throws(ImageError) in
        try PicturePipeline(options, source: source, mean: mean, deviation: deviation)
      })
    #expect(error.message.contains(says), "\(error)")
  }
}
