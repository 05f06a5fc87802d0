import Documents
import TensorFiles

/// Publishes to all clients what runs and what it shows. Any thread may publish; one thread owns the
/// publishing socket, and gets the messages in the order of the calls.
final class Publisher: Sendable {
  private let writer: MessageWriter
  /// The socket that clients subscribe to.
  let served: ServedSocket

  /// Listens at an address.
  init(_ address: String, _ writer: MessageWriter, _ context: ZeroMQContext) throws(ZeroMQError) {
    self.writer = writer
    served = try ServedSocket(.publisher, at: address, name: "published", context)
  }

  /// Publishes a message that belongs to a request.
  func publish(
    _ type: String, _ content: JSONValue, parent: [UInt8], metadata: JSONValue = [:]
  ) {
    let topic = Array("kernel.\(writer.session).\(type)".utf8)
    let frames = writer.frames(type, content, parent: parent, route: [topic], metadata: metadata)
    served.send(frames)
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
  func end() { served.end() }

  /// Sends messages on, and welcomes each client that subscribes, so that it knows when it can't miss a
  /// message any more. Runs on the thread that owns the sockets.
  func serve() {
    served.serve { frames in
      // The first byte is 1 for a subscription, 0 for its end; the topic follows.
      guard let frame = frames.first, frame.first == 1 else { return }
      let topic = Array(frame.dropFirst())
      served.socket.send(
        writer.frames(
          "iopub_welcome", ["subscription": .string(String(decoding: topic, as: UTF8.self))],
          parent: nil, route: [topic]))
    }
  }
}
