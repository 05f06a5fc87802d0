import Digests

@testable import Goldens

extension CaseDigest {
  /// The bytes with their digest filled in.
  static func sealed(_ bytes: [UInt8]) throws -> [UInt8] {
    let place = try place(in: bytes)
    var bytes = bytes
    bytes.replaceSubrange(place, with: FileSeal.digits(for: bytes, at: place).utf8)
    return bytes
  }
}
