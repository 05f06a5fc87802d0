import Testing

@testable import Datasets

@Suite struct ImageResizingTests {
  /// Pillow's results for noise, the hardest case for rounding.
  @Test(arguments: [(20, 31), (7, 5), (80, 60), (61, 20), (30, 47), (1, 1), (3, 90)])
  func agreesWithPillow(width: Int, height: Int) throws {
    let resized = try Fixture.ppm("noise").resized(width: width, height: height)
    let difference = try #require(
      largestDifference(resized, try Fixture.ppm("noise-\(width)x\(height)")))
    #expect(difference <= 1)
  }

  @Test func theSameSizeChangesNothing() throws {
    let noise = try Fixture.ppm("noise")
    #expect(noise.resized(width: noise.width, height: noise.height) == noise)
  }

  /// An image of one colour keeps that colour, white included: the weights add up to 1.
  @Test(arguments: [(0, 0, 0), (255, 255, 255), (1, 128, 254)])
  func plainStaysPlain(red: Int, green: Int, blue: Int) {
    let color = RGB(UInt8(red), UInt8(green), UInt8(blue))
    let plain = Image(width: 13, height: 29, filledWith: color)
    for (width, height) in [(5, 5), (100, 3), (13, 64)] {
      let expected = Image(width: width, height: height, filledWith: color)
      #expect(plain.resized(width: width, height: height) == expected)
    }
  }

  @Test(arguments: [
    ((640, 480), 256, (341, 256)), ((480, 640), 256, (256, 341)), ((32, 32), 227, (227, 227)),
    ((1000, 1), 4, (4000, 4)), ((257, 256), 256, (257, 256)),
  ])
  func shorterSide(from: (Int, Int), to side: Int, gives: (Int, Int)) {
    let image = Image(width: from.0, height: from.1, filledWith: RGB(gray: 7))
    let resized = image.scaled(shorterSide: side)
    #expect((resized.width, resized.height) == gives)
  }

  /// The optimized version gives the same as scaling everything and then cropping.
  @Test(arguments: [(61, 47, 20), (61, 47, 47), (61, 47, 101), (23, 47, 9), (61, 2, 8)])
  func centerSquareIsScalingThenCropping(width: Int, height: Int, side: Int) throws {
    let image = try Fixture.ppm("noise").centerCropped(width: width, height: height)
    let longWay = image.scaled(shorterSide: side).centerCropped(width: side, height: side)
    #expect(image.centerSquare(side: side) == longWay)
  }

  /// Scaled as a whole, this image would have 262 million pixels.
  @Test func aVeryWideImage() {
    let wide = Image(width: 4000, height: 1, filledWith: RGB(10, 20, 30))
    #expect(
      wide.centerSquare(side: 256) == Image(width: 256, height: 256, filledWith: RGB(10, 20, 30)))
  }

  @Test func cropping() throws {
    let noise = try Fixture.ppm("noise")
    let part = noise.cropped(left: 3, top: 5, width: 10, height: 7)
    #expect((part.width, part.height) == (10, 7))
    #expect(part[0, 0] == noise[5, 3])
    #expect(part[6, 9] == noise[11, 12])
    #expect(part[2, 6, 9] == noise[11, 12].blue)
    // 61 − 10 leaves 51: 25 on the left, 26 on the right.
    #expect(noise.centerCropped(width: 10, height: 7)[0, 0] == noise[20, 25])
  }
}
