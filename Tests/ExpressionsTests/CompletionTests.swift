import Testing

@testable import Expressions

/// The completions offered at the cursor, which is marked by a bar.
struct CompletionTests {
  @Test(
    "names, members and labels are completed",
    arguments: [
      ("con|", ["conv1", "convolution("]), ("conv1.w|", ["weight"]), ("1 + lat|", ["later"]),
      ("conv1.output.me|", ["mean"]), ("conv1.shape.pro|", ["product"]), ("v.arg|", ["argmax"]),
      ("m[0].tr|", ["transposed"]), ("conv1.wei| + 1", ["weight"]), ("tru|", ["true"]),
      ("maxPooling(conv1, ker|", ["kernel:"]), ("maxPooling(conv1, stride: 2, k|", ["kernel:"]),
      ("localResponseNormalization(relu(v), al|", ["alpha:"]), ("abs(v[ker|", []),
      ("top|", ["topK("]),
      ("\"con|", []), ("# con|", []), ("1 // con|", []), ("0..|", []), ("12|", []), ("a.|", []),
      ("|", nil), ("zzz|", []), ("\"é\" == con|", ["conv1", "convolution("]),
    ] as [(String, [String]?)])
  func candidates(marked: String, expected: [String]?) throws {
    let parts = marked.split(separator: "|", omittingEmptySubsequences: false)
    let cursor = parts[0].unicodeScalars.count
    let text = parts.joined()
    let found = expressionCompletions(text, at: cursor, in: FakeEnvironment())
    #expect(found.range.upperBound == cursor)
    if let expected {
      #expect(found.candidates == expected)
    } else {
      #expect(found.candidates.count > Function.all.count)
    }
  }

  @Test("a candidate replaces the word before the cursor")
  func range() {
    let found = expressionCompletions("é + conv1.we", at: 99, in: FakeEnvironment())
    #expect(found.range == 10..<12)
  }
}
