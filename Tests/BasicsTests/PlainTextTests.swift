import Basics
import Testing

/// The columns that text takes, and text in columns.
struct PlainTextTests {
  @Test(
    arguments: [
      ("abc", 3), ("", 0), ("grüße", 5), ("日本語", 6), ("e\u{301}", 1), ("a\u{301}b", 2),
      ("\u{7}a", 1), ("猫", 2), ("−×→…", 4), ("🐈", 2), ("🚀", 2), ("🇩🇪", 2), ("\u{200B}", 0),
      ("\u{301}", 0), ("⌚", 2), ("✓", 1), ("\u{A0}", 1),
    ])
  func width(text: String, expected: Int) {
    #expect(displayWidth(text) == expected)
    #expect(displayWidth(text[...]) == expected)
  }

  @Test func padding() {
    #expect("猫".padding(to: 4) == "猫  ")
    #expect("conv1".padding(to: 5) == "conv1 " && "conv1".padding(to: 5, gap: 0) == "conv1")
    #expect("猫".paddingLeft(to: 4) == "  猫" && "conv1".paddingLeft(to: 2) == "conv1")
    #expect("7".paddingLeft(to: 3, with: "0") == "007")
  }

  @Test func trimming() {
    #expect(" a b \t\u{A0}".trimmingSpaces() == "a b")
    #expect(" a b \n".trimmingTrailingSpaces() == " a b" && "  ".trimmingTrailingSpaces() == "")
  }

  @Test func repetitionsAreLeftOut() {
    #expect(["b", "a", "b", "c", "a"].uniqued == ["b", "a", "c"])
    #expect([String]().uniqued == [])
  }
}
