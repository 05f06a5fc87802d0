import Digests
import TensorFiles

/// A request as it came from a client, with a right signature.
struct WireMessage: Sendable {
  /// Where replies go: the frames before the delimiter.
  var identities: [[UInt8]]
  /// What is asked: `execute_request`.
  var type: String
  /// The request's unique identifier, chosen by the client.
  var id: String
  /// The header's bytes. A reply repeats them as they came, since a client may compare them.
  var header: [UInt8]
  /// The details of the request, an object.
  var content: JSONValue

  /// The frame between the identities and the signed frames.
  static let delimiter = Array("<IDS|MSG>".utf8)

  /// Reads the frames of a message: identities, delimiter, signature, header, parent header, metadata and
  /// content; what follows is ignored.
  ///
  /// - Parameter key: the key of the signature; an empty one means that messages aren't signed.
  /// - Returns: nil if anything is missing or malformed, or if the signature is wrong.
  init?(_ frames: [[UInt8]], key: [UInt8]) {
    guard let place = frames.firstIndex(of: Self.delimiter), frames.count >= place + 6 else {
      return nil
    }
    let signed = Array(frames[(place + 2)...(place + 5)])
    guard key.isEmpty || HMACSHA256(key: key, of: signed).isEqual(to: frames[place + 1]),
      let header = try? JSONParser.parse(signed[0]), let type = header["msg_type"]?.stringValue,
      let id = header["msg_id"]?.stringValue, let content = try? JSONParser.parse(signed[3]),
      case .object = content
    else { return nil }
    identities = Array(frames[..<place])
    (self.type, self.id, self.header, self.content) = (type, id, signed[0], content)
  }
}
