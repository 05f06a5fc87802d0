import Basics
import Commands
import Documents
import Foundation
import TensorFiles
import Training

/// The curves of one or more runs.
struct CurvePlot {
  private let runs: [Metrics]
  /// What was typed for each run; empty for the network that is loaded.
  private let typed: [String]

  /// The curves of these runs, in the order in which they were typed.
  init(_ runs: [Metrics], names: [String]) { (self.runs, typed) = (runs, names) }

  /// Short names that differ: the folder, the recipe and seed, or a number.
  private var names: [String] {
    let folders = typed.map { path in
      let name = (path as NSString).lastPathComponent
      return name == "metrics.json" || name.hasSuffix(".safetensors")
        ? ((path as NSString).deletingLastPathComponent as NSString).lastPathComponent : name
    }
    let candidates = [folders, runs.map { "\($0.recipe)-seed\($0.seed)" }]
    let isTold = { (names: [String]) in
      names.count == runs.count && Set(names).count == names.count && !names.contains("")
    }
    return candidates.first(where: isTold) ?? runs.indices.map { "run \($0 + 1)" }
  }

  /// Loss and accuracy by epoch: of one run, training and validation; of several, one line each.
  private var charts: [Chart] {
    guard runs.count > 1 else { return runs.first.map { $0.epochs.isEmpty ? [] : $0.curves } ?? [] }
    let epochs = Set(runs.flatMap { $0.epochs.map(\.epoch) }).sorted()
    guard !epochs.isEmpty else { return [] }
    func line(_ run: Int, _ value: (EpochRecord) -> Double?) -> Chart.Line {
      let known = Dictionary(
        runs[run].epochs.map { ($0.epoch, value($0)) }, uniquingKeysWith: { $1 })
      return Chart.Line(names[run], epochs.map { known[$0] ?? nil })
    }
    // Training figures of one run and validation figures of another couldn't be compared.
    let isValidated = runs.allSatisfy { run in
      run.epochs.contains { $0.validationLoss != nil }
    }
    let part = isValidated ? "validation" : "training"
    let charts = [
      Chart(
        "\(part) loss", epochs: epochs,
        lines: runs.indices.map { line($0) { isValidated ? $0.validationLoss : $0.trainLoss } }),
      Chart(
        "\(part) accuracy", isShare: true, epochs: epochs,
        lines: runs.indices.map {
          line($0) { isValidated ? $0.validationAccuracy : $0.trainAccuracy }
        }),
    ]
    guard runs.allSatisfy(\.hasTopFive) else { return charts }
    return charts + [
      Chart(
        "\(part) top-5 accuracy", isShare: true, epochs: epochs,
        lines: runs.indices.map {
          line($0) { isValidated ? $0.validationTopFive : $0.trainTopFive }
        })
    ]
  }

  var blocks: [Block] {
    var document = Document()
    for (index, run) in runs.enumerated() {
      let name: Text = runs.count > 1 ? .name(names[index]) + "  " : ""
      document.line(
        name + .name(run.network) + " on \(run.dataset), recipe \(run.recipe), "
          + "seed \(run.seed): \(run.epochs.count) of \(run.plannedEpochs) epochs",
        hang: 4)
      if run.epochs.isEmpty { document.line("no epoch is complete yet", indent: 2) }
    }
    for chart in charts {
      document.blocks.append(.chart(chart))
      document.line(.faint(chart.sentence))
    }
    for (index, run) in runs.enumerated() {
      let name = runs.count > 1 ? "\(names[index]): " : ""
      if run.validationPart == .test {
        document.line(
          .notice(
            "\(name)the validation images are test images (\(EvaluateCommand.validationNote))"),
          hang: 4)
      }
      if let test = run.test {
        document.line(
          "\(name)test error " + .strong(NumberFormat.percent(1 - test.accuracy, decimals: 2))
            + TrainingLines.topFive(test.topFive, decimals: 2)
            + " of \(NumberFormat.grouped(test.pictures)) images, after epoch \(test.epoch)")
      }
    }
    return document.blocks
  }

  /// The content of files.
  var content: ShownContent {
    let drawing = Chart.drawing(
      charts, title: runs.count == 1 ? runs[0].chartTitle : "\(runs.count) training runs")
    return ShownContent(drawing: drawing, scale: 2, csv: csv)
  }

  /// The epochs of all runs; of several, each line begins with the run.
  private var csv: String {
    guard runs.count > 1 else { return runs[0].csv }
    var text = ""
    for (index, run) in runs.enumerated() {
      let lines = run.csv(hasTopFive: runs.contains(where: \.hasTopFive)).split(separator: "\n")
      if index == 0 { text += "run,\(lines[0])\n" }
      let name = names[index].contains { ",\"".contains($0) } ? "run \(index + 1)" : names[index]
      for line in lines.dropFirst() { text += "\(name),\(line)\n" }
    }
    return text
  }

  func json(_ claimed: ShownFiles.Claimed) -> JSONValue {
    let objects = runs.enumerated().map { index, run -> [JSONValue.Member] in
      [
        .init(name: "run", value: .optional(index < typed.count ? typed[index] : nil)),
        .init(name: "recipe", value: .string(run.recipe)),
        .init(name: "network", value: .string(run.network)),
        .init(
          name: "epochs",
          value: .array(
            run.epochs.map { TrainingLines.json($0, isBest: $0.epoch == run.best?.epoch) })),
        .init(name: "validation_part", value: .string(run.validationPart.rawValue)),
        .init(name: "test_accuracy", value: run.test.map { .number($0.accuracy) } ?? .null),
      ]
    }
    let files: [JSONValue.Member] = ShownFiles.Format.allCases.map {
      .init(name: $0.rawValue, value: claimed.json($0))
    }
    return objects.count == 1
      ? .object(objects[0] + files)
      : .object([.init(name: "runs", value: .array(objects.map(JSONValue.object)))] + files)
  }
}
