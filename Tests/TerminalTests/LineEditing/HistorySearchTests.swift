import Testing

@testable import Terminal

@Suite struct HistorySearchTests {
  private static let entries = ["why norm1[17]", "view conv1", "größe", "view conv2", "view conv2"]

  /// The entry and prompt shown after each sequence of keys.
  @Test(
    arguments: [
      ("view", "view conv2", "search 'view': "),
      ("view\u{12}", "view conv1", "search 'view': "),
      ("view\u{12}\u{12}", "view conv1", "no match 'view': "),
      ("view\u{12}\u{12}\u{13}", "view conv2", "search 'view': "),
      ("norm1[", "why norm1[17]", "search 'norm1[': "),
      ("n.rm", "view conv2", "no match 'n.rm': "),
      ("ö", "größe", "search 'ö': "),
      ("öx\u{7F}", "größe", "search 'ö': "),
      ("v\u{7F}", nil, "search '': "),
      ("\u{12}", "why norm1[17]", "search 'why': "),
    ] as [(String, String?, String)])
  func keysFind(_ keys: String, entry: String?, prompt: String) {
    var search = HistorySearch(entries: Self.entries, earlierPattern: "why")
    for key in keys.unicodeScalars {
      #expect([.show, .showAndBeep].contains(search.handle(key)))
    }
    #expect(search.match?.entry == entry)
    #expect(search.prompt == prompt)
  }

  @Test func offsetsCountScalars() {
    var search = HistorySearch(entries: ["größe 日本 x"], earlierPattern: "")
    _ = search.handle("x")
    #expect(search.match?.offset == 9)
  }

  @Test(
    arguments: [("\r", .accept), ("\u{1B}", .accept), ("\u{1}", .accept), ("\u{7}", .cancel)]
      as [(Unicode.Scalar, HistorySearch.Step)])
  func keysEndTheSearch(_ key: Unicode.Scalar, step: HistorySearch.Step) {
    var search = HistorySearch(entries: Self.entries, earlierPattern: "")
    #expect(search.handle(key) == step)
  }

  @Test func searchingAnEmptyHistoryFindsNothing() {
    var search = HistorySearch(entries: [], earlierPattern: "")
    #expect(search.handle("\u{12}") == .show)
    #expect(search.handle("a") == .showAndBeep)
    #expect(search.handle("\u{13}") == .showAndBeep)
    #expect(search.handle("\u{7F}") == .show)
    #expect(search.handle("\u{7F}") == .showAndBeep)
    #expect(search.match == nil)
  }
}
