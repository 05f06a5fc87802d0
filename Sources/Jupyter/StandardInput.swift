import CLibrary
import Cells
import Synchronization
import TensorFiles
import Tensors

/// Asks the person at a client for a line of text.
final class StandardInput: Sendable {
  private let writer: MessageWriter
  private let socket: Mutex<ZeroMQSocket>

  /// Listens at an address.
  init(_ address: String, _ writer: MessageWriter, _ context: ZeroMQContext) throws(ZeroMQError) {
    self.writer = writer
    socket = Mutex(try context.listener(.router, at: address))
  }

  /// Asks the client that sent a request, and waits for its answer.
  ///
  /// - Throws: `Cancelled` when the cell is stopped.
  func ask(
    _ question: String, for request: WireMessage, _ cancellation: Cancellation
  ) throws -> String {
    try socket.withLock { socket in
      // An answer that came too late belongs to an earlier question.
      while socket.receive(waits: false) != nil {}
      let asked = writer.reply(
        to: request, "input_request", ["prompt": .string(question + " "), "password": false])
      // A client connects each of its sockets when it can; this one may come after the request.
      while !socket.send(asked) {
        try cancellation.check()
        usleep(20_000)
      }
      while true {
        try cancellation.check()
        guard let ready = ZeroMQSocket.wait([socket], milliseconds: 20) else { throw Cancelled() }
        guard ready[0], let frames = socket.receive(),
          let reply = WireMessage(frames, key: writer.key), reply.type == "input_reply"
        else { continue }
        return reply.content["value"]?.stringValue ?? ""
      }
    }
  }

  /// Closes the socket.
  func close() { socket.withLock { $0.close() } }
}
