import CLibrary
import Digests
import Foundation
import Synchronization
import TensorFiles

/// Writes the kernel's messages, each with a separate number and a signature.
final class MessageWriter: Sendable {
  /// The key of the signatures; an empty one leaves messages unsigned.
  let key: [UInt8]
  /// Identifies this run of the kernel.
  let session = UUID().uuidString.lowercased()
  private let count = Atomic(0)

  /// The version of the protocol.
  static let version = "5.5"

  /// A writer that signs with this key.
  init(key: [UInt8]) { self.key = key }

  /// The frames of a message.
  ///
  /// - Parameters:
  ///   - type: `execute_reply`.
  ///   - parent: the header of the request that the message belongs to, as it came; nil for none.
  ///   - route: the frames before the delimiter: where it goes, or its topic.
  func frames(
    _ type: String, _ content: JSONValue, parent: [UInt8]?, route: [[UInt8]],
    metadata: JSONValue = [:]
  ) -> [[UInt8]] {
    let number = count.wrappingAdd(1, ordering: .relaxed).newValue
    let header: JSONValue = [
      "msg_id": .string("\(session)_\(number)"), "session": .string(session),
      "username": "kernel", "date": .string(Self.date()), "msg_type": .string(type),
      "version": .string(Self.version),
    ]
    let signed = [
      Array(header.text.utf8), parent ?? Array("{}".utf8), Array(metadata.text.utf8),
      Array(content.text.utf8),
    ]
    let signature = key.isEmpty ? "" : HMACSHA256(key: key, of: signed).digits
    return route + [WireMessage.delimiter, Array(signature.utf8)] + signed
  }

  /// A reply to a request.
  func reply(to request: WireMessage, _ type: String, _ content: JSONValue) -> [[UInt8]] {
    frames(type, content, parent: request.header, route: request.identities)
  }

  /// The time by ISO 8601: `2026-01-31T12:00:00.123456Z`.
  private static func date() -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var parts = tm()
    gmtime_r(&now.tv_sec, &parts)
    var buffer = [CChar](repeating: 0, count: 32)
    let length = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%S", &parts)
    let seconds = String(
      decoding: buffer.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
    let fraction = String(1_000_000 + now.tv_nsec / 1000).dropFirst()
    return "\(seconds).\(fraction)Z"
  }
}
