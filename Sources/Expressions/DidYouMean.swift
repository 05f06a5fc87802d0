import Networks

/// The candidate that a mistyped word most likely meant, or nil where none is near: `Suggestion` says
/// what near means.
///
/// - Parameters:
///   - word: what was typed.
///   - candidates: what could have been meant; of equally near ones the first wins.
package func closest(to word: String, among candidates: some Sequence<String>) -> String? {
  Suggestion.nearest(to: word, among: candidates)
}
