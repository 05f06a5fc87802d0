import Basics
import Cells
import Documents
import Goldens
import Networks
import TensorFiles
import Tensors

/// Two engines compared, one line per layer.
struct CompareReport {
  /// The report; its exit code is 1 if an output is outside its bound.
  let output: Output

  init(_ geometry: [LayerGeometry], _ runs: [EngineRun], network: String) {
    let (a, b) = (runs[0], runs[1])
    // Rounding to bfloat16 moves numbers by thousands of Floats, so these aren't worth a column.
    let isFloat = b.engine.precision == .float
    var columns: [Table.Column] = [
      .init("layer"), .init("difference", numeric: true), .init("of bound", numeric: true),
    ]
    if isFloat {
      columns += [
        .init("ULP", numeric: true, drop: 1), .init("gradient", numeric: true, drop: 2),
      ]
    }
    columns += [
      .init(a.engine.name, numeric: true), .init(b.engine.name, numeric: true), .init(""),
    ]
    var table = Table(columns, indent: 2)
    var rows: [JSONValue] = []
    var (failures, largest) = (0, (ratio: 0.0, layer: ""))
    let logits = geometry.count > 1 ? a.plan.output(of: geometry.count - 2) : nil
    let agreement = logits.map {
      NetworkAgreement(
        geometry, between: [a, b].map { Engines.arithmetic(of: $0.engine) }, logits: $0)
    }
    for layer in geometry {
      let i = layer.index
      guard let agreement, let left = a.plan.output(of: i), let right = b.plan.output(of: i)
      else { continue }
      let comparison = agreement.output(of: i, right, left)
      let worst = comparison.worst
      let gradient = Self.relative(a.plan.inputGradient(of: i), b.plan.inputGradient(of: i))
      failures += comparison.passed ? 0 : 1
      if let worst, worst.ratio > largest.ratio { largest = (worst.ratio, layer.name) }
      var row: [Text] = [
        .name(layer.name), Text(worst.map { NumberFormat.short($0.error) } ?? "–"),
        Text(worst.map { NumberFormat.percent($0.ratio) } ?? "–"),
      ]
      if isFloat {
        row.append(Text(worst?.ulps.map { "\($0)" } ?? "–"))
        row.append(Text(gradient.map(NumberFormat.short) ?? "–"))
      }
      table.row(
        row + [
          Self.time(a.forward[i]), Self.time(b.forward[i]),
          comparison.passed ? .good("✓") : .bad("✗ \(comparison.failures) outside"),
        ])
      rows.append([
        "layer": .string(layer.name), "difference": .number(worst?.error ?? 0),
        "bound": .number(worst?.bound ?? 0), "ulp": worst?.ulps.map { .integer($0) } ?? .null,
        "outside": .integer(comparison.failures),
        "gradient_difference": gradient.map { .number($0) } ?? .null,
        "seconds": .array([.number(a.forward[i]), .number(b.forward[i])]),
      ])
    }
    var output = Output(
      json: [
        "network": .string(network),
        "engines": .array([.string(a.engine.title), .string(b.engine.title)]),
        "loss": .array([.number(a.loss), .number(b.loss)]),
        "forward_s": .array([a, b].map { .number($0.forward.reduce(0, +)) }),
        "backward_s": .array([a, b].map { $0.backward.map { .number($0) } ?? .null }),
        "largest_share_of_bound": .number(largest.ratio),
        "layers": .array(rows), "outside": .integer(failures),
      ])
    output.line(.strong(network) + ": \(b.engine.title) compared with \(a.engine.title)")
    output.table(table)
    func seconds(_ what: String, _ x: Double, _ y: Double) {
      output.line(
        Text("\(what)  \(a.engine.name) ") + Self.time(x) + ", \(b.engine.name) " + Self.time(y),
        indent: 2)
    }
    seconds("forward ", a.forward.reduce(0, +), b.forward.reduce(0, +))
    if let x = a.backward, let y = b.backward { seconds("backward", x, y) }
    output.line(
      Text("loss of class 0  \(NumberFormat.format(a.loss)), ")
        + "difference \(NumberFormat.short(abs(a.loss - b.loss)))", indent: 2)
    if isFloat {
      output.line(
        .faint(
          "gradient: the largest difference in the gradient of the layer's input, divided by its RMS"
        ), indent: 2)
    }
    output.line(
      failures == 0
        ? .good("✓ every output within its bound")
          + (isFloat
            ? ""
            : .faint(
              "; the largest error is \(NumberFormat.percent(largest.ratio)) of it, at \(largest.layer)"
            ))
        : .bad("✗ \(NumberFormat.count(failures, "layer")) outside the bound"), indent: 2)
    output.exitCode = failures == 0 ? 0 : 1
    self.output = output
  }

  private static func time(_ seconds: Double) -> Text {
    Text(DurationFormat.milliseconds(seconds, decimals: 1))
  }

  /// The largest difference divided by the root mean square of the first tensor.
  private static func relative(_ a: Tensor?, _ b: Tensor?) -> Double? {
    guard let a, let b else { return nil }
    let rms = a.values.rootMeanSquare
    var largest = 0.0
    for (x, y) in zip(a.values, b.values) {
      let difference = abs(Double(x) - Double(y))
      guard difference.isFinite else { return .nan }
      largest = max(largest, difference)
    }
    return rms > 0 ? largest / rms : largest
  }
}
