import Testing

@testable import Datasets

@Suite struct ImageDecodingTests {
  @Test func everyFixtureIsThere() {
    #expect(Fixture.names("png").count == 22)
    #expect(Fixture.names("jpg").count == 16)
  }

  @Test(arguments: Fixture.names("png"))
  func pngOfEveryColorType(name: String) throws {
    let decoded = try Image.decode(Fixture.bytes(name + ".png"), name: name)
    let difference = largestDifference(decoded, try Fixture.ppm(name))
    // A 16-bit alpha is rounded to 8 bits before it is used, by libpng as by the generator.
    #expect(difference == 0, "\(name) differs by \(difference ?? -1) levels")
  }

  @Test(arguments: Fixture.names("jpg"))
  func jpegOfEveryKind(name: String) throws {
    let decoded = try Image.decode(Fixture.bytes(name + ".jpg"), name: name)
    let difference = try #require(largestDifference(decoded, try Fixture.ppm(name)))
    // Libraries may round the transform, the colours and the mixing of inks by one level each.
    #expect(difference <= 3, "\(name) differs by \(difference) levels")
  }

  /// A picture is what its bytes are, whatever its name says.
  @Test func theNameDoesNotDecide() throws {
    let decoded = try Image.decode(Fixture.bytes("baseline.jpg"), name: "picture.png")
    #expect((decoded.width, decoded.height) == (37, 29))
  }

  /// A block in either byte order, and blocks that make no sense: those leave the picture as it is.
  @Test(
    arguments: [
      (
        "little-endian, 6", [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0],
        6
      ),
      ("big-endian, 8", [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 8], 8),
      ("no such value", [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 9, 0], 1),
      ("another type", [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 4, 0, 1, 0, 0, 0, 6, 0], 1),
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
  }

  @Test func encodedAndDecodedAgain() throws {
    let card = TestCard.image
    let bytes = try card.encodePNG()
    #expect(try Image.decode(bytes, name: "card") == card)
    #expect(try card.encodePNG() == bytes)
  }
}
