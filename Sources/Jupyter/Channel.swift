import Synchronization
import TensorFiles

/// A socket on which clients ask and get replies. Any thread may send a reply; one thread owns the socket.
final class Channel: Sendable {
  private let writer: MessageWriter
  private let pusher: Mutex<ZeroMQSocket>
  private let sockets: (requests: ZeroMQSocket, replies: ZeroMQSocket)

  /// Listens at an address.
  ///
  /// - Parameter name: unlike that of any other channel.
  init(
    _ address: String, name: String, _ writer: MessageWriter, _ context: ZeroMQContext
  ) throws(ZeroMQError) {
    let (requests, replies) = (try context.socket(.router), try context.socket(.pull))
    let pusher = try context.socket(.push)
    try requests.bind(address)
    try replies.bind("inproc://\(name)")
    try pusher.connect("inproc://\(name)")
    self.writer = writer
    self.pusher = Mutex(pusher)
    sockets = (requests, replies)
  }

  /// Replies to a request that came on this channel.
  func reply(to request: WireMessage, _ type: String, _ content: JSONValue) {
    let frames = writer.reply(to: request, type, content)
    pusher.withLock { $0.send(frames) }
  }

  /// Sends the replies so far and ends `serve`.
  func end() { pusher.withLock { $0.send([[]]) } }

  /// Passes on each request with a right signature; others are ignored. Runs on the thread that owns the
  /// sockets.
  func serve(_ handle: (WireMessage) -> Void) {
    let (requests, replies) = sockets
    defer {
      requests.close()
      replies.close()
    }
    while let ready = ZeroMQSocket.wait([requests, replies]) {
      if ready[1], let frames = replies.receive() {
        if frames == [[]] { return }
        requests.send(frames)
      }
      if ready[0], let frames = requests.receive(),
        let message = WireMessage(frames, key: writer.key)
      {
        handle(message)
      }
    }
  }
}
