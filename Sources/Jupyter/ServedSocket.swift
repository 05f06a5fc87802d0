import Synchronization

/// A socket that one thread serves and any thread sends on: what others send reaches the serving thread
/// through a pair of sockets inside the program, in the order of the calls.
final class ServedSocket: Sendable {
  /// The socket to the clients. Only the serving thread uses it.
  let socket: ZeroMQSocket
  /// What waits to be sent.
  let messages: ZeroMQSocket
  private let pusher: Mutex<ZeroMQSocket>

  /// Marks the end of what will be sent.
  private static let end: [[UInt8]] = [[]]

  /// Listens at an address.
  ///
  /// - Parameter name: a name that no other socket of the context has.
  init(
    _ kind: ZeroMQSocket.Kind, at address: String, name: String, _ context: ZeroMQContext
  ) throws(ZeroMQError) {
    socket = try context.listener(kind, at: address)
    messages = try context.socket(.pull)
    let pusher = try context.socket(.push)
    try messages.bind("inproc://\(name)")
    try pusher.connect("inproc://\(name)")
    self.pusher = Mutex(pusher)
  }

  /// Sends a message, on any thread.
  func send(_ frames: [[UInt8]]) { _ = pusher.withLock { $0.send(frames) } }

  /// Sends what has come so far and ends `serve`.
  func end() { send(Self.end) }

  /// Sends messages on and passes on what clients send, until the end; then closes the sockets.
  func serve(_ handle: ([[UInt8]]) -> Void) {
    defer {
      socket.close()
      messages.close()
    }
    while let ready = ZeroMQSocket.wait([socket, messages]) {
      if ready[0], let frames = socket.receive() { handle(frames) }
      if ready[1], let frames = messages.receive() {
        if frames == Self.end { return }
        socket.send(frames)
      }
    }
  }
}
