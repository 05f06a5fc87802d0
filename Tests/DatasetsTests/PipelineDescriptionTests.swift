import Testing

@testable import Datasets

/// Restoring, showing and describing pipelines, and invalid ones.
@Suite struct PipelineDescriptionTests {
  typealias Options = PicturePipeline.Options

  /// A pipeline can be restored from what a checkpoint contains.
  @Test func isRestoredFromACheckpoint() throws {
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
        PipelineResult.training(back, set, 1, draw: 7)
          == PipelineResult.training(pipeline, set, 1, draw: 7))
      var other = options
      other.mirror = true
      #expect(try PicturePipeline(other, for: set) != pipeline)
    }
  }

  /// At the prompt, an image of the data set's size is shown as in a test; others are scaled first.
  @Test func otherImages() throws {
    let (set, image) = try PipelineResult.noise32()
    let pipeline = try PicturePipeline(.init(center: .image, crop: 24, mirror: true), for: set)
    #expect(pipeline(image).values == PipelineResult.test(pipeline, set, 0))
    #expect(pipeline(image, view: 3).values == PipelineResult.test(pipeline, set, 0, view: 3))
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
        + "minus (0.49139965, 0.48215845, 0.4465309), divided by (0.25, 0.5, 2); "
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
      (Options(cutout: -1), [0, 0, 0], [1, 1, 1], "a side of 0 to 8192 pixels, not -1"),
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
