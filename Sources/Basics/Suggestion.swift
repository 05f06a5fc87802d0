/// Finds what the user may have meant.
package enum Suggestion {
  /// The candidate that a mistyped word most likely meant; nil if none is near. Of several, this is
  /// the first; `allNearest` gives them all.
  package static func nearest(
    to word: String, among candidates: some Sequence<String>
  ) -> String? {
    allNearest(to: word, among: candidates).first
  }

  /// The candidates that a mistyped word most likely meant, all equally near.
  ///
  /// Near means at most one slip in a word of up to four letters, two in up to eight, three in
  /// longer ones. A slip is a letter inserted, left out, replaced, or swapped with the next; an
  /// abbreviation (`conv` for `convolution`) counts as one slip. Among candidates with the same
  /// number of slips, those that share the longest beginning with the word are nearer. Case is
  /// ignored.
  package static func allNearest(
    to word: String, among candidates: some Sequence<String>
  ) -> [String] {
    // No name is longer, and computing the distance takes time proportional to the product of both
    // lengths.
    let longest = 64
    guard !word.isEmpty, word.unicodeScalars.prefix(longest + 1).count <= longest else { return [] }
    let typed = Array(word.lowercased().unicodeScalars)
    let reach = typed.count <= 4 ? 1 : typed.count <= 8 ? 2 : 3
    var best: [String] = []
    var least = (distance: reach, rest: Int.max)
    for candidate in candidates where candidate != word && !best.contains(candidate) {
      let letters = Array(candidate.lowercased().unicodeScalars)
      guard letters.count <= longest else { continue }
      var slips = distance(typed, letters)
      if typed.count >= 3 && letters.starts(with: typed) { slips = min(slips, 1) }
      let rest = typed.count - zip(typed, letters).prefix { $0 == $1 }.count
      let here = (distance: slips, rest: rest)
      if here < least { best = [] }
      if here <= least { (best, least) = (best + [candidate], here) }
    }
    return best
  }

  /// `did you mean kernel?`, or nil if no candidate is near.
  package static func didYouMean(
    _ word: String, among candidates: some Sequence<String>
  ) -> String? {
    nearest(to: word, among: candidates).map { "did you mean \($0)?" }
  }

  /// `did you mean kernel?`; if no candidate is near, all of them after these words: `the fields are`.
  package static func didYouMean(
    _ word: String, among candidates: [String], else words: String
  ) -> String {
    didYouMean(word, among: candidates) ?? "\(words) \(candidates.joined(separator: ", "))"
  }

  /// The fewest insertions, deletions, replacements and swaps of neighbours that turn one word into the
  /// other (the optimal string alignment distance).
  static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var twoBack: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        let replaced = previous[j] + (a[i] == b[j] ? 0 : 1)
        var cost = min(replaced, previous[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, twoBack[j - 1] + 1) }
        row.append(cost)
      }
      (twoBack, previous) = (previous, row)
    }
    return previous[b.count]
  }
}
