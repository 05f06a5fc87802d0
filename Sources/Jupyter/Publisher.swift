import Documents
import Synchronization
import TensorFiles

/// Publishes to all clients what runs and what it shows. Any thread may publish; one thread owns the
/// publishing socket, and gets the messages in the order of the calls.
final class Publisher: Sendable {
  private let writer: MessageWriter
  private let pusher: Mutex<ZeroMQSocket>
  /// The socket that clients subscribe to, and the one that the messages for it come from.
  let sockets: (publisher: ZeroMQSocket, messages: ZeroMQSocket)

  /// Listens at an address.
  init(_ address: String, _ writer: MessageWriter, _ context: ZeroMQContext) throws(ZeroMQError) {
    let (publisher, messages) = (try context.socket(.publisher), try context.socket(.pull))
    let pusher = try context.socket(.push)
    try publisher.bind(address)
    try messages.bind("inproc://published")
    try pusher.connect("inproc://published")
    self.writer = writer
    self.pusher = Mutex(pusher)
    sockets = (publisher, messages)
  }

  /// Publishes a message that belongs to a request.
  func publish(
    _ type: String, _ content: JSONValue, parent: [UInt8], metadata: JSONValue = [:]
  ) {
    let topic = Array("kernel.\(writer.session).\(type)".utf8)
    let frames = writer.frames(type, content, parent: parent, route: [topic], metadata: metadata)
    pusher.withLock { $0.send(frames) }
  }

  /// Publishes a part of a document: text as a stream, in which lines follow each other closely, anything else
  /// as a display.
  func publish(_ part: MediaPart, parent: [UInt8]) {
    if case .text = part.form {
      publish(stream: "stdout", part.document, parent: parent)
    } else {
      publish("display_data", ["data": part.bundle, "metadata": [:]], parent: parent)
    }
  }

  /// Publishes lines of text.
  func publish(stream: String, _ document: Document, parent: [UInt8]) {
    let text = document.styledLines.map { $0 + "\n" }.joined()
    publish("stream", ["name": .string(stream), "text": .string(text)], parent: parent)
  }

  /// Publishes whether the kernel works on a request.
  func publish(status: String, parent: [UInt8]) {
    publish("status", ["execution_state": .string(status)], parent: parent)
  }

  /// Sends what has been published so far and ends `serve`.
  func end() { pusher.withLock { $0.send([[]]) } }

  /// Sends messages on, and welcomes each client that subscribes, so that it knows when it can't miss a
  /// message any more. Runs on the thread that owns the sockets.
  func serve() {
    let (publisher, messages) = sockets
    defer {
      publisher.close()
      messages.close()
    }
    while let ready = ZeroMQSocket.wait([publisher, messages]) {
      // The first byte is 1 for a subscription, 0 for its end; the topic follows.
      if ready[0], let frame = publisher.receive()?.first, frame.first == 1 {
        let topic = Array(frame.dropFirst())
        publisher.send(
          writer.frames(
            "iopub_welcome", ["subscription": .string(String(decoding: topic, as: UTF8.self))],
            parent: nil, route: [topic]))
      }
      if ready[1], let frames = messages.receive() {
        if frames == [[]] { return }
        publisher.send(frames)
      }
    }
  }
}
