import Basics

/// The start of a server's response: the status and the header fields.
///
/// It isn't trusted: a field that can't be read counts as missing.
struct HTTPResponseHead: Equatable {
  /// The status code; 0 before the first.
  private(set) var status = 0

  /// The fields, by their names in lower case.
  private var fields: [String: String] = [:]

  /// Adds a line as the server sent it. A status line starts a new head, as after a redirection.
  mutating func add(_ line: String) {
    if line.hasPrefix("HTTP/") {
      let words = line.split(separator: " ", maxSplits: 2)
      self = HTTPResponseHead()
      status = words.count > 1 ? Int(words[1].trimmingSpaces()) ?? 0 : 0
    } else if let colon = line.firstIndex(of: ":") {
      fields[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingSpaces()
    }
  }

  /// The number of bytes that follow.
  var contentLength: Int? { fields["content-length"].flatMap(Self.count) }

  /// Which part of the file follows: its first byte, and the length of the whole, if given. `bytes
  /// 100-199/200` is (100, 200).
  var contentRange: (first: Int, total: Int?)? {
    guard let field = fields["content-range"], field.lowercased().hasPrefix("bytes ") else {
      return nil
    }
    let parts = field.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = Self.count(parts[0].prefix { $0 != "-" }.trimmingSpaces())
    else {
      return nil
    }
    return (first, Self.count(parts[1].trimmingSpaces()))
  }

  /// What distinguishes versions of the file: a strong entity tag, else the time of its last change
  /// (RFC 9110, section 13.1.5: a weak tag doesn't guarantee equal bytes).
  var validator: String? {
    if let tag = fields["etag"], tag.hasPrefix("\"") { return tag }
    return fields["last-modified"]
  }

  /// Whether a web page follows.
  var isWebPage: Bool { fields["content-type"]?.lowercased().hasPrefix("text/html") == true }

  private static func count(_ text: String) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text)
  }
}
