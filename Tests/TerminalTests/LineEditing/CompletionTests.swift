import Testing

@testable import Terminal

@Suite struct CompletionTests {
  @Test(
    arguments: [
      ([], "", nil),
      (["next"], "", "next "),
      (["next"], " 2", "next"),
      (["conv1", "conv1.bias"], "", "conv1"),
      (["view", "verify"], "", "v"),
      (["a", "b"], "", ""),
      (["grüßen", "grün"], "", "grü"),
      // A letter isn't separated from its accent.
      (["e\u{301}a", "e\u{300}b"], "", ""),
    ] as [([String], String, String?)])
  func replacements(_ candidates: [String], following: String, replacement: String?) {
    let completion = Completion(range: 0..<0, candidates: candidates.map { .init($0) })
    #expect(completion.replacement(before: following) == replacement)
  }

  @Test func filesKeepTheirFoldersOpen() {
    let completion = Completion(range: 0..<0, candidates: [.init("folder/", terminator: "")])
    #expect(completion.replacement(before: "") == "folder/")
  }

  @Test(
    arguments: [
      (["a", "b", "c"], 80, "a  b  c"),
      (["aaaa", "b", "cc"], 12, "aaaa  cc\nb"),
      (["日本", "b", "c", "d"], 14, "日本  c\nb     d"),
      (["aaaaaaaaaaaaaaaaaaaa", "b"], 10, "aaaaaaaaa\nb"),
      (["a", "b"], 0, "\n"),
    ] as [([String], Int, String)])
  func columns(_ candidates: [String], width: Int, listing: String) {
    let completion = Completion(range: 0..<0, candidates: candidates.map { .init($0) })
    #expect(completion.listing(columns: width) == listing)
  }

  @Test func notesAreInASecondColumn() {
    let candidates: [Completion.Candidate] = [
      .init("next", note: "run the next layer"), .init("no"), .init("networks", note: "list them"),
    ]
    let completion = Completion(range: 0..<0, candidates: candidates)
    #expect(
      completion.listing(columns: 24)
        == """
        next      run the next
        no
        networks  list them
        """)
  }

  @Test func longListsAreCut() {
    let candidates = (1...1000).map { Completion.Candidate("x\($0)") }
    let listing = Completion(range: 0..<0, candidates: candidates).listing(columns: 10)
    #expect(listing.split(separator: "\n").count == 101)
    #expect(listing.hasSuffix("x100\nand 900 more"))
  }
}
