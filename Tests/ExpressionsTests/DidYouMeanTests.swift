import Testing

@testable import Expressions

/// What a mistyped word most likely meant.
struct DidYouMeanTests {
  static let words = ["conv1", "conv2", "convolution", "relu", "weight", "sum", "summary"]

  @Test(
    "the nearest candidate within reach is offered",
    arguments: [
      ("conv7", "conv1"), ("wieght", "weight"), ("Weight", "weight"), ("rleu", "relu"),
      ("convolutoin", "convolution"), ("convol", "convolution"), ("sumary", "summary"),
      ("xyz", nil),
      ("", nil), ("sum", "summary"), (String(repeating: "a", count: 100_000), nil),
    ])
  func nearest(word: String, expected: String?) {
    #expect(closest(to: word, among: Self.words) == expected)
  }
}
