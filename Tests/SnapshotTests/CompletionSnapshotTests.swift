import Cells
import Documents
import Testing

/// What Tab offers at a number of cursor positions.
@Suite struct CompletionSnapshotTests {
  /// Lines with the cursor at their end, or at the bar.
  static let lines = [
    "", "n", "ne", "why", "sum", "zzz", "why ", "why co", "why conv1.", "why conv1[",
    "why gradient ",
    "why conv1[5, 10, 23] --", "view ", "view conv", "view conv1.", "view conv1 --", "show ",
    "goto ", "goto p", "overlap ", "verify ", "verify gradient c", "network ", "network ca",
    "summary ", "summary --", "summary --style ", "summary --network ", "diff ", "diff alexnet ",
    "set ", "set co", "set conv1.", "remove ", "insert ", "insert conv1 ", "insert conv1 max",
    "seed ",
    "backward ", "recipe cuda", "train --", "train --recipe ", "train --set ", "evaluate --",
    "predict --",
    "evaluate trained --crops ", "evaluate trained --part ", "golden ", "golden verify re",
    "experiment ", "lesson ", "lesson n", "progress ", "paper ", "paper vs ", "help ", "help wo",
    "engines ", "data ", "data fetch ", "next --color ",
    "next --", "quit ", "conv1.", "conv1.output.", "conv1.output.m", "conv", "ma",
    "1 + co", "(conv1.w", "conv1.weight[", "out[", "let a = re", "maxPooling(conv1, k",
    "maxPooling(", "sum|mary", "why co| --json", "conv1.out| + 1",
  ]

  static let names = ["completions"]

  @Test func proposals() throws {
    let stage = try Stage()
    _ = stage.run("next")
    var document = Document()
    for line in Self.lines {
      let cursor = line.unicodeScalars.firstIndex(of: "|").map {
        line.unicodeScalars.distance(from: line.unicodeScalars.startIndex, to: $0)
      }
      let typed = line.replacing("|", with: "")
      let (range, candidates) = stage.notebook.completions(
        typed, cursor: cursor ?? typed.unicodeScalars.count, isFirstLine: true)
      document.line(Text(cursor == nil ? line + "|" : line))
      let shown = candidates.map { $0.text + ($0.terminator == " " ? "" : "…") }
      document.line(
        Text(
          shown.isEmpty
            ? "nothing" : "from \(range.lowerBound): " + shown.joined(separator: "  ")),
        indent: 2, hang: 4)
    }
    try expectSnapshot(document.plainText, "completions")
  }
}
