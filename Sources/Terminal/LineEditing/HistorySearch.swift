/// The history search started by Ctrl-R, as a state machine over keys.
///
/// libedit has such a search, but it treats the text as a regular expression, fails at an unmatched
/// bracket (`why norm1[` is a typical search here) and inserts the rest of an arrow key's sequence.
struct HistorySearch {
  /// What the editor does next.
  enum Step: Equatable {
    /// Continue; the state says what to show.
    case show
    /// Continue, but there is no match, or no other match.
    case showAndBeep
    /// End the search with the line as shown, and handle the key as usual.
    case accept
    /// End the search and restore the line as it was before.
    case cancel
  }

  /// The text to search for.
  private(set) var pattern = ""
  /// Whether the last search failed; the match shown is then for a shorter pattern.
  private(set) var failed = false
  /// The entry shown, with the offset of the match in Unicode scalars.
  private(set) var match: (entry: String, offset: Int)?

  private let entries: [String]
  private let earlierPattern: String
  /// The index of `match` in `entries`, or the number of entries if nothing matched yet.
  private var position: Int

  /// Starts a search in `entries`, newest last. Ctrl-R with an empty pattern repeats the earlier
  /// search.
  init(entries: [String], earlierPattern: String) {
    self.entries = entries
    self.earlierPattern = earlierPattern
    position = entries.count
  }

  /// The text before the line during the search.
  var prompt: String { "\(failed ? "no match" : "search") '\(pattern)': " }

  /// Handles a key.
  mutating func handle(_ key: Unicode.Scalar) -> Step {
    switch key.value {
    case 0x12:  // Ctrl-R
      if pattern.isEmpty { pattern = earlierPattern }
      return find(in: stride(from: position - 1, through: 0, by: -1), skipping: match?.entry)
    case 0x13:  // Ctrl-S
      return find(in: stride(from: position + 1, to: entries.count, by: 1), skipping: match?.entry)
    case 0x08, 0x7F:  // Backspace
      guard !pattern.isEmpty else { return .showAndBeep }
      pattern.unicodeScalars.removeLast()
      position = entries.count
      match = nil
      return find(in: stride(from: position - 1, through: 0, by: -1), skipping: nil)
    case 0x07:  // Ctrl-G
      return .cancel
    case 0..<0x20:
      return .accept
    default:
      pattern.unicodeScalars.append(key)
      let newest = min(position, entries.count - 1)
      return find(in: stride(from: newest, through: 0, by: -1), skipping: nil)
    }
  }

  private mutating func find(in indices: some Sequence<Int>, skipping shown: String?) -> Step {
    guard !pattern.isEmpty else {
      failed = false
      return .show
    }
    for index in indices where entries[index] != shown {
      if let offset = offset(of: pattern, in: entries[index]) {
        position = index
        match = (entries[index], offset)
        failed = false
        return .show
      }
    }
    failed = true
    return .showAndBeep
  }
}

/// The offset of the first occurrence of a text in another, in Unicode scalars; nil if there is
/// none.
private func offset(of pattern: String, in text: String) -> Int? {
  let pattern = Array(pattern.utf8)
  let utf8 = text.utf8
  var start = utf8.startIndex
  while let index = utf8[start...].firstIndex(of: pattern[0]) {
    if utf8[index...].starts(with: pattern) { return text.unicodeScalars[..<index].count }
    start = utf8.index(after: index)
  }
  return nil
}
