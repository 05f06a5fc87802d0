import Digests
import Tensors

/// Mutates bytes and text, the same for the same name and seed.
struct FuzzMutator {
  private let random: CounterRandom
  private var count: UInt64 = 0

  init(_ name: String, seed: UInt64) { random = CounterRandom("fuzz \(name)", seed: seed) }

  /// The next number below a bound, which is at least 1.
  mutating func below(_ bound: Int) -> Int {
    count += 1
    return random.below(bound, count)
  }

  /// One of these, of which there is at least one.
  mutating func pick<T>(_ values: [T]) -> T { values[below(values.count)] }

  /// A few changes of bytes anywhere: flipped, replaced, left out, doubled, cut off, lengthened.
  mutating func bytes(_ original: [UInt8], from first: Int = 0) -> [UInt8] {
    var bytes = original
    for _ in 0...below(5) {
      guard bytes.count > first else { break }
      let place = first + below(bytes.count - first)
      switch below(9) {
      case 0: bytes[place] ^= 1 << below(8)
      case 1, 2: bytes[place] = UInt8(below(256))
      case 3: bytes[place] = pick([0, 1, 0x7F, 0x80, 0xFF])
      case 4: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(9)))
      case 5: bytes.insert(UInt8(below(256)), at: place)
      case 6:
        let piece = bytes[place..<min(bytes.count, place + 1 + below(40))]
        bytes.insert(contentsOf: piece, at: first + below(bytes.count - first))
      case 7: if below(3) == 0 { bytes.removeSubrange(place...) }
      default:
        // A number of four bytes, as lengths and sizes are.
        for offset in 0..<4 where place + offset < bytes.count {
          bytes[place + offset] = pick([0, 0xFF, 0x7F, bytes[place + offset]])
        }
      }
    }
    return bytes
  }

  /// A few changes of text: words, numbers and lines replaced, left out, doubled, put elsewhere.
  mutating func text(_ original: String) -> String {
    var text = original
    for _ in 0...below(4) {
      switch below(7) {
      case 0: text = lines(text)
      case 1, 2: text = number(text)
      case 3, 4: text = token(text)
      case 5: text = scalars(text)
      default: text = String(decoding: bytes(Array(text.utf8)), as: UTF8.self)
      }
    }
    return text
  }

  private mutating func lines(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let place = below(lines.count)
    switch below(3) {
    case 0: lines.remove(at: place)
    case 1: lines.insert(lines[place], at: below(lines.count))
    default: lines.swapAt(place, below(lines.count))
    }
    return lines.joined(separator: "\n")
  }

  private mutating func number(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    let digits = scalars.indices.filter { ("0"..."9").contains(scalars[$0]) }
    guard !digits.isEmpty else { return text }
    let start = pick(digits)
    let end = scalars[start...].firstIndex { !("0"..."9").contains($0) } ?? scalars.endIndex
    var changed = String.UnicodeScalarView(scalars[..<start])
    changed.append(contentsOf: pick(Self.numbers).unicodeScalars)
    changed.append(contentsOf: scalars[end...])
    return String(changed)
  }

  private mutating func token(_ text: String) -> String {
    var scalars = text.unicodeScalars
    let place = scalars.index(scalars.startIndex, offsetBy: below(scalars.count + 1))
    let rest = scalars[place...]
    let end = scalars.index(place, offsetBy: min(rest.count, below(6)))
    scalars.replaceSubrange(place..<end, with: pick(Self.tokens).unicodeScalars)
    return String(scalars)
  }

  private mutating func scalars(_ text: String) -> String {
    var scalars = text.unicodeScalars
    let place = scalars.index(scalars.startIndex, offsetBy: below(scalars.count + 1))
    scalars.insert(Unicode.Scalar(UInt16(below(0xD800))) ?? " ", at: place)
    return String(scalars)
  }

  static let numbers = [
    "0", "1", "2", "-1", "7", "0.5", "1e9", "1e-9", "1e308", "99", "65536", "2147483648",
    "4294967296", "9223372036854775807", "9223372036854775808", "99999999999999999999", "nan",
    "inf", "null", "\"x\"", "[]",
  ]

  static let tokens = [
    "[", "]", "{", "}", "(", ")", "\"", "'", ",", ":", "-", "\\", "\\u", "\n", "\r\n", "\t", " ",
    "\u{0}", "\u{7F}", "\u{1B}[2J", "é", "e\u{301}", "名", "🙂", "\u{202E}", "\u{FEFF}", "null",
    "true", "nan", "inf", "...", "..<", "×", "−", "=", "=>", "|", "```", "---", "#", "//", "{x}",
    "weight", "gradient", "conv1", "out", "F16", "I64", "BOOL", "F8_E4M3", "__metadata__",
  ]

  /// A safetensors file with changes in the JSON of its header, whose length is set right again, or in
  /// any bytes.
  mutating func safetensors(_ file: [UInt8]) -> [UInt8] {
    guard file.count > 8, below(3) > 0 else { return bytes(file) }
    let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= file.count - 8 else { return bytes(file) }
    let header = Array(text(String(decoding: file[8..<(8 + length)], as: UTF8.self)).utf8)
    var changed = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header
    changed += below(2) == 0 ? file[(8 + length)...] : bytes(Array(file[(8 + length)...]))[...]
    return changed
  }

  /// The file with the digest in its header set right, so that changes get past the check of it.
  static func sealed(_ file: [UInt8]) -> [UInt8] {
    let mark = Array("\"digest\":\"".utf8)
    guard let start = file.indices.first(where: { file[$0...].starts(with: mark) }),
      start + mark.count + 64 < file.count
    else { return file }
    let place = (start + mark.count)..<(start + mark.count + 64)
    var sealed = file
    sealed.replaceSubrange(place, with: repeatElement(UInt8(ascii: "0"), count: 64))
    sealed.replaceSubrange(place, with: SHA256.digits(of: sealed).utf8)
    return sealed
  }

  /// A PNG with the checksums of its chunks set right, as far as its chunks can be told.
  static func checked(_ png: [UInt8]) -> [UInt8] {
    var bytes = png
    var start = 8
    while start + 12 <= bytes.count {
      let length = bytes[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) }
      let end = start + 8 + length
      guard end + 4 <= bytes.count else { break }
      let sum = ProgramBadFileTests.checksum(bytes[(start + 4)..<end])
      for i in 0..<4 { bytes[end + i] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt32(i))) }
      start = end + 4
    }
    return bytes
  }
}
