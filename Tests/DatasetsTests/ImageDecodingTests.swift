import Testing

@testable import Datasets

@Suite struct ImageDecodingTests {
  @Test func everyFixtureExists() {
    #expect(Fixture.names("png").count == 22)
    #expect(Self.jpegs.count == 16)
  }

  @Test(arguments: Fixture.names("png"))
  func pngOfEveryColorType(name: String) throws {
    let decoded = try Image.decode(Fixture.bytes(name + ".png"), name: name)
    let difference = largestDifference(decoded, try Fixture.ppm(name))
    // A 16-bit alpha is rounded to 8 bits before it is used, both by libpng and by the generator.
    #expect(difference == 0, "\(name) differs by \(difference ?? -1) levels")
  }

  /// `SquareDecodingTests` has the others.
  static let jpegs = Fixture.names("jpg").filter { !$0.hasPrefix("square") }

  @Test(arguments: jpegs)
  func jpegOfEveryKind(name: String) throws {
    let decoded = try Image.decode(Fixture.bytes(name + ".jpg"), name: name)
    let difference = try #require(largestDifference(decoded, try Fixture.ppm(name)))
    // Libraries may round the transform, the colours and the ink mixing by one level each.
    #expect(difference <= 3, "\(name) differs by \(difference) levels")
  }

  /// The format of an image is determined by its bytes, not by its name.
  @Test func theNameDoesNotDecide() throws {
    let decoded = try Image.decode(Fixture.bytes("baseline.jpg"), name: "picture.png")
    #expect((decoded.width, decoded.height) == (37, 29))
  }

  /// A block in either byte order, and invalid blocks, which don't affect the image.
  @Test(
    arguments: [
      (
        "little-endian, 6", [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0],
        6
      ),
      ("big-endian, 8", [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 8], 8),
      ("bad value", [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 9, 0], 1),
      (
        "32 bits, little-endian",
        [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 4, 0, 1, 0, 0, 0, 6, 0, 0, 0], 6
      ),
      (
        "32 bits, big-endian",
        [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 4, 0, 0, 0, 1, 0, 0, 0, 8], 8
      ),
      ("8 bits", [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 1, 0, 1, 0, 0, 0, 3, 0, 0, 0], 3),
      (
        "32 bits, too large",
        [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 4, 0, 1, 0, 0, 0, 6, 0, 1, 0], 1
      ),
      ("text", [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 2, 0, 1, 0, 0, 0, 6, 0, 0, 0], 1),
      ("another tag", [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x13, 1, 3, 0, 1, 0, 0, 0, 6, 0], 1),
      ("cut off", [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0], 1),
      ("directory outside", [0x49, 0x49, 42, 0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0], 1),
      ("too many entries", [0x49, 0x49, 42, 0, 8, 0, 0, 0, 0xFF, 0xFF], 1),
      ("not TIFF", [1, 2, 3, 4, 5, 6, 7, 8], 1),
      ("nothing", [], 1),
    ] as [(String, [UInt8], Int)])
  func orientation(of what: String, block: [UInt8], expected: Int) {
    let segment = [0x45, 0x78, 0x69, 0x66, 0, 0] + block
    let head: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE1, 0, UInt8(segment.count + 2)]
    let jpeg = head + segment + [0xFF, 0xDA, 0, 2]
    #expect(EXIFOrientation(ofJPEG: jpeg).rawValue == expected, "\(what)")
    for data in [block, segment] {
      let chunk = [0, 0, 0, UInt8(data.count)] + Array("eXIf".utf8) + data + [1, 2, 3, 4]
      let png = [UInt8](repeating: 0, count: 8) + [0, 0, 0, 1] + Array("IDAT!abcd".utf8) + chunk
      #expect(EXIFOrientation(ofPNG: png).rawValue == expected, "\(what)")
      #expect(EXIFOrientation(ofPNG: png.dropLast()).rawValue == 1, "\(what)")
    }
  }

  /// A PNG is rotated like a JPEG, whether its eXIf chunk comes before or after the pixels.
  @Test(arguments: EXIFOrientation.allCases, [33, -12])
  func orientationOfPNG(orientation: EXIFOrientation, place: Int) throws {
    let stored = TestCard.image.cropped(left: 3, top: 5, width: 7, height: 4)
    let block =
      [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0]
      + [UInt8(orientation.rawValue), 0, 0, 0, 0, 0, 0]
    let body = Array("eXIf".utf8) + block
    let checksum = BadImageTests.crc(body[...])
    let chunk =
      [0, 0, 0, UInt8(block.count)] + body
      + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (24 - 8 * UInt32($0))) }
    var bytes = try stored.encodePNG()
    bytes.insert(contentsOf: chunk, at: place > 0 ? place : bytes.count + place)
    let image = try Image.decode(bytes, name: "x.png")
    #expect(image == stored.turned(orientation))
    let size = try Image.size(of: bytes, name: "x.png")
    #expect(size == (image.width, image.height))
  }

  @Test func encodedAndDecodedAgain() throws {
    let card = TestCard.image
    let bytes = try card.encodePNG()
    #expect(try Image.decode(bytes, name: "card") == card)
    #expect(try card.encodePNG() == bytes)
  }
}
