/// Reads a range of bytes from front to back, a window at a time, so that long pieces can be passed
/// over without being read.
struct ByteReader {
  let range: ByteRange
  /// The position of the next byte.
  private(set) var position = 0
  private var window: [UInt8] = []
  private var windowStart = 0

  init(_ range: ByteRange) { self.range = range }

  var file: String { range.file }
  /// How many bytes are left.
  var remaining: Int { range.count - position }

  /// The error for bytes that can't be right, with their position.
  func fail(_ reason: String) -> WeightFileError {
    WeightFileError(file, "\(reason), at byte \(position)")
  }

  mutating func byte() throws -> UInt8 {
    if position < windowStart || position >= windowStart + window.count {
      guard remaining > 0 else { throw WeightFileError(file, "it is cut short") }
      window = try range.part(position, min(remaining, 1 << 16)).bytes()
      windowStart = position
    }
    defer { position += 1 }
    return window[position - windowStart]
  }

  /// The next byte, which stays the next one; nil at the end.
  mutating func peek() throws -> UInt8? {
    guard remaining > 0 else { return nil }
    defer { position -= 1 }
    return try byte()
  }

  /// A little-endian number.
  mutating func number<T: FixedWidthInteger & UnsignedInteger>(_ type: T.Type) throws -> T {
    var value: T = 0
    for place in 0..<T.bitWidth / 8 { value |= T(try byte()) << (8 * place) }
    return value
  }

  /// A length of 8 bytes.
  mutating func length() throws -> Int {
    guard let length = Int(exactly: try number(UInt64.self)) else {
      throw fail("a length is larger than any file")
    }
    return length
  }

  /// Passes over `count` bytes and returns them, unread.
  mutating func skip(_ count: Int) throws -> ByteRange {
    let part = try range.part(position, count)
    position += count
    return part
  }

  /// The next `count` bytes, of which there may be at most `limit`.
  mutating func bytes(_ count: Int, limit: Int) throws -> [UInt8] {
    guard count <= limit else {
      throw fail("\(count) bytes are more than the \(limit) allowed here")
    }
    guard count <= remaining else { throw fail("it is cut short") }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for _ in 0..<count { bytes.append(try byte()) }
    return bytes
  }

  /// The bytes up to a newline, without it.
  mutating func line(limit: Int = 1 << 16) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let next = try byte()
      if next == 0x0A { return bytes }
      bytes.append(next)
      guard bytes.count <= limit else { throw fail("a line has no end") }
    }
  }
}
