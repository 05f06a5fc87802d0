import TensorFiles

/// A socket on which clients ask and get replies. Any thread may send a reply; one thread owns the socket.
final class Channel: Sendable {
  private let writer: MessageWriter
  private let served: ServedSocket

  /// Listens at an address.
  ///
  /// - Parameter name: a name that no other channel has.
  init(
    _ address: String, name: String, _ writer: MessageWriter, _ context: ZeroMQContext
  ) throws(ZeroMQError) {
    self.writer = writer
    served = try ServedSocket(.router, at: address, name: name, context)
  }

  /// Replies to a request that came on this channel.
  func reply(to request: WireMessage, _ type: String, _ content: JSONValue) {
    served.send(writer.reply(to: request, type, content))
  }

  /// Sends the replies so far and ends `serve`.
  func end() { served.end() }

  /// Passes on each request with a valid signature; others are ignored. Runs on the thread that owns the
  /// socket.
  func serve(_ handle: (WireMessage) -> Void) {
    served.serve { frames in
      if let message = WireMessage(frames, key: writer.key) { handle(message) }
    }
  }
}
