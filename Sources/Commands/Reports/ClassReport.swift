import Basics
import Cells
import Documents
import Networks
import TensorFiles
import Tensors

/// The classes with the largest outputs, after the last layer.
struct ClassReport {
  /// The five best classes in words and bars; empty if the last layer gives maps.
  let output: Output
  /// The same as JSON; null if the last layer gives maps.
  let json: JSONValue

  /// Lays out the outputs of a trace whose layers have all run.
  init(_ trace: Trace, in session: Session) {
    let last = trace.geometry.count - 1
    guard last >= 0, let tensor = trace.output(of: last), tensor.shape.rank == 2 else {
      // The last layer gives maps, not classes.
      (output, json) = (Output(), .null)
      return
    }
    let scores = ClassScores(tensor.values.map(Double.init), of: session.network)
    let best = scores.best(5)
    let isTrained = session.weights.isTrained(trace.geometry)
    var output = Output()
    var table = Table([.init(""), .init("", numeric: true), .init("", drop: 1)], indent: 8)
    for number in best {
      table.row([Text(session.className(number)), scores.text(number), scores.bar(number)])
    }
    output.line(scores.areProbabilities ? "most likely" : "largest logits", indent: 8)
    output.table(table)
    for line in [scores.note, scores.complaint].compactMap(\.self) {
      output.line(line, indent: 8)
    }
    if let label = session.picture.label { output.line("the data set says: \(label)", indent: 8) }
    if let note = Self.untrained(session.weights, trace.geometry) {
      output.line(note, indent: 8)
    }
    self.output = output
    json = [
      "trained": .boolean(isTrained),
      "best": .array(
        best.map {
          scores.json($0, name: session.className($0), .float(tensor.values[$0]))
        }),
    ]
  }
}

extension ClassReport {
  /// A note that the classes mean nothing, because all layers are untrained, or some; nil if none is.
  fileprivate static func untrained(_ weights: Weights, _ geometry: [LayerGeometry]) -> Text? {
    let drawn = weights.untrained(geometry)
    guard let first = drawn.first else { return nil }
    guard drawn.count < geometry.count(where: { !$0.parameters.isEmpty }) else {
      return .notice("untrained: the classes mean nothing")
        + .faint(" (load trained loads a trained network)")
    }
    let others = drawn.count - 1
    return .notice(
      "\(first.name)\(others > 0 ? " and \(NumberFormat.count(others, "other layer"))" : "") "
        + "untrained: the classes mean nothing")
      + .faint(" (train --from loaded --data DATA trains on)")
  }
}

/// The gradients of every layer, after `backward`.
struct GradientReport {
  /// The report.
  let output: Output

  /// Lays out the gradients of a trace that has run backward from this class.
  init(_ trace: Trace, label: Int, in session: Session) {
    let loss = trace.loss(labels: [label])
    var output = Output()
    output.line(
      "loss of " + .name(session.className(label)) + " = −ln p = ln Σ e^x − x = "
        + .strong(number(loss)) + .faint(" nats"))
    var table = Table(
      [
        .init("gradient of"), .init("shape"), .init("root mean square", numeric: true),
        .init("largest", numeric: true, drop: 1), .init("zero", numeric: true, drop: 2),
      ], indent: 2)
    var rows: [JSONValue] = []
    func row(_ name: String, _ tensor: Tensor) {
      let rms = tensor.values.rootMeanSquare
      let largest =
        tensor.values.map(\.magnitude).indexOfLargest.map { abs(tensor.values[$0]) } ?? 0
      let zeros = Double(tensor.values.count { $0 == 0 }) / Double(max(1, tensor.count))
      table.row([
        .name(name), Text("\(tensor.shape)"), Text(NumberFormat.format(rms, significant: 4)),
        Text(NumberFormat.format(Double(largest), significant: 4)),
        Text(NumberFormat.percent(zeros)),
      ])
      rows.append([
        "name": .string(name), "shape": .integers(tensor.shape.dimensions), "rms": .number(rms),
        "largest": .float(largest), "zeros": .number(zeros),
      ])
    }
    for layer in trace.geometry.reversed() {
      let trainable = layer.parameters.filter(\.isTrainable)
      for (parameter, gradient) in zip(trainable, trace.parameterGradients(of: layer.index) ?? []) {
        row(layer.name(of: parameter), gradient)
      }
    }
    if let pixels = trace.inputGradient(of: 0) { row("the image", pixels) }
    output.table(table)
    let example = trace.geometry.first { !$0.parameters.isEmpty }?.name ?? trace.geometry[0].name
    output.line(.faint("one element: ") + .name("why gradient \(example)[c, y, x]"), indent: 2)
    output.json = ["class": .integer(label), "loss": .number(loss), "gradients": .array(rows)]
    self.output = output
  }
}
