import ArgumentParser
import Basics
import Cells
import Documents
import TensorFiles

/// Runs the next layer, or the next few.
package struct NextCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "next", abstract: "Run the next layer, or the next few.")
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("next", "runs conv1, the first layer", expect: "96 · (3·11·11) + 96 = 34,944"),
    Example("next 3", "runs three layers", expect: "norm1"),
    .slip("next 0", "at least one layer", expect: "next takes a number of layers, 1 or more"),
  ]

  @Argument(help: "The number of layers (1).") var count = "1"
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Runs the layers; each is shown as soon as it has run.
  package func run(in session: inout Session) throws -> Output {
    guard let count = Int(word: count), count >= 1 else {
      throw Failure(
        .usage, "next takes a number of layers, 1 or more, not \(quoted(self.count))",
        hint: "next, or next 3")
    }
    let position = try session.begin().position
    guard position < session.network.layers.count else {
      throw Failure(
        .order, "the image has gone through every layer",
        hint: "reset starts again; previous goes back a layer")
    }
    let left = session.network.layers.count - position
    return try session.runLayers(to: position + min(count, left))
  }
}

extension Session {
  /// Runs layers until `end` of them have run, and shows each as soon as it has.
  ///
  /// - Returns: what is left to show, and JSON of the layers that ran.
  mutating func runLayers(to end: Int) throws -> Output {
    var reports: [JSONValue] = []
    let begunAt = try begin().position
    try requireMemory(through: end)
    while try begin().position < end {
      let start = ContinuousClock.now
      guard let layer = try step() else { break }
      let report = StepReport(layer, in: self, seconds: start.duration(to: .now).seconds)
      show(report.output)
      reports.append(report.json)
    }
    var output = Output(json: ["layers": .array(reports)])
    if host.isInteractive, begunAt == 0, end < network.layers.count,
      let first = network.layers.first?.name, let maps = try geometry().first?.output.c
    {
      // Only with a few maps is each drawn large enough to see something.
      let view = maps > 6 ? "view \(first)[0...5]" : "view \(first)"
      output.line(
        .faint("try  ") + .name("why \(first)[0, 10, 20]") + .faint(" · ") + .name(view)
          + .faint(" · ") + .name("next"))
    }
    if let trace, trace.next == nil {
      let classes = ClassReport(trace, in: self)
      output.blocks += classes.output.blocks
      output.json = ["layers": .array(reports), "classes": classes.json]
    }
    return output
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
