import Testing

@testable import Terminal

/// The history and its file, without a terminal.
@Suite struct HistoryTests {
  @Test(arguments: [
    ("next", "next"), ("a\nb", #"a\nb"#), (#"C:\new"#, #"C:\\new"#), ("\\\n", #"\\\n"#),
    ("größe\t日本語 😀", "größe\t日本語 😀"),
  ])
  func entriesAreLines(_ entry: String, line: String) {
    #expect(HistoryFile.encode(entry) == line)
    #expect(HistoryFile.decode(line) == entry)
  }

  @Test(arguments: [(#"a\qb"#, #"a\qb"#), (#"end\"#, #"end\"#), (#"\\n"#, #"\n"#)])
  func foreignBackslashesStay(_ line: String, entry: String) {
    #expect(HistoryFile.decode(line) == entry)
  }

  @Test func textsThatAreNotEntries() throws {
    let folder = try TemporaryFolder()
    let history = History(path: folder.path + "/history") { Issue.record("warned: \($0)") }
    for text in ["", "  \t", "\n", "a\u{1B}[2Jb", "a\u{0}b", String(repeating: "x", count: 70_000)]
    {
      #expect(!history.append(text))
    }
    #expect(
      history.append("a") && !history.append("a") && history.append("b") && history.append("a"))
    #expect(history.entries == ["a", "b", "a"])
    #expect(try folder.read("history") == "a\nb\na\n")
  }

  @Test func onlyTheLastEntriesAreKept() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/history"
    try folder.write((1...25).map { "line \($0)\n" }.joined(), to: "history")
    let history = History(path: path, limit: 10) { Issue.record("warned: \($0)") }
    #expect(history.entries == (16...25).map { "line \($0)" })
    #expect(try folder.read("history") == (16...25).map { "line \($0)\n" }.joined())
    #expect(try folder.permissions("history") == 0o600)
    history.append("line 26")
    #expect(history.entries == (17...26).map { "line \($0)" })
    #expect(try folder.names() == ["history"])
  }

  @Test func aLinkIsNotReplaced() throws {
    let folder = try TemporaryFolder()
    try folder.write((1...25).map { "line \($0)\n" }.joined(), to: "real")
    try folder.link("history", to: "real")
    _ = History(path: folder.path + "/history", limit: 10) { Issue.record("warned: \($0)") }
    #expect(try folder.read("real") == (16...25).map { "line \($0)\n" }.joined())
    #expect(try folder.isLink("history"))
  }

  @Test func severalProgramsAppendWholeEntries() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/history"
    try folder.write((1...300).map { "old \($0)\n" }.joined(), to: "history")
    // Each program shortens the file when opening it, while others append to it.
    await withTaskGroup(of: Void.self) { group in
      for writer in 1...4 {
        group.addTask {
          for part in 0..<5 {
            let history = History(path: path, limit: 500) { Issue.record("warned: \($0)") }
            for number in 1...10 {
              history.append("writer \(writer) entry \(part * 10 + number) line 1\nline 2")
            }
          }
        }
      }
    }
    let entries = try HistoryFile(path: path).read()
    for writer in 1...4 {
      let own = entries.filter { $0.hasPrefix("writer \(writer) ") }
      #expect(own == (1...50).map { "writer \(writer) entry \($0) line 1\nline 2" })
    }
    #expect(entries.count == 500)
    #expect(try folder.names() == ["history"])
  }

  @Test func aPipeInPlaceOfTheFileDoesNotBlock() throws {
    let folder = try TemporaryFolder()
    try folder.makePipe("history")
    let history = History(path: folder.path + "/history") { _ in }
    history.append("next")
    #expect(history.entries == ["next"])
  }
}
