import Basics
import Synchronization
import Testing

@testable import Datasets

@Suite struct SquareDecodingTests {
  /// Fixtures `square32-wide`: the side and what is special about the image.
  static let squares = Fixture.names("jpg").filter { $0.hasPrefix("square") }

  /// The square of an encoded image.
  static func square(_ bytes: [UInt8], side: Int, name: String = "x.jpg") throws(ImageError)
    -> Image
  {
    var planes = [UInt8](repeating: 0, count: 3 * side * side)
    try planes.withUnsafeMutableBufferPointer { planes throws(ImageError) in
      try Image.decodeSquare(bytes, name: name, side: side, into: planes)
    }
    let plane = side * side
    return Image(
      width: side, height: side,
      bytes: (0..<(3 * plane)).map { planes[$0 % 3 * plane + $0 / 3] })
  }

  @Test func everyFixtureExists() { #expect(Self.squares.count == 13) }

  /// Pillow's results, at full size and scaled by the decoder to a half, a quarter, an eighth.
  @Test(arguments: squares)
  func agreesWithPillow(name: String) throws {
    let expected = try Fixture.ppm(name)
    let square = try Self.square(Fixture.bytes(name + ".jpg"), side: expected.width)
    let difference = try #require(largestDifference(square, expected))
    // Libraries may round the transform, the colours and the resizing by one level each.
    #expect(difference <= 3, "\(name) differs by \(difference) levels")
  }

  /// Pixels outside the square aren't computed, which must not change those inside.
  @Test(
    arguments: Fixture.names("jpg").map { $0 + ".jpg" } + ["rgb8.png", "rgba16-interlaced.png"],
    [0.7, 0.9, 1, 1.7])
  func isDecodingThenCropping(name: String, factor: Double) throws {
    let bytes = try Fixture.bytes(name)
    let image = try Image.decode(bytes, name: name)
    let side = Int(clamping: Double(min(image.width, image.height)) * factor)
    #expect(try Self.square(bytes, side: side) == image.centerSquare(side: side))
  }

  /// Any number of threads gives the same bytes.
  @Test func threads() throws {
    let bytes = try Fixture.bytes("square64-half.jpg")
    let expected = try Self.square(bytes, side: 64)
    let different = Atomic(0)
    concurrently(64) { _ in
      if (try? Self.square(bytes, side: 64)) != expected {
        different.add(1, ordering: .relaxed)
      }
    }
    #expect(different.load(ordering: .relaxed) == 0)
  }

  /// A file cut anywhere is refused or accepted exactly as when all of it is decoded: damage outside
  /// the square counts too.
  @Test(arguments: [
    "square32-wide", "square32-high", "square33-progressive", "square64-half", "square40-cmyk",
    "square32-turned",
  ])
  func cutShort(name: String) throws {
    let bytes = try Fixture.bytes(name + ".jpg")
    var refused = 0
    for count in stride(from: 0, to: bytes.count, by: 7) {
      let part = Array(bytes[..<count])
      let whole = imageError { () throws(ImageError) in try Image.decode(part, name: "cut.jpg") }
      let square = imageError { () throws(ImageError) in
        try Self.square(part, side: 32, name: "cut.jpg")
      }
      #expect(
        (square == nil) == (whole == nil), "\(name), \(count) bytes: \(String(describing: square))")
      if let square {
        refused += 1
        #expect(square.message.hasPrefix("cut.jpg "))
      }
    }
    #expect(refused > bytes.count / 8)
  }

  @Test func claimsToBeHuge() throws {
    var bytes = try Fixture.bytes("square32-wide.jpg")
    let frame = try #require(
      bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
    bytes.replaceSubrange((frame + 5)..<(frame + 9), with: [0xFF, 0xDC, 0xFF, 0xDC])
    let error = imageError { () throws(ImageError) in try Self.square(bytes, side: 32) }
    #expect(error?.message.hasPrefix("x.jpg claims to be 65500×65500 pixels") == true)
  }

  /// What is written as JPEG is read again, and is the same each time.
  @Test func encoding() throws {
    let image = try Fixture.ppm("square64-half")
    let plane = 64 * 64
    let planes = (0..<(3 * plane)).map { image.bytes[$0 % plane * 3 + $0 / plane] }
    let bytes = try Image.encodeJPEG(planes, width: 64, height: 64, quality: 95)
    #expect(try Image.encodeJPEG(planes, width: 64, height: 64, quality: 95) == bytes)
    let decoded = try Image.decode(bytes, name: "again")
    let differences = zip(decoded.bytes, image.bytes).map { abs(Int($0) - Int($1)) }
    // Colours have half the resolution; brightness, most of what the fixture's noise is, has all.
    #expect(Double(differences.reduce(0, +)) / Double(differences.count) < 4)
    #expect(try Self.square(bytes, side: 64) == decoded)
  }
}
