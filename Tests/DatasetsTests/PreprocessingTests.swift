import Testing

@testable import Datasets

@Suite struct PreprocessingTests {
  private static let imageNet = (mean: [122.68, 116.67, 104.01], deviation: [1.0, 1, 1])

  @Test func likeThePaper() throws {
    let preprocessing = try Preprocessing(
      height: 227, width: 227, scale: 255, mean: Self.imageNet.mean,
      deviation: Self.imageNet.deviation)
    let card = TestCard.image
    let input = preprocessing(card)
    #expect(input.shape == [1, 3, 227, 227])
    // The card is 256×256 already, so only (256 − 227) / 2 = 14 rows and columns are removed.
    for (c, y, x) in [(0, 0, 0), (1, 100, 7), (2, 226, 226)] {
      let expected = Float(Double(card[c, y + 14, x + 14]) - Self.imageNet.mean[c])
      #expect(input[0, c, y, x] == expected)
    }
    #expect(
      preprocessing.description
        == "shorter side scaled to 256; central 256×256; of that the central 227×227; "
        + "values 0 to 255, minus (122.68, 116.67, 104.01)")
  }

  @Test func scaledAndNormalized() throws {
    let preprocessing = try Preprocessing(
      height: 32, width: 32, scale: 1, mean: [0.485, 0.456, 0.406],
      deviation: [0.229, 0.224, 0.225])
    let input = preprocessing(Image(width: 50, height: 40, filledWith: RGB(255, 51, 0)))
    #expect(abs(input[0, 0, 3, 3] - 2.2489) < 1e-4)
    #expect(abs(input[0, 1, 3, 3] - -1.1429) < 1e-4)
    #expect(abs(input[0, 2, 3, 3] - -1.8044) < 1e-4)
    #expect(
      preprocessing.description
        == "shorter side scaled to 32; central 32×32; "
        + "values 0 to 1, minus (0.485, 0.456, 0.406), divided by (0.229, 0.224, 0.225)")
  }

  @Test func gray() throws {
    let preprocessing = try Preprocessing(
      height: 28, width: 28, scale: 255, mean: [0], deviation: [1])
    let input = preprocessing(Image(width: 28, height: 28, filledWith: RGB(100, 0, 0)))
    #expect(input.shape == [1, 1, 28, 28])
    #expect(abs(input[0, 0, 9, 9] - 29.9) < 1e-4)
    #expect(preprocessing.description.contains("grey"))
  }

  @Test(arguments: [
    (227, 227, 256), (224, 224, 256), (300, 300, 300), (65, 65, 256), (64, 64, 64), (32, 32, 32),
    (24, 24, 32), (20, 30, 30),
  ])
  func usualSide(height: Int, width: Int, side: Int) {
    #expect(Preprocessing.usualSide(height: height, width: width) == side)
  }

  @Test func customSide() throws {
    let preprocessing = try Preprocessing(
      height: 227, width: 200, scale: 1, mean: [0, 0, 0], deviation: [1, 1, 1], side: 227)
    #expect(preprocessing.crop(TestCard.image).size == "200×227")
  }

  @Test(
    arguments: [
      ([0, 0], [1, 1], 32, "3 channels"), ([0, 0, 0], [1, 1], 32, "3 channels"),
      ([0, 0, 0], [1, 0, 1], 32, "no deviation 0"),
      ([.nan, 0, 0], [1, 1, 1], 32, "must be numbers"),
      ([0, 0, 0], [1, 1, 1], 0, "can't be cropped"),
      ([0, 0, 0], [1, 1, 1], 10_000, "more than 64 megapixels"),
    ] as [([Double], [Double], Int, String)])
  func refuses(mean: [Double], deviation: [Double], side: Int, says: String) throws {
    let error = try #require(
      imageError { () throws(ImageError) in
        try Preprocessing(height: side, width: side, scale: 1, mean: mean, deviation: deviation)
      })
    #expect(error.message.contains(says), "\(error)")
  }
}
