import Foundation
import TestSupport
import Testing

@testable import Cells
@testable import Documents
@testable import Notebook

/// Several training runs in one chart.
@Suite struct CurvePlotTests {
  /// Writes a run's metrics, with these validation losses; nil for a run without validation.
  static func write(_ losses: [Double]?, to folder: String) throws {
    let rows = (losses ?? [2, 1]).enumerated().map { index, loss in
      let validation =
        losses == nil
        ? "null, \"validation_accuracy\": null" : "\(loss), \"validation_accuracy\": 0.5"
      return """
        {"epoch": \(index + 1), "train_loss": \(loss / 2), "train_accuracy": 0.75,
         "validation_loss": \(validation), "rate": 0.1, "seconds": 1, "images_per_s": 9}
        """
    }
    let text = """
      {"format": "alexnet-metrics", "version": 1, "recipe": "quick", "network": "n",
       "dataset": "d", "seed": 1, "engine": "e", "threads": 1, "planned_epochs": 9,
       "epochs": [\(rows.joined(separator: ", "))]}
      """
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/metrics.json"))
  }

  /// The charts of a line, and its text.
  static func plot(_ line: String) -> (charts: [Chart], text: String) {
    var session = Session(host: QuietHost())
    let result = session.run(line)
    #expect(result.failure == nil, "\(result.failure?.message ?? "")")
    let charts = result.output.blocks.compactMap { block in
      if case .chart(let chart) = block { chart } else { nil }
    }
    return (charts, result.output.plainText)
  }

  /// Each run is a line with the name of its folder; epochs that a run hasn't reached have no value.
  @Test func validationOfEachRun() throws {
    try inTemporaryFolder { folder in
      try Self.write([3, 2, 1], to: folder + "/one")
      try Self.write([4, 2], to: folder + "/two")
      let (charts, text) = Self.plot("plot \(folder)/one \(folder)/two/metrics.json")
      #expect(charts.map(\.title) == ["validation loss", "validation accuracy"])
      #expect(charts[0].epochs == [1, 2, 3])
      #expect(charts[0].lines == [.init("one", [3, 2, 1]), .init("two", [4, 2, nil])])
      #expect(text.contains("one from 3.000 to 1.000, best 1.000 in epoch 3"), "\(text)")
      // One run shows training and validation, as before.
      let alone = Self.plot("plot \(folder)/one").charts
      #expect(
        alone.map { $0.lines.map(\.name) } == [
          ["training", "validation"], ["training", "validation"],
        ])
    }
  }

  /// If a run has no validation, the training figures are compared.
  @Test func trainingWhereValidationIsMissing() throws {
    try inTemporaryFolder { folder in
      try Self.write([3, 2], to: folder + "/one")
      try Self.write(nil, to: folder + "/two")
      let charts = Self.plot("plot \(folder)/one \(folder)/two").charts
      #expect(charts.map(\.title) == ["training loss", "training accuracy"])
      #expect(charts[0].lines == [.init("one", [1.5, 1]), .init("two", [1, 0.5])])
    }
  }

  /// Runs in folders of the same name are numbered; in a CSV file each line begins with the run.
  @Test func namesAndNumbers() throws {
    try inTemporaryFolder { folder in
      try Self.write([3, 2], to: folder + "/a/run")
      try Self.write([4], to: folder + "/b/run")
      let file = folder + "/runs.csv"
      let charts = Self.plot("plot \(folder)/a/run \(folder)/b/run --csv \(file)").charts
      #expect(charts[0].lines.map(\.name) == ["run 1", "run 2"])
      let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
      #expect(
        lines[0].hasPrefix("# validation loss: run 1 from") && lines[1].hasPrefix("run,epoch,"))
      #expect(lines.dropFirst(2).map { $0.prefix(8) } == ["run 1,1,", "run 1,2,", "run 2,1,"])
    }
  }

  /// A histogram counts every finite value once.
  @Test func histograms() throws {
    var session = smallSession()
    let result = session.run("plot histogram conv1.weight[0...3]")
    let text = result.output.plainText
    #expect(text.contains("300 values of conv1.weight[0...3] in 24 ranges"), "\(text)")
    guard case .drawing(let drawn)? = result.output.blocks.first,
      case .histogram(let histogram)? = drawn.text.last
    else {
      Issue.record("no histogram")
      return
    }
    #expect(histogram.bins.count == 24 && histogram.total == 300)
    // A bar for each range that has values.
    let bars = drawn.drawing.elements.count { if case .area = $0 { true } else { false } }
    #expect(bars == histogram.bins.count { $0.count > 0 })
  }
}
