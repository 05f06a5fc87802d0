import Cells
import Documents
import Synchronization
import TensorFiles
import Tensors

/// The notebook's host in the kernel: publishes what the running cell shows.
final class KernelHost: Host {
  let cancellation: Cancellation
  let isInteractive = true
  private let publisher: Publisher
  private let input: StandardInput
  private let cell = Mutex<RunningCell?>(nil)

  private struct RunningCell {
    var request: WireMessage
    /// Whether nothing is shown.
    var isSilent: Bool
    /// Whether the client shows questions.
    var takesQuestions: Bool
    /// The names of the displays that exist, so that the next update replaces them.
    var displays: Set<String> = []
    var begun = ContinuousClock.now
    /// When the progress was last shown.
    var reported: ContinuousClock.Instant?
  }

  /// A progress line is shown only in cells that take longer, and not more often than ten times a second.
  private static let (patience, pace) = (Duration.milliseconds(500), Duration.milliseconds(100))

  init(_ publisher: Publisher, _ input: StandardInput, cancellation: Cancellation) {
    (self.publisher, self.input, self.cancellation) = (publisher, input, cancellation)
  }

  /// Begins the output of a cell.
  func begin(_ request: WireMessage, isSilent: Bool) {
    let takesQuestions = request.content["allow_stdin"]?.boolValue ?? false
    cell.withLock {
      $0 = RunningCell(request: request, isSilent: isSilent, takesQuestions: takesQuestions)
    }
  }

  /// Ends the output of the cell.
  func end() {
    report(progress: nil)
    cell.withLock { $0 = nil }
  }

  func show(_ document: Document) {
    for part in document.mediaParts {
      guard case .text = part.form else {
        publish("display_data", ["data": part.bundle, "metadata": [:]])
        continue
      }
      publish(stream: "stdout", part.document)
    }
  }

  func update(_ name: String, _ document: Document) {
    cell.withLock { cell in
      guard let id = cell?.request.id else { return }
      let isNew = cell?.displays.insert(name).inserted == true
      publish(
        isNew ? "display_data" : "update_display_data",
        [
          "data": document.single ?? document.bundle, "metadata": [:],
          "transient": ["display_id": .string("\(id)-\(name)")],
        ], for: cell)
    }
  }

  func clear() { publish("clear_output", ["wait": false]) }

  func note(_ text: String) {
    publish(stream: "stderr", Document([.line(Text(text), indent: 0, hang: 0)]))
  }

  func report(progress text: String?) {
    let now = ContinuousClock.now
    let isDue = cell.withLock { cell -> Bool in
      guard let running = cell else { return false }
      if text == nil {
        defer { cell?.reported = nil }
        return running.reported != nil
      }
      guard running.begun.duration(to: now) > Self.patience,
        running.reported.map({ $0.duration(to: now) > Self.pace }) ?? true
      else { return false }
      cell?.reported = now
      return true
    }
    guard isDue else { return }
    // An empty text takes no room, so the line disappears at the end.
    update("progress", Document(text.map { [.line(.faint($0), indent: 0, hang: 0)] } ?? []))
  }

  func ask(_ question: String) throws -> String {
    let asker = cell.withLock { cell in cell.flatMap { $0.takesQuestions ? $0.request : nil } }
    guard let asker else {
      throw Failure(.usage, "this client can't ask: \(question)")
    }
    report(progress: nil)
    return try input.ask(question, for: asker, cancellation)
  }

  private func publish(stream: String, _ document: Document) {
    let text = document.styledLines.map { $0 + "\n" }.joined()
    publish("stream", ["name": .string(stream), "text": .string(text)])
  }

  private func publish(_ type: String, _ content: JSONValue) {
    cell.withLock { publish(type, content, for: $0) }
  }

  private func publish(_ type: String, _ content: JSONValue, for cell: RunningCell?) {
    guard let cell, !cell.isSilent else { return }
    publisher.publish(type, content, parent: cell.request.header)
  }
}

extension Document {
  /// The bundle of a document that is a single image or chart.
  fileprivate var single: JSONValue? {
    guard blocks.count == 1, let part = mediaParts.first else {
      return blocks.isEmpty ? ["text/plain": ""] : nil
    }
    return part.bundle
  }
}
