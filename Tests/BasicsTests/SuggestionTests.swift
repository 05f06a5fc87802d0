import Testing

@testable import Basics

/// Spelling suggestions for mistyped words.
struct SuggestionTests {
  @Test(arguments: [
    ("conv9", ["conv1", "conv2"]), ("cnv1", ["conv1"]), ("onv2", ["conv2"]),
    ("CONV1", ["conv1"]), ("norm", ["norm1"]), ("nrom1", ["norm1"]), ("fc", ["fc6"]),
    ("soft", ["softmax"]), ("f6", ["fc6"]),
    ("fc7", ["fc6"]), ("softmx", ["softmax"]), ("bogus", []), ("", []), ("conv1", ["conv2"]),
    (String(repeating: "a", count: 100_000), []),
  ])
  func nearest(word: String, expected: [String]) {
    let names = ["pool1", "conv1", "norm1", "conv2", "fc6", "softmax"]
    #expect(Suggestion.allNearest(to: word, among: names) == expected)
    #expect(Suggestion.nearest(to: word, among: names) == expected.first)
  }

  /// Among candidates with the same number of typos, the one with the longest common prefix is
  /// nearest, whatever their order.
  @Test func prefersTheLongestCommonBeginning() {
    #expect(Suggestion.allNearest(to: "relu4", among: ["xelu4", "relu1"]) == ["relu1"])
    #expect(Suggestion.allNearest(to: "relu4", among: ["relu1", "xelu4"]) == ["relu1"])
  }

  @Test func otherwiseAllAreListed() {
    let fields = ["kernel", "stride"]
    #expect(
      Suggestion.didYouMean("krenel", among: fields, else: "they are") == "did you mean kernel?")
    #expect(
      Suggestion.didYouMean("x", among: fields, else: "they are") == "they are kernel, stride")
  }

  @Test(
    "a slip is an insertion, a deletion, a replacement or a swap",
    arguments: [
      ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "acb", 1),
      ("kitten", "sitting", 3), ("abcd", "badc", 2),
    ])
  func distances(a: String, b: String, expected: Int) {
    #expect(Suggestion.distance(Array(a.unicodeScalars), Array(b.unicodeScalars)) == expected)
  }
}
