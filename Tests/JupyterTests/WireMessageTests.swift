import Digests
import TensorFiles
import TestSupport
import Testing

@testable import Jupyter

/// Reading and writing the kernel's messages.
@Suite struct WireMessageTests {
  static let key = Array("a key".utf8)
  static let writer = MessageWriter(key: key)

  /// A request as a client would sign it.
  static func frames(
    _ content: JSONValue = ["code": "1 + 1"], key: [UInt8] = key
  ) -> [[UInt8]] {
    MessageWriter(key: key).frames("execute_request", content, parent: nil, route: [[1], [2, 3]])
  }

  @Test(arguments: [key, []])
  func readsWhatItWrites(_ key: [UInt8]) throws {
    let frames = Self.frames(key: key)
    let message = try #require(WireMessage(frames, key: key))
    #expect(message.identities == [[1], [2, 3]] && message.type == "execute_request")
    #expect(message.content["code"]?.stringValue == "1 + 1" && !message.id.isEmpty)
    // A reply repeats the header as it came, and goes where the request came from.
    let reply = MessageWriter(key: key).reply(to: message, "execute_reply", ["status": "ok"])
    #expect(reply[0...1] == [[1], [2, 3]] && reply[5] == message.header)
    #expect(reply[2] == WireMessage.delimiter && reply.count == 8)
    // Buffers after the content are ignored.
    #expect(WireMessage(frames + [[9, 9]], key: key) != nil)
  }

  @Test func messagesHaveNumbersOfTheirOwn() throws {
    let ids = (0..<100).map { _ in WireMessage(Self.frames(), key: Self.key)?.id }
    let frames = (0..<100).map { _ in Self.writer.frames("status", [:], parent: nil, route: []) }
    let own = frames.map { WireMessage($0, key: Self.key)?.id }
    #expect(Set(ids).count == 100 && Set(own).count == 100)
  }

  /// A changed bit anywhere in the signed part, or in the signature, is noticed.
  @Test func refusesWrongSignatures() {
    let frames = Self.frames()
    for place in 3..<frames.count {
      for byte in frames[place].indices {
        var changed = frames
        changed[place][byte] ^= 1
        #expect(WireMessage(changed, key: Self.key) == nil, "frame \(place), byte \(byte)")
      }
    }
    #expect(WireMessage(frames, key: Array("another key".utf8)) == nil)
    var unsigned = frames
    unsigned[3] = []
    #expect(WireMessage(unsigned, key: Self.key) == nil)
  }

  /// Signed, but not a message.
  @Test(arguments: [
    (#"{"msg_id": "1"}"#, "{}"), (#"{"msg_type": "x"}"#, "{}"), ("[]", "{}"), ("", "{}"),
    (#"{"msg_id": 1, "msg_type": "x"}"#, "{}"), (#"{"msg_id": "1", "msg_type": "x"}"#, "[]"),
    (#"{"msg_id": "1", "msg_type": "x"}"#, "{"), (#"{"msg_id": "1", "msg_type": "x"}"#, "null"),
    (#"{"msg_id": "1", "msg_type": "\ud800"}"#, "{}"),
  ])
  func refusesWhatIsNoMessage(_ header: String, _ content: String) {
    let signed = [header, "{}", "{}", content].map { Array($0.utf8) }
    var code = HMACSHA256(key: Self.key)
    for frame in signed { code.update(frame) }
    let frames = [WireMessage.delimiter, Array(code.digits.utf8)] + signed
    #expect(WireMessage(frames, key: Self.key) == nil)
  }

  @Test func refusesTooFewFrames() {
    let frames = Self.frames()
    for count in 0..<frames.count {
      #expect(WireMessage(Array(frames[..<count]), key: Self.key) == nil)
    }
    #expect(WireMessage(Array(frames.dropFirst(3)), key: Self.key) == nil)
  }

  /// Random damage is refused, with and without signatures, and never ends the program.
  @Test func survivesDamage() {
    var mutator = Mutator("wire", seed: 7)
    let frames = Self.frames([:], key: [])
    for _ in 0..<5000 {
      var damaged = frames
      for place in damaged.indices where place != 2 && mutator.below(3) == 0 {
        damaged[place] = mutator.bytes(damaged[place])
      }
      if mutator.below(10) == 0 { damaged.remove(at: mutator.below(damaged.count)) }
      _ = WireMessage(damaged, key: [])
      // Nobody who doesn't know the key gets a message through.
      #expect(WireMessage(damaged, key: Self.key) == nil)
    }
  }
}
