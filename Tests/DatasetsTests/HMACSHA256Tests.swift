import Digests
import Testing

/// The examples of RFC 4231.
@Suite struct HMACSHA256Tests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var key: [UInt8]
    var data: [UInt8]
    var code: String
    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "1", key: .init(repeating: 0x0b, count: 20), data: Array("Hi There".utf8),
      code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    Case(
      name: "2, a short key", key: Array("Jefe".utf8),
      data: Array("what do ya want for nothing?".utf8),
      code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    Case(
      name: "3", key: .init(repeating: 0xaa, count: 20), data: .init(repeating: 0xdd, count: 50),
      code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    Case(
      name: "4", key: Array(1...25), data: .init(repeating: 0xcd, count: 50),
      code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    Case(
      name: "6, a key longer than a block", key: .init(repeating: 0xaa, count: 131),
      data: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    Case(
      name: "7, long data too", key: .init(repeating: 0xaa, count: 131),
      data: Array(
        ("This is a test using a larger than block-size key and a larger than block-size data. "
          + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
      code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
  ]

  @Test(arguments: cases)
  func standard(_ example: Case) {
    var whole = HMACSHA256(key: example.key)
    whole.update(example.data)
    #expect(whole.digits == example.code)
    var pieces = HMACSHA256(key: example.key)
    for byte in example.data { pieces.update([byte]) }
    pieces.update([])
    #expect(pieces.digits == example.code)
  }

  /// Only the whole code is equal to it.
  @Test func compares() {
    var code = HMACSHA256(key: [1, 2, 3])
    code.update([4, 5])
    let digits = Array(code.digits.utf8)
    #expect(code.isEqual(to: digits))
    for place in digits.indices {
      var other = digits
      other[place] ^= 1
      #expect(!code.isEqual(to: other))
    }
    #expect(!code.isEqual(to: digits.dropLast()) && !code.isEqual(to: []))
    #expect(!code.isEqual(to: digits + [0]))
  }
}
