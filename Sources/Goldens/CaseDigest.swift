import Digests

/// The digest that seals a case.
enum CaseDigest {
  /// Whether the digits in the file match its bytes.
  ///
  /// - Throws: a reason, if the place of the digits isn't found.
  static func holds(_ bytes: [UInt8]) throws(FileSealError) -> Bool {
    let place = try place(in: bytes)
    return Array(bytes[place]) == Array(FileSeal.digits(for: bytes, at: place).utf8)
  }

  /// Where the digits are in the file.
  static func place(in bytes: [UInt8]) throws(FileSealError) -> Range<Int> {
    guard bytes.count >= 8 else { throw FileSealError("\(bytes.count) bytes are too few") }
    let word = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard word <= UInt64(bytes.count - 8) else {
      throw FileSealError(
        "the header's length is given as \(word) bytes, but only \(bytes.count - 8) follow")
    }
    return try FileSeal.place(in: bytes[8..<8 + Int(word)])
  }
}
