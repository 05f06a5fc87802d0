import CSodium

/// An HMAC-SHA256 (RFC 2104), which takes its bytes piece by piece: proof that a message comes from someone
/// who knows the key.
package struct HMACSHA256 {
  private var state = crypto_auth_hmacsha256_state()

  private static let byteCount = 32

  /// A code under a key of any length that has taken no bytes so far.
  package init(key: [UInt8]) {
    // Neither this nor what follows can fail: the library documents the result codes as always 0.
    crypto_auth_hmacsha256_init(&state, key, key.count)
  }

  /// The code of these pieces, one after the other.
  package init(key: [UInt8], of pieces: [[UInt8]]) {
    self.init(key: key)
    for piece in pieces { update(piece) }
  }

  /// Adds these bytes.
  package mutating func update(_ bytes: [UInt8]) {
    crypto_auth_hmacsha256_update(&state, bytes, UInt64(bytes.count))
  }

  /// The code of all bytes so far as 64 hexadecimal digits, in small letters.
  package var digits: String { hexadecimal(bytes) }

  /// Whether these hexadecimal digits are the code of all bytes so far. The time doesn't depend on how many
  /// of the digits are right, so that nobody can guess them one by one.
  package func isEqual(to digits: some Collection<UInt8>) -> Bool {
    let (given, own) = (Array(digits), Array(self.digits.utf8))
    return given.count == own.count && sodium_memcmp(given, own, own.count) == 0
  }

  private var bytes: [UInt8] {
    var state = state
    var code = [UInt8](repeating: 0, count: Self.byteCount)
    crypto_auth_hmacsha256_final(&state, &code)
    return code
  }
}
