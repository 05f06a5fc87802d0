import Testing

@testable import Terminal

@Suite struct LineEditorTests {
  @Test func readsALineAndEnds() throws {
    let probe = try Probe()
    try probe.expect("utf8 true editing true entries 0")
    try probe.expect("[1]> ")
    try probe.type("hello there\r", expect: "line \"hello there\"")
    try probe.expect("[2]> ")
    try probe.type("\u{4}", expect: "end")
    #expect(try probe.waitForExit() == 0)
  }
}
