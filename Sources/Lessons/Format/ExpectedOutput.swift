import Basics

/// What a cell of a lesson must print. In a line, `…` stands for any text; a line that is only `…`
/// stands for any number of lines.
struct ExpectedOutput: Sendable {
  var lines: [String]
  /// The line of the file that the first of them is on.
  var line: Int

  /// The first place where an output differs from the expected one.
  struct Departure {
    /// The line in the lesson's file.
    var line: Int
    /// The expected line; nil if no more are expected.
    var expected: String?
    /// The printed line; nil if the output has ended.
    var found: String?
  }

  /// Compares an output with the expected lines.
  ///
  /// - Returns: nil if it matches, otherwise the first line that fits no reading of the `…`.
  func departure(of output: String) -> Departure? {
    let wanted = lines.map { $0.trimmingTrailingSpaces() }
    var found = output.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.trimmingTrailingSpaces()
    }
    while found.last == "" { found.removeLast() }
    var farthest = (wanted: 0, found: 0)
    /// The possible positions: how many lines of `found` have been matched.
    var places: Set<Int> = [0]
    for (index, line) in wanted.enumerated() {
      var next: Set<Int> = []
      let (least, most) = (places.min()!, places.max()!)
      if line == "…" {
        next = Set(least...found.count)
      } else {
        for place in places where place < found.count && Self.matches(found[place], line) {
          next.insert(place + 1)
        }
      }
      guard !next.isEmpty else {
        farthest = (index, Swift.min(most, least))
        return departure(farthest, wanted, found)
      }
      places = next
    }
    if places.contains(found.count) { return nil }
    return departure((wanted.count, places.max()!), wanted, found)
  }

  private func departure(
    _ place: (wanted: Int, found: Int), _ wanted: [String], _ found: [String]
  ) -> Departure {
    Departure(
      line: line + min(place.wanted, max(0, wanted.count - 1)),
      expected: place.wanted < wanted.count ? wanted[place.wanted] : nil,
      found: place.found < found.count ? found[place.found] : nil)
  }

  /// Whether a line matches a pattern, in which `…` stands for any text.
  static func matches(_ line: String, _ pattern: String) -> Bool {
    let pieces = pattern.split(separator: "…", omittingEmptySubsequences: false)
    guard pieces.count > 1 else { return line == pattern }
    guard line.hasPrefix(pieces[0]) else { return false }
    var rest = line.dropFirst(pieces[0].count)
    for piece in pieces[1..<(pieces.count - 1)] where !piece.isEmpty {
      guard let range = rest.firstRange(of: piece) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.count >= pieces.last!.count && rest.hasSuffix(pieces.last!)
  }
}
