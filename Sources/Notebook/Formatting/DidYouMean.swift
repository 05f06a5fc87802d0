/// The candidate that a mistyped word most likely meant, or nil where none is near.
///
/// Near is one slip in a word of up to four letters, two in up to eight, three in longer ones; a
/// candidate that the word begins (`conv` for `convolution`) counts as one slip. Case does not matter.
///
/// - Parameters:
///   - word: what was typed.
///   - candidates: what could have been meant; of equally near ones the first wins.
public func closest(to word: String, among candidates: some Sequence<String>) -> String? {
  let typed = Array(word.lowercased().unicodeScalars)
  // No name is longer; and the distance takes the product of both lengths in time.
  guard (1...64).contains(typed.count) else { return nil }
  let reach = typed.count <= 4 ? 1 : typed.count <= 8 ? 2 : 3
  var best: (candidate: String, distance: Int)?
  for candidate in candidates where candidate != word {
    let letters = Array(candidate.lowercased().unicodeScalars)
    guard letters.count <= 64 else { continue }
    var distance = editDistance(typed, letters)
    if typed.count >= 3 && letters.starts(with: typed) { distance = min(distance, 1) }
    if distance <= reach && distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.candidate
}

/// The fewest insertions, deletions, replacements and swaps of neighbours that turn one word into the
/// other (the optimal string alignment distance).
func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
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
