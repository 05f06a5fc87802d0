import Testing

@testable import Documents

/// Charts as text and as SVG.
@Suite struct ChartTests {
  static let accuracy = Chart(
    "accuracy", isShare: true, epochs: [1, 2, 3, 4, 5],
    lines: [
      .init("training", [0.31, 0.47, 0.55, 0.61, 0.66]),
      .init("validation", [0.35, nil, 0.53, 0.56, 0.54]),
    ])

  @Test func text() {
    #expect(
      Self.accuracy.text(width: 45, height: 7) == [
        "accuracy   t training   v validation",
        " 70% +",
        " 60% +                       tttttttttt",
        "     |               tt######vvvvvvvvvv",
        " 50% +        ttt####vv",
        "     |     ###vvv",
        " 40% +vv###",
        " 30% +tt",
        "     +---------------------------------",
        "      1       2       3       4       5 epoch",
      ])
  }

  /// Values beyond the range of an axis are drawn at its end.
  @Test(
    arguments: [
      [1e300, 1e301], [1e300], [-1e300, 1e300], [2, 3], [-5, -4], [.nan, 1e308], [.infinity], [],
      [.leastNonzeroMagnitude, 0], [0, 0],
    ] as [[Double]])
  func hugeValues(_ values: [Double]) {
    for isShare in [true, false] {
      let curves = Chart(
        "x", isShare: isShare, epochs: Array(values.indices), lines: [.init("values", values)])
      #expect(curves.text(width: 40, height: 7).count == 10)
      #expect(curves.sentence.hasPrefix("x: "))
    }
  }

  @Test func sentence() {
    #expect(
      Self.accuracy.sentence
        == "accuracy: training from 31.0% to 66.0%, best 66.0% in epoch 5; "
        + "validation from 35.0% to 54.0%, best 56.0% in epoch 4.")
    // A level isn't news.
    let level = Chart(
      "error", isShare: true, isError: true, epochs: [1, 2],
      lines: [.init("He", [0.9, 0.5]), .init("60%", [0.6, 0.6])])
    #expect(level.sentence == "error: He from 90.0% to 50.0%, best 50.0% in epoch 2.")
  }

  /// Nothing, one epoch, and values that can't be drawn: the layout works, at any width.
  @Test(arguments: [
    [], [2.3], [2.3, 2.3], [0], [.nan], [1, .infinity, 2], [1, 1e300], [-1e-9, 1e-9], [1e9, 1],
    [.leastNonzeroMagnitude, 0], (1...200).map { 1 / Double($0) },
  ])
  func anyValues(_ values: [Double]) {
    let curves = Chart(
      "loss", epochs: Array(values.indices), lines: [.init("training", values)])
    for width in [0, 20, 80, 1000] {
      let lines = curves.text(width: width)
      #expect(lines.count == 13, "\(lines)")
      #expect(lines.allSatisfy { $0.count <= max(50, min(width, 100)) }, "\(lines)")
    }
    let marks = curves.marks
    #expect((2...12).contains(marks.count) && zip(marks, marks.dropFirst()).allSatisfy(<))
    let svg = Chart.svg([curves, Self.accuracy], title: "a & <b>")
    #expect(svg.contains("<title id=\"title\">a &amp; &lt;b&gt;</title>"))
    #expect(!svg.contains("nan") && !svg.contains("inf"), "\(svg)")
    #expect(svg.count { $0 == "<" } == svg.count { $0 == ">" })
  }

  /// Axes are labelled at multiples of 1, 2 or 5 times a power of ten, as closely as is readable.
  @Test(
    arguments: [
      ([0.9, 2.302], ["0.5", "1.0", "1.5", "2.0", "2.5"]),
      ([0, 1], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
      ([100, 30_000], ["0", "10000", "20000", "30000"]),
    ] as [([Double], [String])])
  func marks(_ values: [Double], _ labels: [String]) {
    let curves = Chart("loss", epochs: Array(values.indices), lines: [.init("a", values)])
    #expect(curves.marks.map { curves.label($0, step: curves.axis.step) } == labels)
  }
}
