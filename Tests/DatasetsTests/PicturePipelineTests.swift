import Testing

@testable import Datasets

/// Which part of an image the pipeline outputs, and with which values.
@Suite struct PicturePipelineTests {
  typealias Options = PicturePipeline.Options

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
        let expected = PipelineResult.defined(
          pipeline, set, index, top: room / 2, left: room / 2, isMirrored: view == 1)
        #expect(
          PipelineResult.areClose(PipelineResult.test(pipeline, set, index, view: view), expected))
      }
    }
  }

  /// The crops are in the order that `test` documents.
  @Test func tenCrops() throws {
    let set = BatchQueueTests.noise(3, side: 6)
    let pipeline = try PicturePipeline(.init(center: .image, crop: 3), for: set)
    #expect(TestCrops.tenCrop.count(in: pipeline) == 10)
    #expect(TestCrops(named: "multi-view") == .tenCrop)
    let corners = [(1, 1), (0, 0), (0, 3), (3, 0), (3, 3)]
    for (number, corner) in corners.enumerated() {
      for isMirrored in [false, true] {
        let expected = PipelineResult.defined(
          pipeline, set, 2, top: corner.0, left: corner.1, isMirrored: isMirrored)
        let shown = PipelineResult.test(pipeline, set, 2, view: 2 * number + (isMirrored ? 1 : 0))
        #expect(PipelineResult.areClose(shown, expected), "view \(2 * number)")
      }
    }
    let whole = try PicturePipeline(.init(), for: set)
    #expect(TestCrops.tenCrop.count(in: whole) == 2)
    #expect(TestCrops.allCases.map { $0.count(in: pipeline) } == [1, 2, 10])
  }

  /// Every training image is one of the possible crops, mirrored or not, and each of them occurs.
  @Test(arguments: [Options(crop: 3, mirror: true), Options(padding: 1, crop: 5, mirror: true)])
  func randomCropsAndMirrors(options: PicturePipeline.Options) throws {
    let set = BatchQueueTests.noise(2, side: 5)
    let pipeline = try PicturePipeline(options, for: set)
    var known: [[Float]: Int] = [:]
    for top in 0..<3 {
      for left in 0..<3 {
        for isMirrored in [false, true] {
          let values = PipelineResult.defined(
            pipeline, set, 1, top: top, left: left, isMirrored: isMirrored
          ).map { $0.rounded() }
          known[values] = 0
        }
      }
    }
    try #require(known.count == 18)
    for draw in 0..<1800 {
      let values = PipelineResult.training(pipeline, set, 1, draw: UInt64(draw)).map {
        $0.rounded()
      }
      let times = try #require(known[values], "draw \(draw) is none of the 18")
      known[values] = times + 1
    }
    // 100 each, with a standard deviation of 9.7.
    #expect(known.values.allSatisfy { (50...150).contains($0) }, "\(known.values.sorted())")
  }

  /// The result depends only on the seed and the draw.
  @Test func theSameDrawIsTheSame() throws {
    let set = BatchQueueTests.noise(2, side: 9)
    let options = Options(crop: 4, mirror: true, colorNoise: .init())
    let pipeline = try PicturePipeline(options, for: set)
    let again = try PicturePipeline(options, for: set)
    var different = 0
    for draw in 0..<20 as Range<UInt64> {
      let first = PipelineResult.training(pipeline, set, 0, seed: 3, draw: draw)
      #expect(PipelineResult.training(again, set, 0, seed: 3, draw: draw) == first)
      if PipelineResult.training(pipeline, set, 0, seed: 4, draw: draw) != first { different += 1 }
    }
    #expect(different == 20)
  }

  /// Without randomness, an image in training is the same as in a test.
  @Test func withoutRandomnessTrainingIsLikeTesting() throws {
    let set = BatchQueueTests.noise(4, side: 8)
    for options in [Options(), Options(center: .image), Options(resize: 19)] {
      let pipeline = try PicturePipeline(options, for: set)
      #expect(
        PipelineResult.training(pipeline, set, 3, draw: 8) == PipelineResult.test(pipeline, set, 3),
        "\(pipeline)")
    }
  }
}
