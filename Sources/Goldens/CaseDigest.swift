import Basics
import Digests
import TensorFiles

/// The digest that seals a case: SHA-256 of the file's bytes, in which the 64 digits of the digest
/// itself count as zeros.
enum CaseDigest {
  private static let mark = Array("\"digest\":\"".utf8)
  private static let digits = 64

  /// Whether the digits in the file match its bytes.
  ///
  /// - Throws: a reason, if the place of the digits isn't found.
  static func holds(_ bytes: [UInt8]) throws(GoldenDigestError) -> Bool {
    let place = try place(in: bytes)
    return Array(bytes[place]) == Array(digest(bytes, place).utf8)
  }

  /// The place of the digits: after the only `"digest":"` of the header.
  static func place(in bytes: [UInt8]) throws(GoldenDigestError) -> Range<Int> {
    guard bytes.count >= 8 else { throw GoldenDigestError("\(bytes.count) bytes are too few") }
    let word = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard word <= UInt64(bytes.count - 8) else {
      throw GoldenDigestError(
        "the header's length is given as \(word) bytes, but only \(bytes.count - 8) follow")
    }
    let header = bytes[8..<8 + Int(word)]
    let places = header.indices.filter {
      header[$0] == mark[0] && header[$0...].starts(with: mark)
    }
    guard places.count == 1 else {
      throw GoldenDigestError(
        "its header must have \"digest\":\" exactly once, but has it \(places.count) times")
    }
    let start = places[0] + mark.count
    guard start + digits < header.endIndex, header[start + digits] == UInt8(ascii: "\"") else {
      throw GoldenDigestError("its digest isn't \(digits) digits long")
    }
    return start..<start + digits
  }

  static func digest(_ bytes: [UInt8], _ place: Range<Int>) -> String {
    var digest = SHA256()
    bytes.withUnsafeBytes { bytes in
      digest.update(.init(rebasing: bytes[..<place.lowerBound]))
      digest.update([UInt8](repeating: UInt8(ascii: "0"), count: place.count))
      digest.update(.init(rebasing: bytes[place.upperBound...]))
    }
    return digest.digits
  }
}

/// Why the digest of a file can't be read.
struct GoldenDigestError: DescribedError {
  let reason: String

  var kind: ErrorKind { .file }
  var message: String { reason }

  init(_ reason: String) { self.reason = reason }
}
