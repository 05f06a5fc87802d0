/// What a cell of a lesson must print: lines in which `…` stands for any text, and a line of nothing
/// but `…` for any lines.
struct ExpectedOutput: Sendable {
  /// The lines.
  var lines: [String]
  /// The line of the file that the first stands on.
  var line: Int

  /// Where an output departs from what is expected.
  struct Departure {
    /// The line of the file.
    var line: Int
    /// What is expected there; nil where nothing more is.
    var expected: String?
    /// What was printed; nil where nothing more was.
    var found: String?
  }

  /// Compares an output.
  ///
  /// - Returns: nil where it is as expected, else the first line that no reading of the `…` fits.
  func departure(of output: String) -> Departure? {
    let wanted = lines.map(Self.trimmed)
    var found = output.split(separator: "\n", omittingEmptySubsequences: false).map {
      Self.trimmed(String($0))
    }
    while found.last == "" { found.removeLast() }
    var farthest = (wanted: 0, found: 0)
    /// The ways to have come this far: the number of lines of `found` that are used up.
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

  private static func trimmed(_ line: String) -> String {
    String(line.reversed().drop(while: \.isWhitespace).reversed())
  }

  /// Whether a line is as a pattern says.
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
