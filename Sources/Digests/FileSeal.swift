import Basics

/// The digest that a file holds of itself: SHA-256 of its bytes, in which the 64 digits of the digest
/// count as zeros. They are in the file's header of JSON text.
package enum FileSeal {
  /// The member of the header that holds the digits.
  package static let key = "digest"
  /// What the header has in place of the digits before the file is sealed.
  package static let blank = String(repeating: "0", count: 64)

  private static let mark = Array("\"\(key)\":\"".utf8)

  /// Where the digits are in a header: after the only `"digest":"`.
  ///
  /// - Throws: a reason, if they aren't found.
  package static func place(in header: ArraySlice<UInt8>) throws(FileSealError) -> Range<Int> {
    let places = header.indices.filter {
      header[$0] == mark[0] && header[$0...].starts(with: mark)
    }
    guard places.count == 1 else {
      throw FileSealError(
        "its header must have \"\(key)\":\" exactly once, but has it \(places.count) times")
    }
    let start = places[0] + mark.count
    let end = start + blank.utf8.count
    guard end < header.endIndex, header[end] == UInt8(ascii: "\"") else {
      throw FileSealError("its digest isn't \(blank.utf8.count) digits long")
    }
    return start..<end
  }

  /// The digits that belong at this place of a file.
  package static func digits(for bytes: [UInt8], at place: Range<Int>) -> String {
    var digest = SHA256()
    bytes.withUnsafeBytes { bytes in
      digest.update(.init(rebasing: bytes[..<place.lowerBound]))
      digest.update(Array(blank.utf8))
      digest.update(.init(rebasing: bytes[place.upperBound...]))
    }
    return digest.digits
  }
}

/// Why the digest of a file can't be read.
package struct FileSealError: DescribedError {
  /// The reason, of which the file is the subject.
  package let reason: String

  package var kind: ErrorKind { .file }
  package var message: String { reason }

  /// An error for this reason.
  package init(_ reason: String) { self.reason = reason }
}
