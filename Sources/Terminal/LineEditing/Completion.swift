import Basics

/// What Tab can insert in place of a part of the line.
package struct Completion: Equatable, Sendable {
  /// One possible completion.
  package struct Candidate: Equatable, Sendable {
    /// What replaces `Completion.range`.
    package var text: String
    /// What is inserted after the text if this is the only candidate.
    package var terminator: String
    /// A few words about the candidate for the list.
    package var note: String?

    package init(_ text: String, terminator: String = " ", note: String? = nil) {
      self.text = text
      self.terminator = terminator
      self.note = note
    }

    /// Whether a terminal without UTF-8 can show the whole candidate.
    var isASCII: Bool { (text + terminator + (note ?? "")).utf8.allSatisfy { $0 < 0x80 } }
  }

  /// The part of the line to replace, in Unicode scalars.
  package var range: Range<Int>
  /// The candidates in the order listed.
  package var candidates: [Candidate]

  package init(range: Range<Int>, candidates: [Candidate]) {
    self.range = range
    self.candidates = candidates
  }

  /// What Tab inserts: the only candidate with its terminator, unless the terminator follows
  /// already; otherwise the candidates' common beginning. Nil if there is none.
  func replacement(before following: String) -> String? {
    guard let first = candidates.first else { return nil }
    guard candidates.count > 1 else {
      return following.hasPrefix(first.terminator) ? first.text : first.text + first.terminator
    }
    var common = Substring(first.text)
    for candidate in candidates.dropFirst() {
      // By characters, so that a letter isn't separated from its accent.
      let shared = zip(common, candidate.text).prefix { $0 == $1 }.count
      common = common.prefix(shared)
    }
    return String(common)
  }

  /// The candidates as a list at most `columns` wide: in columns if no candidate has a note,
  /// otherwise one per row. It has at most `limit` candidates, followed by the number of the
  /// others.
  func listing(columns: Int, limit: Int = 100) -> String {
    let shown = candidates.prefix(limit)
    let widest = shown.map { displayWidth($0.text) }.max() ?? 0
    var rows: [String]
    if shown.contains(where: { $0.note != nil }) {
      rows = shown.map { candidate in
        guard let note = candidate.note else { return fitted(candidate.text, to: columns) }
        return fitted(candidate.text.padding(to: widest, gap: 0) + "  " + note, to: columns)
      }
    } else {
      let perRow = max(1, (columns + 1) / (widest + 2))
      let height = (shown.count + perRow - 1) / perRow
      rows = (0..<height).map { row in
        let cells = stride(from: row, to: shown.count, by: height).map { shown[$0].text }
        let spaced = cells.dropLast().map { $0.padding(to: widest + 2, gap: 0) } + cells.suffix(1)
        return fitted(spaced.joined(), to: columns)
      }
    }
    if candidates.count > shown.count {
      rows.append("and \(candidates.count - shown.count) more")
    }
    return rows.joined(separator: "\n")
  }
}

/// The beginning of a text, without trailing spaces. It leaves the last column free, because a full
/// row would wrap on some terminals.
private func fitted(_ text: String, to columns: Int) -> String {
  var width = 0
  var result = ""
  for character in text {
    width += displayWidth(character)
    if width >= columns { break }
    result.append(character)
  }
  return result.trimmingTrailingSpaces()
}
