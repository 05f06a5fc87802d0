import Basics
import Datasets
import Tensors
import Testing

@testable import Cells
@testable import Documents
@testable import Notebook

/// Laying out blocks: no line is wider than the layout, and no text is lost.
@Suite struct LayoutTests {
  private func words(_ lines: [Text]) -> [Substring] {
    lines.flatMap { $0.string.split(separator: " ") }
  }

  @Test(arguments: [20, 30, 40, 79, 80, 200])
  func wrappingKeepsTheWidthAndEveryWord(_ width: Int) {
    let text: Text =
      "b = a / (k + α · Σ a²)^β   " + Text.name("norm1[17, 10, 23]")
      + " and a sentence that goes on until it has to be broken somewhere, twice at least."
    let lines = Layout(width: width).wrap(text, indent: 2, hang: 6)
    #expect(lines.allSatisfy { $0.width <= width })
    #expect(words(lines) == text.string.split(separator: " "))
    #expect(lines[0].string.hasPrefix("  b"))
    #expect(lines.dropFirst().allSatisfy { $0.string.hasPrefix("      ") })
  }

  @Test func aWordThatIsWiderThanTheLineIsBroken() {
    let word = String(repeating: "x", count: 100)
    let lines = Layout(width: 30).wrap(Text(word), indent: 0, hang: 0)
    #expect(lines.allSatisfy { $0.width <= 30 })
    #expect(lines.map(\.string).joined() == word)
  }

  /// A line breaks at spaces, not where the style changes.
  @Test(arguments: 10...40)
  func aStyledWordKeepsItsComma(_ width: Int) {
    let text = "run " + Text.name("conv1") + ", then (" + .strong("pool1") + ") and "
    let lines = Layout(width: width).wrap(text + .name("fc6") + ".", indent: 0, hang: 2)
    #expect(words(lines) == ["run", "conv1,", "then", "(pool1)", "and", "fc6."])
    #expect(lines.allSatisfy { $0.width <= width })
    let styles = lines.flatMap(\.spans).filter { $0.style != .plain }.map(\.string)
    #expect(styles == ["conv1", "pool1", "fc6"])
  }

  @Test func wideCharactersTakeTwoColumns() {
    #expect(Layout(width: 10).wrap("猫猫猫猫猫猫", indent: 0, hang: 0).allSatisfy { $0.width <= 10 })
  }

  @Test(arguments: [
    (80, ["layer", "output", "field"]), (20, ["layer", "output"]), (14, ["layer"]),
  ])
  func aTableLeavesOutTheLeastImportantColumns(_ width: Int, _ shown: [String]) {
    var table = Table([
      .init("layer"), .init("output", numeric: true, drop: 1),
      .init("field", numeric: true, drop: 2),
    ])
    table.row(["conv1", "96×55×55", "11×11"])
    let lines = Layout(width: width).lines(.table(table)).map(\.string)
    #expect(lines[0].split(separator: " ").map(String.init) == shown)
    for name in ["layer", "output", "field"] where !shown.contains(name) {
      #expect(lines.contains { $0.contains(name) }, "what is left out is said")
    }
  }

  /// Wrapped cells get narrower before a column is left out; in the end, rows become paragraphs.
  @Test(arguments: [
    (
      40,
      [
        "name  text                 n", "a     one two three four   1",
        "b     five                22",
      ]
    ),
    (
      26,
      [
        "name  text            n", "a     one two three   1", "        four",
        "b     five           22",
      ]
    ),
    (
      18,
      [
        "name  text", "a     one two", "        three four", "b     five", "not shown at this",
        "width: n",
      ]
    ),
    (
      12,
      [
        "a", "  text  one", "    two", "    three", "    four", "  n  1", "b", "  text  five",
        "  n  22",
      ]
    ),
  ])
  func cellsAreWrapped(_ width: Int, _ expected: [String]) {
    var table = Table([
      .init("name"), .init("text", wrapping: 12...30, hang: 2), .init("n", numeric: true, drop: 1),
    ])
    table.row(["a", "one two three four", "1"])
    table.row(["b", "five", "22"])
    let lines = Layout(width: width).lines(.table(table)).map(\.string)
    #expect(lines == expected, "\(lines)")
    #expect(lines.allSatisfy { displayWidth($0) <= width })
  }

  @Test func numbersAreRightAligned() {
    var table = Table([.init("a"), .init("b", numeric: true)])
    table.row(["x", "1"])
    table.row(["yy", "1,000"])
    table.rule()
    #expect(
      Layout(width: 80).lines(.table(table)).map(\.string)
        == ["a       b", "x       1", "yy  1,000", "─────────"])
  }

  @Test(arguments: ["summary", "paper", "paper vs source", "networks", "help", "help why", "next"])
  func commandsFitNarrowWindows(_ cell: String) {
    for width in [40, 60, 80] {
      var session = Session(host: QuietHost())
      let result = session.run(cell)
      let lines = Layout(width: width).lines(result.output.document)
      let widest = lines.max { $0.width < $1.width }
      #expect((widest?.width ?? 0) <= width, "\(width): \(widest?.string ?? "")")
    }
  }
}

/// Values as images.
@Suite struct MapPictureTests {
  @Test func zeroIsMiddleGreyIfBothSignsOccur() {
    let maps = MapPicture(Tensor(shape: [1, 2], values: [-1, 2]))
    #expect(maps.range == -2...2)
    let image = maps.image
    #expect((image[0, 0].red, image[0, 1].red) == (64, 255))
  }

  @Test func theScaleBeginsAtZeroForOneSign() {
    let image = MapPicture(Tensor(shape: [1, 3], values: [0, 2, 4])).image
    #expect([image[0, 0].red, image[0, 1].red, image[0, 2].red] == [0, 128, 255])
  }

  @Test func filtersOverThreeChannelsAreColours() {
    var maps = MapPicture(Tensor(shape: [2, 3, 1, 1], values: [1, 0, 0, 0, 0, 1]))
    maps.columns = 2
    #expect(maps.tiles.count == 2)
    let image = maps.image
    #expect(image.size == "3×1")
    #expect(image[0, 0] == RGB(255, 0, 0))
    #expect(image[0, 2] == RGB(0, 0, 255))
  }

  @Test func nonFiniteValuesAreMiddleGreyOrBlack() {
    let maps = MapPicture(Tensor(shape: [1, 3], values: [.nan, -.infinity, 1]))
    #expect(maps.range == 0...1)
    #expect(maps.image[0, 2].red == 255)
  }
}
