/// Unpacks deflated bytes (RFC 1951), up to a limit: an archive can't make it write more than it
/// was asked for.
struct Inflater {
  private let input: [UInt8]
  private let file: String
  private let limit: Int
  private var position = 0
  private var bits: UInt32 = 0
  private var bitCount = 0
  private var output: [UInt8] = []

  /// The unpacked bytes; the first `limit` of them if there are more, or if the input ends early.
  static func inflate(_ input: [UInt8], limit: Int, file: String) throws -> [UInt8] {
    var inflater = Inflater(input: input, file: file, limit: limit)
    inflater.output.reserveCapacity(limit)
    while inflater.output.count < limit, try inflater.block() {}
    return inflater.output
  }

  private init(input: [UInt8], file: String, limit: Int) {
    (self.input, self.file, self.limit) = (input, file, limit)
  }

  private func fail() -> WeightFileError {
    WeightFileError(
      file, "a compressed entry is damaged", hint: "download or copy the file again")
  }

  private mutating func take(_ count: Int) throws -> Int {
    while bitCount < count {
      guard position < input.count else { throw fail() }
      bits |= UInt32(input[position]) << bitCount
      position += 1
      bitCount += 8
    }
    defer {
      bits >>= count
      bitCount -= count
    }
    return Int(bits & (1 << count - 1))
  }

  /// One block; false if it was the last.
  private mutating func block() throws -> Bool {
    let isLast = try take(1) == 1
    switch try take(2) {
    case 0: try stored()
    case 1: try compressed(Self.fixedLengths, Self.fixedDistances)
    case 2:
      let (lengths, distances) = try codes()
      try compressed(lengths, distances)
    default: throw fail()
    }
    return !isLast
  }

  private mutating func stored() throws {
    (bits, bitCount) = (0, 0)
    guard position + 4 <= input.count else { throw fail() }
    let count = Int(input[position]) | Int(input[position + 1]) << 8
    let inverse = Int(input[position + 2]) | Int(input[position + 3]) << 8
    guard count == inverse ^ 0xFFFF, position + 4 + count <= input.count else { throw fail() }
    position += 4
    output += input[position..<position + min(count, limit - output.count)]
    position += count
  }

  private mutating func compressed(_ lengths: HuffmanCode, _ distances: HuffmanCode) throws {
    while output.count < limit {
      let symbol = try decode(lengths)
      if symbol < 256 {
        output.append(UInt8(symbol))
      } else if symbol == 256 {
        return
      } else {
        guard symbol < 286 else { throw fail() }
        let length = Self.lengthBase[symbol - 257] + (try take(Self.lengthBits[symbol - 257]))
        let code = try decode(distances)
        guard code < 30 else { throw fail() }
        let distance = Self.distanceBase[code] + (try take(Self.distanceBits[code]))
        guard distance <= output.count else { throw fail() }
        for _ in 0..<min(length, limit - output.count) {
          output.append(output[output.count - distance])
        }
      }
    }
  }

  private mutating func decode(_ code: HuffmanCode) throws -> Int {
    var (value, first, index) = (0, 0, 0)
    for length in 1...15 {
      value |= try take(1)
      let count = code.counts[length]
      if value - count < first { return code.symbols[index + value - first] }
      index += count
      first = (first + count) << 1
      value <<= 1
    }
    throw fail()
  }

  /// The codes at the start of a block that doesn't use the fixed ones.
  private mutating func codes() throws -> (HuffmanCode, HuffmanCode) {
    let lengthCount = try take(5) + 257
    let distanceCount = try take(5) + 1
    let codeCount = try take(4) + 4
    var sizes = [Int](repeating: 0, count: 19)
    for index in 0..<codeCount { sizes[Self.order[index]] = try take(3) }
    let code = try HuffmanCode(sizes) ?? { throw fail() }()
    var all: [Int] = []
    while all.count < lengthCount + distanceCount {
      let symbol = try decode(code)
      switch symbol {
      case ..<16: all.append(symbol)
      case 16:
        guard let last = all.last else { throw fail() }
        all += [Int](repeating: last, count: 3 + (try take(2)))
      case 17: all += [Int](repeating: 0, count: 3 + (try take(3)))
      default: all += [Int](repeating: 0, count: 11 + (try take(7)))
      }
    }
    guard all.count == lengthCount + distanceCount,
      let lengths = HuffmanCode(Array(all.prefix(lengthCount))),
      let distances = HuffmanCode(Array(all.dropFirst(lengthCount)))
    else { throw fail() }
    return (lengths, distances)
  }

  private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
  private static let lengthBits =
    [0, 0, 0, 0, 0, 0, 0, 0] + (1...5).flatMap { [Int](repeating: $0, count: 4) } + [0]
  private static let lengthBase =
    lengthBits.dropLast().reduce(into: [3]) { $0.append($0[$0.count - 1] + 1 << $1) }.prefix(28)
    + [258]
  private static let distanceBits = [0, 0] + (0...13).flatMap { [$0, $0] }
  private static let distanceBase =
    Array(distanceBits.reduce(into: [1]) { $0.append($0[$0.count - 1] + 1 << $1) }.dropLast())
  private static let fixedLengths = HuffmanCode(
    (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })!
  private static let fixedDistances = HuffmanCode([Int](repeating: 5, count: 30))!
}

/// A canonical Huffman code, from the length of each symbol's code.
private struct HuffmanCode {
  /// How many codes have each length.
  var counts = [Int](repeating: 0, count: 16)
  /// The symbols in the order of their codes.
  var symbols: [Int] = []

  /// Nil if there are more codes than their lengths allow.
  init?(_ lengths: [Int]) {
    for length in lengths { counts[length] += 1 }
    counts[0] = 0
    var left = 1
    for length in 1...15 {
      left = left << 1 - counts[length]
      if left < 0 { return nil }
    }
    for length in 1...15 { symbols += lengths.indices.filter { lengths[$0] == length } }
  }
}
