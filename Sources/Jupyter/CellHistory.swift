import Synchronization
import TensorFiles

/// The cells that ran, for clients that show or search them.
final class CellHistory: Sendable {
  private struct Entry {
    var number: Int
    var source: String
    var output: String?
  }

  private let entries = Mutex<[Entry]>([])
  /// Older cells are forgotten.
  private static let longest = 10_000

  /// Adds a cell that ran.
  func add(_ number: Int, _ source: String, output: String?) {
    entries.withLock {
      if $0.count == Self.longest { $0.removeFirst(Self.longest / 10) }
      $0.append(Entry(number: number, source: source, output: output))
    }
  }

  /// The reply to a request for the last cells, for a range of numbers, or for cells that match a pattern.
  func reply(to content: JSONValue) -> JSONValue {
    var found = entries.withLock { $0 }
    let count = content["n"]?.integerValue
    switch content["hist_access_type"]?.stringValue {
    case "range":
      // The kernel knows one session, its own, which Jupyter calls 0.
      let first = content["start"]?.integerValue ?? 1
      let end = content["stop"]?.integerValue ?? .max
      let session = content["session"]?.integerValue ?? 0
      found = session == 0 ? found.filter { $0.number >= first && $0.number < end } : []
    case "search":
      let pattern = Array((content["pattern"]?.stringValue ?? "*").unicodeScalars)
      found = found.filter { Self.matches(Array($0.source.unicodeScalars), pattern) }
      if content["unique"]?.boolValue == true {
        var last: [String: Int] = [:]
        for (place, entry) in found.enumerated() { last[entry.source] = place }
        found = found.enumerated().filter { last[$1.source] == $0 }.map(\.element)
      }
      if let count { found = found.suffix(max(0, count)) }
    default: found = found.suffix(max(0, count ?? 10))
    }
    let withOutput = content["output"]?.boolValue == true
    return [
      "status": "ok",
      "history": .array(
        found.map { entry in
          let source = JSONValue.string(entry.source)
          let last = withOutput ? [source, .optional(entry.output)] : source
          return [0, .integer(entry.number), last]
        }),
    ]
  }

  /// Whether a text matches a pattern in which `*` means any text and `?` any character.
  static func matches(_ text: [Unicode.Scalar], _ pattern: [Unicode.Scalar]) -> Bool {
    var (place, part) = (0, 0)
    /// Where the last `*` was, and how far the text that it stands for reaches.
    var star: (part: Int, place: Int)?
    while place < text.count {
      if part < pattern.count, pattern[part] == "*" {
        star = (part, place)
        part += 1
      } else if part < pattern.count, pattern[part] == "?" || pattern[part] == text[place] {
        place += 1
        part += 1
      } else if let last = star {
        star = (last.part, last.place + 1)
        place = last.place + 1
        part = last.part + 1
      } else {
        return false
      }
    }
    return pattern[part...].allSatisfy { $0 == "*" }
  }
}
