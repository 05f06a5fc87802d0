import CSodium

/// A SHA-256 digest (FIPS 180-4) that takes its bytes piece by piece.
package struct SHA256 {
  private var state = crypto_hash_sha256_state()

  /// A digest that has taken no bytes so far.
  package init() {
    // Neither this nor what follows can fail: the library documents the result codes as always 0.
    crypto_hash_sha256_init(&state)
  }

  /// Adds these bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    crypto_hash_sha256_update(
      &state, start.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
  }

  /// Adds these bytes.
  package mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// The digest of all bytes so far as 64 hexadecimal digits, in lower case.
  package var digits: String {
    var state = state
    var hash = [UInt8](repeating: 0, count: Self.byteCount)
    crypto_hash_sha256_final(&state, &hash)
    return hexadecimal(hash)
  }

  /// The digest of these bytes as 64 hexadecimal digits.
  package static func digits(of bytes: [UInt8]) -> String {
    var digest = SHA256()
    digest.update(bytes)
    return digest.digits
  }

  private static let byteCount = 32
}

/// Two hexadecimal digits for each byte, in lower case.
func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
