import Cells
import Documents
import Notebook
import Synchronization
import TensorFiles

/// What clients may ask at any time. Each answer is computed from the state between two cells, so that none
/// waits for the running cell.
final class Requests: Sendable {
  /// The notebook after the last cell.
  private let state: Mutex<NotebookSnapshot>
  private let banner: String
  let history = CellHistory()

  /// The state before the first cell.
  init(_ notebook: Notebook) {
    state = Mutex(notebook.snapshot)
    banner = notebook.banner.plainText
  }

  /// Takes over the state after a cell.
  func publish(_ snapshot: NotebookSnapshot) { state.withLock { $0 = snapshot } }

  /// The type and the content of the reply to a request; nil for a request that the kernel doesn't know.
  func reply(to request: WireMessage) -> (type: String, content: JSONValue)? {
    let (content, snapshot) = (request.content, state.withLock { $0 })
    let code = content["code"]?.stringValue ?? ""
    let cursor = content["cursor_pos"]?.integerValue ?? code.unicodeScalars.count
    switch request.type {
    case "kernel_info_request": return ("kernel_info_reply", information)
    case "complete_request": return ("complete_reply", Self.complete(code, cursor, snapshot))
    case "inspect_request":
      let found = snapshot.inspect(inCell: code, cursor: cursor)
      return (
        "inspect_reply",
        [
          "status": "ok", "found": .boolean(found != nil), "data": found?.bundle ?? [:],
          "metadata": [:],
        ]
      )
    case "is_complete_request":
      let completeness = snapshot.completeness(of: code)
      var reply: [JSONValue.Member] = [.init(name: "status", value: .string(completeness.rawValue))]
      if completeness == .incomplete { reply.append(.init(name: "indent", value: "  ")) }
      return ("is_complete_reply", .object(reply))
    case "history_request": return ("history_reply", history.reply(to: content))
    case "comm_info_request": return ("comm_info_reply", ["status": "ok", "comms": [:]])
    default: return nil
    }
  }

  private static func complete(
    _ code: String, _ cursor: Int, _ snapshot: NotebookSnapshot
  ) -> JSONValue {
    let (range, candidates) = snapshot.completions(inCell: code, cursor: cursor)
    return [
      "status": "ok", "matches": .array(candidates.map { .string($0.text) }),
      "cursor_start": .integer(range.lowerBound), "cursor_end": .integer(range.upperBound),
      "metadata": [:],
    ]
  }

  private var information: JSONValue {
    [
      "status": "ok", "protocol_version": .string(MessageWriter.version),
      "implementation": "alexnet", "implementation_version": .string(Version.number),
      "language_info": LanguageInfo.json,
      "banner": .string(banner), "help_links": [], "debugger": false,
    ]
  }
}
