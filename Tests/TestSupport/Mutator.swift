import Basics
import Foundation
import Tensors

/// Whether mutated inputs took less than 1 GB of memory. Only known if little else runs in this process, as
/// with `make fuzz`, which sets `ALEXNET_FUZZ` and names its tests.
package func tookLittleMemory() -> Bool {
  ProcessInfo.processInfo.environment["ALEXNET_FUZZ"] == nil || ResourceUsage().peakMemory < 1e9
}

/// Mutates bytes and text, determined by a name and a seed.
package struct Mutator {
  private let random: CounterRandom
  private var count: UInt64 = 0
  /// Whether everything is left unchanged.
  package var isIdle = false

  package init(_ name: String, seed: UInt64) { random = CounterRandom("fuzz \(name)", seed: seed) }

  /// The next random number below a bound, which must be at least 1.
  package mutating func below(_ bound: Int) -> Int {
    count += 1
    return random.below(bound, count)
  }

  /// One of these values, of which there must be at least one.
  package mutating func pick<T>(_ values: [T]) -> T { values[below(values.count)] }

  /// A few changes to bytes anywhere: flipped, replaced, deleted, doubled, truncated, extended.
  package mutating func bytes(_ original: [UInt8], from first: Int = 0) -> [UInt8] {
    var bytes = original
    guard !isIdle else { return bytes }
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
        // A four-byte number, as used for lengths and sizes.
        for offset in 0..<4 where place + offset < bytes.count {
          bytes[place + offset] = pick([0, 0xFF, 0x7F, bytes[place + offset]])
        }
      }
    }
    return bytes
  }

  /// A few changes to a text: words, numbers and lines replaced, deleted, doubled, or moved.
  ///
  /// - Parameters:
  ///   - pieces: texts to insert.
  ///   - others: texts whose words, or endings from some place on, are inserted too.
  package mutating func text(
    _ original: String, pieces: [String] = Mutator.pieces, others: [String] = []
  ) -> String {
    var text = original
    guard !isIdle else { return text }
    for _ in 0...below(4) {
      switch below(others.isEmpty ? 7 : 9) {
      case 0: text = lines(text)
      case 1, 2: text = number(text)
      case 3, 4: text = piece(text, pick(pieces))
      case 5: text = scalar(text)
      case 6: text = String(decoding: bytes(Array(text.utf8)), as: UTF8.self)
      case 7: text = word(text, of: pick(others))
      default: text = joined(text, pick(others))
      }
    }
    return text
  }

  private mutating func lines(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let place = below(lines.count)
    switch below(3) {
    case 0 where lines.count > 1: lines.remove(at: place)
    case 0, 1: lines.insert(lines[place], at: below(lines.count))
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

  private mutating func piece(_ text: String, _ piece: String) -> String {
    var scalars = text.unicodeScalars
    let place = scalars.index(scalars.startIndex, offsetBy: below(scalars.count + 1))
    let rest = scalars[place...]
    let end = scalars.index(place, offsetBy: min(rest.count, below(6)))
    scalars.replaceSubrange(place..<end, with: piece.unicodeScalars)
    return String(scalars)
  }

  private mutating func scalar(_ text: String) -> String {
    var scalars = text.unicodeScalars
    let place = scalars.index(scalars.startIndex, offsetBy: below(scalars.count + 1))
    scalars.insert(Unicode.Scalar(UInt16(below(0xD800))) ?? " ", at: place)
    return String(scalars)
  }

  private mutating func word(_ text: String, of other: String) -> String {
    var words = text.split(separator: " ")
    let others = other.split(separator: " ")
    guard !words.isEmpty, !others.isEmpty else { return text }
    words[below(words.count)] = pick(others)
    return words.joined(separator: " ")
  }

  private mutating func joined(_ text: String, _ other: String) -> String {
    guard below(2) == 0 else { return text + pick([" ", "\n", "; "]) + other }
    let start = text.unicodeScalars.prefix(below(text.unicodeScalars.count + 1))
    return String(start) + String(other.unicodeScalars.dropFirst(below(other.count + 1)))
  }

  /// The numbers used as replacements.
  package static let numbers = [
    "0", "1", "2", "-1", "7", "0.5", "1e9", "1e-9", "1e308", "99", "65536", "2147483648",
    "4294967296", "9223372036854775807", "9223372036854775808", "99999999999999999999", "nan",
    "inf", "null", "\"x\"", "[]",
  ]

  /// The pieces inserted into text: characters of JSON, Markdown and expressions, and some that are
  /// hard to display.
  package static let pieces = [
    "[", "]", "{", "}", "(", ")", "\"", "'", ",", ":", "-", "\\", "\\u", "\n", "\r\n", "\t", " ",
    "\u{0}", "\u{7F}", "\u{1B}[2J", "é", "e\u{301}", "名", "🙂", "\u{202E}", "\u{FEFF}", "null",
    "true", "nan", "inf", "...", "..<", "×", "−", "=", "=>", "|", "```", "---", "#", "//", "{x}",
    "weight", "gradient", "conv1", "out", "F16", "I64", "BOOL", "F8_E4M3", "__metadata__",
  ]
}
