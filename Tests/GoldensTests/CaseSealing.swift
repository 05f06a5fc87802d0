@testable import Goldens

extension CaseDigest {
  /// The placeholder of the digest before a case is sealed.
  static let unsealed = String(repeating: "0", count: 64)

  /// The bytes with their digest filled in.
  static func sealed(_ bytes: [UInt8]) throws -> [UInt8] {
    let place = try place(in: bytes)
    var bytes = bytes
    bytes.replaceSubrange(place, with: digest(bytes, place).utf8)
    return bytes
  }
}
