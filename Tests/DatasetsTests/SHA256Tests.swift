import Digests
import Testing

/// The examples of the standard, FIPS 180-4, and lengths around its block size of 64 bytes.
@Suite struct SHA256Tests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func standard(_ text: String, _ digits: String) {
    #expect(SHA256.digits(of: Array(text.utf8)) == digits)
  }

  @Test(arguments: [1, 55, 56, 63, 64, 65, 200])
  func pieceByPiece(_ count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    var digest = SHA256()
    for byte in bytes { digest.update([byte]) }
    #expect(digest.digits == SHA256.digits(of: bytes))
    // Reading the digest doesn't change it.
    #expect(digest.digits == digest.digits)
  }
}
