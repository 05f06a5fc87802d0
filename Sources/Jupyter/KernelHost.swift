import Basics
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
  /// What libraries print; nil if it can't be led here.
  let native: NativeOutput?
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
    /// Whether a progress line is shown.
    var showsProgress = false
    var pace = Pace()
  }

  /// A progress line is shown only in cells that take longer.
  private static let patience = Duration.milliseconds(500)

  init(_ publisher: Publisher, _ input: StandardInput, cancellation: Cancellation) {
    (self.publisher, self.input, self.cancellation) = (publisher, input, cancellation)
    native = NativeOutput(publisher)
  }

  /// Begins the output of a cell.
  func begin(_ request: WireMessage, isSilent: Bool) {
    let takesQuestions = request.content["allow_stdin"]?.boolValue ?? false
    cell.withLock {
      $0 = RunningCell(request: request, isSilent: isSilent, takesQuestions: takesQuestions)
    }
    native?.begin(isSilent ? nil : request.header)
  }

  /// Ends the output of the cell.
  func end() {
    native?.end()
    report(progress: nil)
    cell.withLock { $0 = nil }
  }

  func show(_ document: Document) {
    publish { header in
      for part in document.mediaParts { publisher.publish(part, parent: header) }
    }
  }

  func update(_ name: String, _ document: Document) {
    let found = cell.withLock { cell -> (id: String, isNew: Bool)? in
      guard let id = cell?.request.id else { return nil }
      return (id, cell?.displays.insert(name).inserted == true)
    }
    guard let found else { return }
    publish { header in
      publisher.publish(
        found.isNew ? "display_data" : "update_display_data",
        [
          "data": document.single ?? document.bundle, "metadata": [:],
          "transient": ["display_id": .string("\(found.id)-\(name)")],
        ], parent: header)
    }
  }

  func clear() {
    publish { publisher.publish("clear_output", ["wait": false], parent: $0) }
  }

  func note(_ text: String) {
    let document = Document([.line(Text(text), indent: 0, hang: 0)])
    publish { publisher.publish(stream: "stderr", document, parent: $0) }
  }

  func warn(_ text: String) { note("note: \(text)") }

  func report(progress text: String?) {
    let changes = cell.withLock { cell -> Bool in
      guard var running = cell else { return false }
      defer { cell = running }
      if text == nil {
        defer { (running.showsProgress, running.pace) = (false, Pace()) }
        return running.showsProgress
      }
      guard running.begun.duration(to: .now) > Self.patience, running.pace.isDue() else {
        return false
      }
      running.showsProgress = true
      return true
    }
    guard changes else { return }
    // An empty text takes no room, so the line disappears at the end.
    update("progress", Document(text.map { [.line(.faint($0), indent: 0, hang: 0)] } ?? []))
  }

  var canAsk: Bool { cell.withLock { $0?.takesQuestions == true } }

  func ask(_ question: String) throws -> String {
    let asker = cell.withLock { cell in cell.flatMap { $0.takesQuestions ? $0.request : nil } }
    guard let asker else {
      throw Failure(.usage, "this client can't ask: \(question)")
    }
    report(progress: nil)
    return try input.ask(question, for: asker, cancellation)
  }

  /// Publishes something with the header of the running cell's request, unless the cell is silent.
  private func publish(_ work: (_ header: [UInt8]) -> Void) {
    let header = cell.withLock { cell in cell.flatMap { $0.isSilent ? nil : $0.request.header } }
    if let header { work(header) }
  }
}

extension Document {
  /// The bundle of a document that is a single image, or charts side by side.
  fileprivate var single: JSONValue? {
    let parts = mediaParts
    return switch parts.count {
    case 0: ["text/plain": ""]
    case 1: parts[0].bundle
    default: nil
    }
  }
}
