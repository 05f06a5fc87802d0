import TestSupport

extension Mutator {
  /// A PNG with changes in any bytes, whose checksums are usually wrong.
  mutating func png(_ original: [UInt8]) -> [UInt8] {
    bytes(original, from: below(4) == 0 ? 0 : 8)
  }

  /// A PNG with random header, chunks and pixels, some of them invalid, but with correct checksums,
  /// so that all of it reaches the decoder.
  mutating func drawnPNG() -> [UInt8] {
    let (type, depth, samples) = pick(Self.pixelFormats)
    let (width, height) = (1 + below(20), 1 + below(20))
    let isInterlaced = !isIdle && below(4) == 0
    let header = [0, 0, 0, UInt8(width), 0, 0, 0, UInt8(height), depth, type, 0, 0]
    var pixels: [UInt8] = []
    for _ in 0..<height {
      // Each row begins with its filter type.
      pixels.append(UInt8(below(5)))
      for _ in 0..<((width * samples * Int(depth) + 7) / 8) { pixels.append(UInt8(below(256))) }
    }
    // Interlaced images have more rows than this, each of them shorter.
    if isInterlaced { pixels += [UInt8](repeating: 0, count: 20) }
    var chunks = [("IHDR", changedSometimes(header + [isInterlaced ? 1 : 0]))]
    if type == 3 { chunks.append(("PLTE", changedSometimes(drawn(3 << Int(depth))))) }
    if type == 3 || type == 2 || type == 0, !isIdle, below(2) == 0 {
      chunks.append(("tRNS", changedSometimes(drawn(type == 3 ? 1 << Int(depth) : 2 * samples))))
    }
    for _ in 0..<(isIdle ? 0 : below(3)) {
      chunks.insert((pick(Self.ancillary), drawn(below(40))), at: below(chunks.count + 1))
    }
    let stream = Self.stored(below(2) == 0 ? bytes(pixels) : pixels)
    let cut = below(stream.count + 1)
    chunks += [("IDAT", Array(stream[..<cut])), ("IDAT", Array(stream[cut...])), ("IEND", [])]
    return Self.signature + chunks.flatMap { Self.chunk($0.0, $0.1) }
  }

  /// Colour types with bit depth and the number of samples per pixel.
  private static let pixelFormats: [(type: UInt8, depth: UInt8, samples: Int)] = [
    (0, 1, 1), (0, 2, 1), (0, 4, 1), (0, 8, 1), (0, 16, 1), (2, 8, 3), (2, 16, 3), (3, 1, 1),
    (3, 2, 1), (3, 4, 1), (3, 8, 1), (4, 8, 2), (4, 16, 2), (6, 8, 4), (6, 16, 4),
  ]

  private static let ancillary = [
    "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "hIST", "pHYs", "tIME", "tEXt", "zTXt", "iTXt",
    "eXIf", "acTL", "fcTL", "PLTE", "IDAT", "IHDR", "abCD", "ABCD",
  ]

  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  private mutating func drawn(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(below(256)) }
  }

  private mutating func changedSometimes(_ original: [UInt8]) -> [UInt8] {
    below(4) == 0 ? bytes(original) : original
  }

  /// A chunk with its checksum.
  private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return bigEndian(UInt32(data.count)) + body + bigEndian(ProgramBadFileTests.checksum(body))
  }

  /// A zlib stream of stored blocks, with its checksum (Adler-32).
  private static func stored(_ data: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    var rest = data[...]
    repeat {
      let block = rest.prefix(1000)
      rest = rest.dropFirst(block.count)
      let length = UInt16(block.count)
      stream.append(rest.isEmpty ? 1 : 0)
      for number in [length, ~length] { stream += [UInt8(number & 0xFF), UInt8(number >> 8)] }
      stream += block
    } while !rest.isEmpty
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in data {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    return stream + bigEndian(b << 16 | a)
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * $0)) }
  }
}
