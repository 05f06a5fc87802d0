import Foundation
import Testing

@testable import Datasets

@Suite struct BadImageTests {
  /// Each error names the file in one line.
  @Test(
    arguments: [
      ([], "is empty"),
      (Array("hello, world".utf8), "is neither PNG nor JPEG"),
      (Array("GIF89a......".utf8), "is a GIF, neither PNG nor JPEG"),
      (Array("RIFF\0\0\0\0WEBPVP8 ".utf8), "is a WebP image, neither PNG nor JPEG"),
      (Array("<!DOCTYPE html><p>not found".utf8), "is a web page, neither PNG nor JPEG"),
      ([0, 0, 0, 0x18] + Array("ftypheic".utf8), "is a HEIC image, neither PNG nor JPEG"),
      ([0x89, 0x50, 0x4E], "breaks off after 3 bytes"),
      ([0xFF, 0xD8], "breaks off after 2 bytes"),
      ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "is a damaged or incomplete PNG: "),
      ([0xFF, 0xD8, 0xFF], "is a damaged or incomplete JPEG: "),
      ([0xFF, 0xD8, 0xFF, 0xD9], "is a damaged or incomplete JPEG: "),
      ([UInt8](repeating: 0, count: 1000), "is neither PNG nor JPEG"),
      (
        Array("version https://git-lfs.github.com/spec/v1".utf8),
        "is a Git LFS pointer, a placeholder for a file stored elsewhere, neither PNG nor JPEG"
      ),
    ] as [([UInt8], String)])
  func notAnImage(bytes: [UInt8], says: String) throws {
    let error = try #require(
      imageError { () throws(ImageError) in try Image.decode(bytes, name: "cat.png") })
    #expect(error.message.hasPrefix("cat.png " + says), "\(error)")
    #expect(error.hint != nil)
    #expect(!error.description.contains("\n"))
  }

  /// A false size in the header is rejected before anything of that size is allocated.
  @Test(arguments: [
    (100_000, 100_000), (0x7FFF_FFFF, 0x7FFF_FFFF), (1, 64_000_001), (8001, 8000),
  ])
  func tooLarge(width: Int, height: Int) throws {
    let error = try #require(
      imageError { () throws(ImageError) in
        try Image.decode(Self.pngClaiming(width: width, height: height), name: "bomb.png")
      })
    #expect(error.message.hasPrefix("bomb.png claims to be \(width)×\(height) pixels"))
  }

  @Test func aLargeSizeWithoutData() throws {
    let error = try #require(
      imageError { () throws(ImageError) in
        try Image.decode(Self.pngClaiming(width: 8000, height: 8000), name: "bomb.png")
      })
    #expect(error.message.hasPrefix("bomb.png is a damaged or incomplete PNG: "))
  }

  @Test func noPixels() throws {
    let error = try #require(
      imageError { () throws(ImageError) in
        try Image.decode(Self.pngClaiming(width: 0, height: 7), name: "none.png")
      })
    #expect(error.message.hasPrefix("none.png is a damaged or incomplete PNG: "))
  }

  /// Missing pixels aren't replaced by grey: a file is read only if at most its end marker is
  /// missing.
  ///
  /// - Parameter marker: the number of bytes of the end marker, EOI or IEND.
  @Test(arguments: [
    ("rgb8.png", 12), ("rgb8-interlaced.png", 12), ("baseline.jpg", 2), ("progressive.jpg", 2),
    ("cmyk.jpg", 2), ("restarts.jpg", 2), ("grey.jpg", 2),
  ])
  func truncated(name: String, marker: Int) throws {
    let bytes = try Fixture.bytes(name)
    let whole = try Image.decode(bytes, name: name)
    for count in 0..<bytes.count {
      do throws(ImageError) {
        let image = try Image.decode(Array(bytes.prefix(count)), name: name)
        #expect(count >= bytes.count - marker, "\(count) of \(bytes.count) bytes")
        #expect(image == whole)
      } catch {
        #expect(count < bytes.count - marker, "\(count) of \(bytes.count) bytes: \(error)")
        #expect(error.message.hasPrefix(name + " "))
      }
    }
  }

  /// The data of the only scan are complete, followed by nothing or by zeros instead of the end
  /// marker.
  @Test(arguments: ["no-eoi", "no-eoi-then-trailer"])
  func noEndMarker(name: String) throws {
    func image(_ name: String) throws -> Image {
      try Image.decode(Fixture.bytes("jpeg-without-eoi/\(name).jpg"), name: name)
    }
    #expect(try image(name) == image("whole"))
    let bytes = try Fixture.bytes("jpeg-without-eoi/\(name).jpg")
    #expect(try Image.size(of: bytes, name: name) == (8, 8))
  }

  /// A progressive JPEG that ends after a complete scan has data for every pixel, but not all of
  /// it.
  @Test func missingScans() throws {
    let whole = try Fixture.bytes("progressive.jpg")
    var scans = 0
    for index in 0..<(whole.count - 1) where whole[index] == 0xFF && whole[index + 1] == 0xDA {
      scans += 1
      guard scans > 1 else { continue }
      let error = imageError { () throws(ImageError) in
        try Image.decode(Array(whole[..<index]), name: "half.jpg")
      }
      #expect(error?.message.contains("damaged or incomplete JPEG") == true, "scan \(scans)")
    }
    #expect(scans > 5)
  }

  /// A few additional scans are accepted; a file that repeats itself many times is rejected.
  @Test(arguments: [(0, true), (5, true), (150, false)])
  func repeatedScans(copies: Int, readable: Bool) throws {
    let whole = try Fixture.bytes("progressive.jpg")
    // The first scan extends from its marker to the marker before the next scan's tables.
    let start = try #require(Self.marker([0xDA], in: whole, from: 0))
    let end = try #require(Self.marker([0xC4, 0xDA], in: whole, from: start + 2))
    let copied = repeatElement(whole[start..<end], count: copies).joined()
    let bytes = whole[..<end] + copied + whole[end...]
    let error = imageError { () throws(ImageError) in
      try Image.decode(Array(bytes), name: "loop.jpg")
    }
    #expect(error?.message == (readable ? nil : Self.tooManyScans))
  }

  /// The index of the next JPEG marker of one of these kinds.
  private static func marker(_ kinds: Set<UInt8>, in bytes: [UInt8], from start: Int) -> Int? {
    (start..<(bytes.count - 1)).first { bytes[$0] == 0xFF && kinds.contains(bytes[$0 + 1]) }
  }

  private static let tooManyScans =
    "loop.jpg is a damaged or incomplete JPEG: more than 100 scans"

  @Test func aNameCannotSpoilTheMessage() throws {
    let error = try #require(
      imageError { () throws(ImageError) in try Image.decode([], name: "a\nb\u{1B}[31m.png") })
    #expect(error.message.unicodeScalars.allSatisfy { $0.value >= 0x20 })
  }

  /// Thousands of damaged files: each gives an image or an error that names the file.
  @Test(
    arguments: Fixture.names("png").map { $0 + ".png" } + Fixture.names("jpg").map { $0 + ".jpg" })
  func mutated(name: String) throws {
    let whole = try Fixture.bytes(name)
    var random = SplitMix(state: UInt64(whole.count))
    for round in 0..<200 {
      var bytes = whole
      for _ in 0...random.below(6) {
        switch random.below(5) {
        case 0: bytes[random.below(bytes.count)] = UInt8(random.below(256))
        case 1: bytes[random.below(bytes.count)] ^= 1 << random.below(8)
        case 2: bytes.remove(at: random.below(bytes.count))
        case 3: bytes.insert(UInt8(random.below(256)), at: random.below(bytes.count))
        default:
          let start = random.below(bytes.count)
          let piece = bytes[start..<min(bytes.count, start + random.below(40))]
          bytes.insert(contentsOf: piece, at: random.below(bytes.count))
        }
      }
      // With repaired checksums, a damaged PNG reaches the code after the checksum tests.
      if round % 2 == 0 { Self.repairChecksums(&bytes) }
      do throws(ImageError) {
        let image = try Image.decode(bytes, name: name)
        #expect(image.bytes.count == image.width * image.height * 3)
      } catch {
        #expect(error.message.hasPrefix(name + " "))
      }
    }
  }

  /// A PNG that consists only of a header.
  private static func pngClaiming(width: Int, height: Int) -> [UInt8] {
    var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]
    bytes += Array("IHDR".utf8)
    for number in [width, height] {
      bytes += (0..<4).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    bytes += [8, 2, 0, 0, 0, 0, 0, 0, 0]
    bytes += [0, 0, 0, 0] + Array("IDAT".utf8) + [0, 0, 0, 0]
    repairChecksums(&bytes)
    return bytes
  }

  /// Writes the correct checksum after every chunk of a complete PNG.
  private static func repairChecksums(_ bytes: inout [UInt8]) {
    guard bytes.starts(with: [0x89, 0x50]) else { return }
    var start = 8
    while start + 12 <= bytes.count {
      let length = bytes[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) }
      let end = start + 8 + length
      guard end + 4 <= bytes.count else { return }
      let sum = crc(bytes[(start + 4)..<end])
      for i in 0..<4 { bytes[end + i] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt32(i))) }
      start = end + 4
    }
  }

  /// The checksum of PNG: CRC-32 (annex D of the specification).
  static func crc(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { c, _ in c & 1 == 1 ? 0xEDB8_8320 ^ (c >> 1) : c >> 1 }
    }
  }
}

/// A small generator, so that every run damages the same bytes.
private struct SplitMix {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(bound))
  }
}
