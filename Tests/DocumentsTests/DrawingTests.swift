import Testing

@testable import Datasets
@testable import Documents

/// Drawings as images.
@Suite struct DrawingTests {
  static let red = RGB(255, 0, 0)

  static func page(_ width: Double = 20, _ height: Double = 20) -> Drawing {
    Drawing(width: width, height: height, title: "a", description: "A page.")
  }

  /// A line of width 2 between pixel centres covers exactly its rows; others stay white.
  @Test func lines() {
    var page = Self.page()
    page.line(.init(4, 10), .init(16, 10), .init(Self.red, width: 2))
    let image = page.image()
    #expect(image[9, 10] == Self.red && image[10, 10] == Self.red)
    #expect(image[7, 10] == .white && image[12, 10] == .white && image[10, 1] == .white)
    // Twice the scale, twice the width.
    let large = page.image(scale: 2)
    #expect(large.size == "40×40" && large[18, 20] == Self.red && large[21, 20] == Self.red)
    #expect(large[16, 20] == .white && large[23, 20] == .white)
  }

  @Test func dashes() {
    var page = Self.page(40, 3)
    page.line(.init(0, 1.5), .init(40, 1.5), .init(Self.red, width: 1, dashes: [6, 4]))
    let row = (0..<40).map { page.image()[1, $0].green < 128 }
    // Dashes start at multiples of 10; round ends add at most a pixel.
    for start in [0, 10, 20, 30] {
      #expect((start..<start + 6).allSatisfy { row[$0] } && !row[start + 8])
    }
  }

  @Test func areas() {
    var page = Self.page()
    page.rectangle(4, 5, 8, 6, fill: Self.red)
    page.elements.append(
      .area([.init(14, 0), .init(20, 0), .init(20, 6)], fill: RGB(gray: 0)))
    let image = page.image()
    #expect(image[5, 4] == Self.red && image[10, 11] == Self.red)
    #expect(image[4, 4] == .white && image[11, 8] == .white && image[8, 12] == .white)
    #expect(image[0, 18] == .black && image[5, 15] == .white)
  }

  @Test func images() {
    var page = Self.page()
    let image = Image(width: 2, height: 1, bytes: [255, 0, 0, 0, 0, 0])
    page.elements.append(.image(image, .init(3, 4), side: 5))
    let drawn = page.image()
    #expect(drawn[4, 3] == Self.red && drawn[8, 7] == Self.red && drawn[4, 8] == .black)
    #expect(drawn[3, 3] == .white && drawn[4, 2] == .white && drawn[9, 3] == .white)
    #expect(drawn[4, 13] == .white)
  }

  /// What is outside the page isn't drawn, wherever it is.
  @Test(arguments: [-1e300, -30, 19.5, 40, 1e9, 1e300])
  func outside(_ place: Double) {
    var page = Self.page()
    page.line(.init(place, 10), .init(place, 12), .init(Self.red))
    page.rectangle(place, place, 3, 3, fill: Self.red)
    page.text("text", place, place)
    page.elements.append(.dot(.init(place, place), radius: 2, fill: Self.red))
    let image = page.image()
    #expect(image.size == "20×20" && image[0, 0] == .white)
  }

  /// Every printable ASCII character has strokes that differ from all others', within its box.
  @Test func everyCharacterHasItsShape() {
    var shapes: Set<String> = []
    for code in UInt8(33)...126 {
      let character = Character(UnicodeScalar(code))
      let (strokes, width) = StrokeFont.glyph(character)
      #expect(!strokes.isEmpty && strokes.allSatisfy { $0.count >= 2 }, "\(character)")
      #expect((0...4).contains(width), "\(character)")
      #expect(strokes.joined().allSatisfy { (0...4).contains($0.x) && (0...9).contains($0.y) })
      #expect(shapes.insert("\(strokes)").inserted, "\(character) looks like another")
    }
    // Other characters are boxes.
    #expect(StrokeFont.glyph("漢").strokes.count == 1)
  }

