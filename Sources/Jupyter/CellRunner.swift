import CLibrary
import Cells
import Documents
import Notebook
import TensorFiles

/// Runs cells one after the other, on the one thread that owns the notebook.
struct CellRunner {
  var notebook: Notebook
  let host: KernelHost
  let queue: ExecutionQueue
  let publisher: Publisher
  let requests: Requests
  /// Sends a reply on the socket that the request came from.
  let send: @Sendable (_ request: WireMessage, _ type: String, JSONValue) -> Void

  /// The number of the last cell.
  private var count = 0

  init(
    _ notebook: Notebook, host: KernelHost, queue: ExecutionQueue, publisher: Publisher,
    requests: Requests, send: @escaping @Sendable (WireMessage, String, JSONValue) -> Void
  ) {
    (self.notebook, self.host, self.queue) = (notebook, host, queue)
    (self.publisher, self.requests, self.send) = (publisher, requests, send)
  }

  /// Runs cells until the kernel ends.
  mutating func run() {
    let publisher = publisher
    while let turn = queue.next({ publisher.publish(status: "busy", parent: $0.header) }) {
      switch turn {
      case .run(let request): run(request)
      case .abort(let request):
        queue.end(abortsWaiting: false) { _ in
          send(request, "execute_reply", Self.aborted)
          publisher.publish(status: "idle", parent: request.header)
        }
      }
    }
  }

  private static let aborted: JSONValue = ["status": "aborted"]

  private mutating func run(_ request: WireMessage) {
    let content = request.content
    let source = content["code"]?.stringValue ?? ""
    let isSilent = content["silent"]?.boolValue ?? false
    let isStored = !isSilent && (content["store_history"]?.boolValue ?? true)
    let isBlank = source.allSatisfy(\.isWhitespace)
    let number = count + 1
    if isStored, !isBlank { count = number }
    if !isSilent {
      publisher.publish(
        "execute_input", ["code": .string(source), "execution_count": .integer(number)],
        parent: request.header)
    }
    host.begin(request, isSilent: isSilent)
    notebook.number(next: number)
    // Notebook programs don't run an empty cell, so a comment is what continues a lesson.
    let isEnter = notebook.takesAnswer && CellReader.isEmpty(source)
    let result = notebook.run(isEnter ? "" : source)
    host.end()
    requests.publish(notebook.snapshot)
    let rest = Document(Array(result.output.blocks.dropFirst(result.shown)))
    if isStored, !isBlank {
      requests.history.add(
        number, source, output: result.output.value.map { _ in rest.plainText })
    }
    finish(request, result, rest, number: number, isSilent: isSilent)
  }

  /// Publishes a cell's result, replies, and aborts the cells that were sent before they could know about a
  /// failure.
  private func finish(
    _ request: WireMessage, _ result: CellResult, _ rest: Document, number: Int, isSilent: Bool
  ) {
    let stopsOnError = request.content["stop_on_error"]?.boolValue ?? true
    let failure = result.failure
    // An interrupt has chosen the cells to abort when it came; a cell that was sent after it should run.
    let aborts = failure != nil && failure?.kind != .cancelled && stopsOnError
    if aborts { waitForArrivals() }
    var payload: [JSONValue] = []
    if result.output.effect?.quits == true {
      payload.append(["source": "ask_exit", "keepkernel": false])
    }
    let isPage = Self.isQuestion(request) && failure == nil
    if isPage { payload.append(["source": "page", "data": rest.bundle, "start": 0]) }
    let expressions = failure == nil ? values(for: request) : [:]
    queue.end(abortsWaiting: aborts) { waiting in
      if !isSilent {
        if !isPage { publish(rest, of: request, result, number) }
        if let failure { publish(failure, of: request) }
        publishLessonHint(request)
      }
      var reply: [JSONValue.Member] = [
        .init(name: "status", value: failure == nil ? "ok" : "error"),
        .init(name: "execution_count", value: .integer(number)),
      ]
      if let failure { reply += failure.notebookMembers }
      reply += [
        .init(name: "payload", value: .array(payload)),
        .init(name: "user_expressions", value: expressions),
      ]
      send(request, "execute_reply", .object(reply))
      publisher.publish(status: "idle", parent: request.header)
      for other in waiting {
        publisher.publish(status: "busy", parent: other.header)
        send(other, "execute_reply", Self.aborted)
        publisher.publish(status: "idle", parent: other.header)
      }
    }
  }

  /// What the request's expressions give after its cell, each by itself.
  private func values(for request: WireMessage) -> JSONValue {
    guard case .object(let asked)? = request.content["user_expressions"] else { return [:] }
    return .object(
      asked.map { expression in
        let result = notebook.result(of: expression.value.stringValue ?? "")
        let value: JSONValue =
          if let failure = result.failure {
            .object([.init(name: "status", value: "error")] + failure.notebookMembers)
          } else {
            ["status": "ok", "data": result.output.document.bundle, "metadata": [:]]
          }
        return JSONValue.Member(name: expression.name, value: value)
      })
  }

  /// Waits while requests keep coming: a client sends all cells of a notebook at once, and those that are still
  /// on their way should be aborted with the others.
  private func waitForArrivals() {
    var arrivals = -1
    for _ in 0..<20 where queue.arrivals != arrivals {
      arrivals = queue.arrivals
      usleep(30_000)
    }
  }

  /// Whether a cell asks for help by a question mark, which is shown beside the notebook rather than in it.
  private static func isQuestion(_ request: WireMessage) -> Bool {
    request.content["code"]?.stringValue?.first { !$0.isWhitespace } == "?"
  }

  /// The result of a cell: its value as a result, everything else as what it shows.
  private func publish(
    _ rest: Document, of request: WireMessage, _ result: CellResult, _ number: Int
  ) {
    let parts = rest.mediaParts
    for (place, part) in parts.enumerated() {
      guard place == parts.count - 1, result.output.value != nil else {
        publisher.publish(part, parent: request.header)
        continue
      }
      publisher.publish(
        "execute_result",
        ["data": part.bundle, "metadata": [:], "execution_count": .integer(number)],
        parent: request.header)
    }
  }

  private func publish(_ failure: Failure, of request: WireMessage) {
    publisher.publish("error", .object(failure.notebookMembers), parent: request.header)
  }

  /// Says how to go on in a lesson, whose own words speak of keys at a prompt.
  private func publishLessonHint(_ request: WireMessage) {
    guard notebook.takesAnswer else { return }
    var hint = Document()
    hint.line(
      .faint("In Jupyter: run your answer or one of these words as the next cell; ") + .name("#")
        + .faint(" alone is enter."))
    publisher.publish(stream: "stdout", hint, parent: request.header)
  }
}
