import Testing

@testable import Datasets

/// Colour noise, and colours as in the 2012 program.
@Suite struct PipelineColorTests {
  typealias Options = PicturePipeline.Options

  /// One draw shifts every pixel of an image by the same colour, and many draws have the variances
  /// (αλ)² along the components.
  @Test(arguments: Options.ColorNoise.Amount.allCases)
  func colorNoise(amount: Options.ColorNoise.Amount) throws {
    let (set, _) = try PipelineResult.noise32()
    let statistics = try set.statistics()
    let noisy = try PicturePipeline(
      .init(colorNoise: .init(deviation: 0.1, amount: amount)), for: set)
    let plain = PipelineResult.test(noisy, set, 0)
    var sums = [Double](repeating: 0, count: 3)
    let draws = 2000
    for draw in 0..<draws {
      let values = PipelineResult.training(noisy, set, 0, draw: UInt64(draw))
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
      // The variance of 2,000 draws has a standard error of 3.2%; the test allows a few times that.
      let ratio = sums[j] / Double(draws) / (0.01 * amount * amount)
      #expect((0.85...1.15).contains(ratio), "component \(j): \(ratio)")
    }
  }

  /// The mean image's centre crop is subtracted from every crop, mirrored or not, resized or not.
  @Test(arguments: [
    Options(scale: 1, center: .imageCenter, spread: .channels, crop: 3, mirror: true),
    Options(center: .imageCenter, resize: 11, crop: 7, mirror: true),
    Options(center: .imageCenter, padding: 1, crop: 5, mirror: true),
  ])
  func meanCentreCrop(options: Options) throws {
    let noise = BatchQueueTests.noise(3, side: 5)
    // No sample is 0, so that zeros are padding.
    let set = PictureSet(
      name: "noise", classNames: noise.classNames, channels: 3, height: 5, width: 5,
      pixels: noise.pixels.map { max($0, 1) }, labels: noise.labels)
    let pipeline = try PicturePipeline(options, for: set)
    var plain = options
    plain.center = .none
    let without = try PicturePipeline(plain, for: set)
    // The centre crop of the mean image, as in a test.
    plain.center = .image
    let mean = try PicturePipeline(plain, for: set)
    let black = PictureSet(
      name: "black", classNames: ["a"], channels: 3, height: 5, width: 5,
      pixels: [UInt8](repeating: 0, count: 75), labels: [0])
    let crop = PipelineResult.test(mean, black, 0)
    func expected(_ image: [Float]) -> [Float] {
      // In the padding nothing is subtracted.
      zip(image, crop).map { $0 == 0 && options.padding > 0 ? 0 : $0 + $1 }
    }
    for view in 0..<10 {
      #expect(
        PipelineResult.areClose(
          PipelineResult.test(pipeline, set, 2, view: view),
          expected(PipelineResult.test(without, set, 2, view: view)), 1e-3), "view \(view)")
    }
    for draw in 0..<20 as Range<UInt64> {
      #expect(
        PipelineResult.areClose(
          PipelineResult.training(pipeline, set, 1, draw: draw),
          expected(PipelineResult.training(without, set, 1, draw: draw)), 1e-3), "draw \(draw)")
    }
    // At the centre, unmirrored, it equals the ordinary mean image.
    #expect(
      PipelineResult.areClose(
        PipelineResult.test(pipeline, set, 0), PipelineResult.test(mean, set, 0), 1e-3))
    let back = try PicturePipeline(
      options, source: pipeline.source, mean: pipeline.mean, deviation: pipeline.deviation)
    #expect(
      back == pipeline && PipelineResult.test(back, set, 1) == PipelineResult.test(pipeline, set, 1)
    )
  }

  /// Training images are divided while their colours are noisy, test images never.
  @Test func noisyImagesAreDivided() throws {
    let (set, _) = try PipelineResult.noise32()
    func pipeline(_ divisor: Float) throws -> PicturePipeline {
      try PicturePipeline(
        .init(crop: 24, colorNoise: .init(amount: .deviations, divisor: divisor)), for: set)
    }
    let (divided, plain) = (try pipeline(1.1), try pipeline(1))
    for draw in 0..<4 as Range<UInt64> {
      #expect(
        PipelineResult.training(divided, set, 0, draw: draw)
          == PipelineResult.training(plain, set, 0, draw: draw).map { $0 / 1.1 })
    }
    for view in 0..<10 {
      #expect(
        PipelineResult.test(divided, set, 0, view: view)
          == PipelineResult.test(plain, set, 0, view: view))
    }
    #expect(
      divided.description.hasSuffix(
        "deviations of the colours, then divided by 1.1; in a test the middle"))
  }
}