  /// A text is as wide as it says, at its place.
  @Test(arguments: [Drawing.Anchor.start, .middle, .end])
  func text(_ anchor: Drawing.Anchor) {
    var page = Self.page(120, 40)
    page.text("HMH", 60, 30, anchor: anchor, size: 20)
    let image = page.image()
    let dark = (0..<120).filter { x in (0..<40).contains { image[$0, x].red < 128 } }
    let rows = (0..<40).filter { y in (0..<120).contains { image[y, $0].red < 128 } }
    let width = StrokeFont.width(of: "HMH", size: 20)
    let start =
      switch anchor {
      case .start: 60.0
      case .middle: 60 - width / 2
      case .end: 60 - width
      }
    #expect(abs(Double(dark.first ?? 0) - start) < 2)
    #expect(abs(Double(dark.last ?? 0) - start - width) < 2)
    // Capitals are 6 units high, above the baseline.
    #expect(abs(Double(rows.last ?? 0) - 30) < 2)
    #expect(abs(Double(rows.first ?? 0) - (30 - 6 * StrokeFont.unit.y * 20)) < 2)
  }

  /// A chart's image has its lines in their colours at their values, and ink where its labels are.
  @Test func chartsAreDrawn() {
    let chart = Chart(
      "loss", epochs: [0, 1, 2, 3, 4],
      lines: [.init("training", [1, 1, 1, 1, 1]), .init("validation", [2, 2, 2, 2, 2])])
    let drawing = Chart.drawing([chart], title: "A run")
    let image = drawing.image()
    #expect(image.width == 420 && image.height == 332)
    func rows(_ color: RGB) -> [Int] {
      (64..<290).filter { y in (60..<390).count { image[y, $0] == color } > 100 }
    }
    let (low, high) = (rows(RGB(0x00, 0x72, 0xB2)), rows(RGB(0xD5, 0x5E, 0x00)))
    // The axis goes from 1 to 2, so the lines are at its bottom and its top.
    #expect(low.contains(283) && high.contains(63) || high.contains(64), "\(low) \(high)")
    #expect((0..<50).contains { x in (56..<70).contains { image[$0, x].red < 128 } })
    // The same drawing as SVG.
    #expect(drawing.svg.contains("#0072B2") && drawing.svg.contains(">validation</text>"))
  }

  /// The drawing that untrusted notebooks show, pinned: its size, and what share of each ninth has ink.
  @Test func chartPixels() {
    let image = Chart.drawing([ChartTests.accuracy], title: "A run").image()
    var shares: [Int] = []
    for (row, column) in (0..<3).flatMap({ row in (0..<3).map { (row, $0) } }) {
      let ys = row * image.height / 3..<(row + 1) * image.height / 3
      let xs = column * image.width / 3..<(column + 1) * image.width / 3
      let inked = ys.reduce(0) { sum, y in sum + xs.count { image[y, $0] != .white } }
      shares.append(1000 * inked / (ys.count * xs.count))
    }
    #expect(shares == [45, 51, 54, 65, 95, 62, 76, 53, 36], "\(shares)")
  }
}

/// Charts of several runs, whose names may begin alike.
@Suite struct ChartLegendTests {
  /// Lines whose names begin with the same letter are drawn with a, b, c.
  @Test func letters() {
    let chart = Chart(
      "validation loss", epochs: [1, 2, 3],
      lines: [
        .init("quick-seed1", [3, 2, 1]), .init("quick-seed2", [3, 2, 2]),
        .init("a-much-longer-name-of-a-run", [1, 1, 1]),
      ])
    let text = chart.text(width: 60, height: 5)
    #expect(text[0] == "validation loss" && text[1] == "  a quick-seed1")
    #expect(text[3] == "  c a-much-longer-name-of-a-run")
    #expect(text.dropFirst(4).joined().contains("b"))
  }

  /// A legend that doesn't fit in a line is a list, below the axes.
  @Test func longLegends() {
    let lines = (0..<6).map { Chart.Line("runs/quick32-with-a-long-name-\($0)", [1, 2]) }
    let chart = Chart("loss", epochs: [1, 2], lines: lines)
    let drawing = Chart.drawing([chart], title: "Runs")
    let names = drawing.elements.compactMap { element -> Double? in
      guard case .text(let text, let place, _, _, _) = element, text.hasPrefix("runs/") else {
        return nil
      }
      #expect(place.x + Drawing.width(of: text) < drawing.width, "\(text)")
      return place.y
    }
    #expect(names.count == 6 && Set(names).count == 6 && names.max()! < drawing.height)
  }
}
