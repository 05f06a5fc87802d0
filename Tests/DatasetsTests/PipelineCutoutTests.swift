import Testing

@testable import Datasets

/// The square that training images may lose.
@Suite struct PipelineCutoutTests {
  typealias Options = PicturePipeline.Options

  /// Each training image is the one without a square, except for one clipped square of zeros, and
  /// its centre takes every place.
  @Test(arguments: [1, 2, 3, 4, 9, 40])
  func oneSquareIsCleared(side: Int) throws {
    let set = BatchQueueTests.noise(2, side: 5)
    let options = Options(center: .fixed([-1, -1, -1]), padding: 1, crop: 5, mirror: true)
    var cut = options
    cut.cutout = side
    let whole = try PicturePipeline(options, for: set)
    let pipeline = try PicturePipeline(cut, for: set)
    var squares: Set<Set<Int>> = []
    for draw in 0..<900 {
      let expected = PipelineResult.training(whole, set, 1, draw: UInt64(draw))
      let values = PipelineResult.training(pipeline, set, 1, draw: UInt64(draw))
      let centers = (0..<25).filter { center in
        values
          == expected.enumerated().map { place, value in
            let (dy, dx) = (place % 25 / 5 - center / 5, place % 5 - center % 5)
            let square = -(side / 2)..<(side - side / 2)
            return square.contains(dy) && square.contains(dx) ? 0 : value
          }
      }
      #expect(!centers.isEmpty, "draw \(draw)")
      squares.insert(Set(centers))
    }
    // Sides of 9 and more clear the whole image, wherever their centre is.
    if side < 3 {
      #expect(Set(squares.joined()) == Set(0..<25))
    } else if side >= 9 {
      #expect(squares == [Set(0..<25)])
    }
  }

  /// Test images stay whole, and the description says what happens in training.
  @Test func testsSeeTheWholeImage() throws {
    let set = BatchQueueTests.noise(2, side: 5)
    let pipeline = try PicturePipeline(Options(center: .none, cutout: 4), for: set)
    let whole = try PicturePipeline(Options(center: .none), for: set)
    #expect(PipelineResult.test(pipeline, set, 0) == PipelineResult.test(whole, set, 0))
    #expect(pipeline.description == "values 0 to 255; in training a square of 4×4 cleared")
  }
}
