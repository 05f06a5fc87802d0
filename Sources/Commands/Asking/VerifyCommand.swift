import ArgumentParser
import Basics
import Cells
import Documents
import Explanations
import Layers
import Networks
import Tensors

/// Checks gradients by central differences.
package struct VerifyCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check a layer's gradient by central differences: verify gradient conv1.",
    discussion: """
      The layer is checked with its current settings and input, and a random gradient g of its output. \
      For a few elements of the input and of each parameter, L = Σ g·y is computed at x − h and x + h, \
      and (L₊ − L₋) / 2h is compared with the backward kernel.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example(
      "verify gradient norm1", "LRN's backward pass", expect: "−0.2657  ✓", after: ["next 3"]),
    .slip("verify gradient conv9", "an unknown layer", expect: "there is no layer 'conv9'"),
    .slip("verify conv1", "the word gradient is missing", expect: "verify gradient conv1"),
  ]

  @Argument(help: "gradient, then the layer.") var what: [String]
  @Option(help: ArgumentHelp("Number of elements to check in each tensor (16).", valueName: "n"))
  var samples = 16
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// `gradient`, then the names of the layers.
  package static func completions(for words: [String], in session: Session) -> [String] {
    words.count <= 2 ? ["gradient"] : session.network.layers.map(\.name)
  }

  /// What is checked, and about how long that takes, including the layers that must run first.
  package func work(in session: Session) -> Work? {
    guard what.first == "gradient", what.count == 2, (1...1000).contains(samples),
      let index = session.network.index(of: what[1]), let geometry = try? session.geometry()
    else { return nil }
    // Layers without products take about as long as 30 multiply-adds for each output.
    func cost(_ layer: LayerGeometry) -> Double {
      Double(max(layer.multiplyAdds, 30 * layer.output.count))
    }
    let layer = geometry[index]
    let position = session.trace?.position ?? 0
    let tensors = 1 + layer.parameters.count { $0.isTrainable }
    let elements =
      (try? GradientCheck.count(of: layer.layer, input: layer.input, samples: samples)) ?? samples
    // Two forward passes for each element, and two more if their results are too close.
    let checking = Double(tensors * elements * 4) * cost(layer)
    let missing = geometry[min(position, index + 1)..<index + 1].map(cost)
    return Work(
      deed: "checks gradients of \(layer.name)",
      seconds: Work.seconds(
        multiplyAdds: missing.reduce(checking, +), on: session.settings.engine),
      leavesSession: position > index)
  }

  /// Compares the backward kernel with central differences.
  package func run(in session: inout Session) throws -> Output {
    guard what.first == "gradient", what.count == 2 else {
      let layer = what.last.flatMap { session.network.index(of: $0) == nil ? nil : $0 } ?? "LAYER"
      throw Failure(.usage, "verify what?", hint: "verify gradient \(layer)")
    }
    guard (1...1000).contains(samples) else {
      throw Failure(.usage, "--samples takes a number from 1 to 1000, not \(samples)")
    }
    let index = try session.layerIndex(what[1])
    let trace = try session.trace(through: index)
    guard let x = trace.input(of: index) else {
      preconditionFailure("A layer that has run has an input.")
    }
    let geometry = trace.geometry[index]
    let check = try GradientCheck(
      geometry.layer, input: x, parameters: trace.parameters(of: index) ?? [],
      engine: session.engine(), samples: samples, seed: session.settings.seed,
      cancellation: session.host.cancellation)
    return report(check, geometry)
  }

  private func report(_ check: GradientCheck, _ geometry: LayerGeometry) -> Output {
    var table = Table(
      [
        .init("∂L/∂"), .init("elements", numeric: true), .init("largest error", numeric: true),
        .init("its bound", numeric: true), .init("gradient there", numeric: true, drop: 1),
        .init(""),
      ], indent: 2)
    for row in check.rows {
      table.row([
        .name(row.name), Text("\(row.count)"), Text(number(row.error, 3)),
        Text(number(row.bound, 3)), Text(number(row.kernel, 4)),
        row.isEmpty ? .notice("nothing compared") : row.holds ? .good("✓") : .bad("✗"),
      ])
    }
    var output = Output()
    output.line(
      .name(geometry.name)
        + "  \(geometry.layer.words): backward kernel against central differences",
      hang: 2)
    output.table(table)
    for row in check.rows where !row.holds && !row.isEmpty {
      output.line(
        .bad("✗ \(row.name)[\(coordinates(row.index))]: ")
          + "kernel \(number(row.kernel)), differences \(number(row.difference))", indent: 2,
        hang: 4)
    }
    if check.skipped > 0 {
      output.line(
        .faint(
          "\(NumberFormat.count(check.skipped, "element")) left out: the layer has a kink within h, where no "
            + "derivative exists"), indent: 2, hang: 2)
    }
    output.exitCode = check.rows.allSatisfy { $0.holds || $0.isEmpty } ? 0 : 1
    if output.exitCode != 0 {
      output.line(
        .bad(
          "✗ the backward kernel is not the derivative of the forward kernel: one of them is wrong"),
        indent: 2, hang: 4)
    }
    output.json = [
      "layer": .string(geometry.name), "holds": .boolean(output.exitCode == 0),
      "rows": .array(
        check.rows.map {
          [
            "tensor": .string($0.name), "elements": .integer($0.count), "error": .number($0.error),
            "bound": .number($0.bound), "index": .integers($0.index), "kernel": .number($0.kernel),
            "difference": .number($0.difference), "holds": .boolean($0.holds),
          ]
        }),
      "skipped": .integer(check.skipped),
    ]
    return output
  }
}
