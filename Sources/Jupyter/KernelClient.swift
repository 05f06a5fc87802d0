import TensorFiles

/// A client of a kernel whose messages aren't encrypted. It sends a request and waits until the kernel is done
/// with it.
final class KernelClient: Sendable {
  private let context: ZeroMQContext
  private let shell, iopub: ZeroMQSocket
  private let writer: MessageWriter

  /// Connects to a kernel, which may start later.
  init(_ file: ConnectionFile) throws(ZeroMQError) {
    context = try ZeroMQContext()
    (shell, iopub) = (try context.socket(.dealer), try context.socket(.subscriber))
    writer = MessageWriter(key: file.key)
    try shell.connect(file.shell)
    try iopub.connect(file.iopub)
  }

  /// Waits for the kernel's welcome, after which no output is missed.
  func isWelcomed(seconds: Int) -> Bool {
    message(on: iopub, seconds: seconds)?.type == "iopub_welcome"
  }

  /// The reply to a request, and what the kernel published for it, up to and with the status `idle`; nil if
  /// either takes too long or has a wrong signature.
  func ask(
    _ type: String, _ content: JSONValue = [:], seconds: Int
  ) -> (reply: WireMessage, published: [WireMessage])? {
    shell.send(writer.frames(type, content, parent: nil, route: []))
    guard let reply = message(on: shell, seconds: seconds) else { return nil }
    var published: [WireMessage] = []
    while published.last?.content["execution_state"] != "idle" {
      guard let message = message(on: iopub, seconds: seconds) else { return nil }
      published.append(message)
    }
    return (reply, published)
  }

  private func message(on socket: ZeroMQSocket, seconds: Int) -> WireMessage? {
    guard ZeroMQSocket.wait([socket], milliseconds: seconds * 1000)?[0] == true,
      let frames = socket.receive()
    else { return nil }
    return WireMessage(frames, key: writer.key)
  }
}
