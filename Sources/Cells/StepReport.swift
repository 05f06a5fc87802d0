import Basics
import Documents
import Expressions
import Layers
import Networks
import TensorFiles
import Tensors

/// A report on one layer: its shapes with their formulas, and statistics of its output.
package struct StepReport {
  /// The report for people.
  package let output: Output
  /// The report as JSON.
  package let json: JSONValue

  /// The report of a layer that has just run.
  package init(_ layer: LayerGeometry, in session: Session, seconds: Double) {
    var output = Self.header(layer, in: session)
    guard let values = session.trace?.output(of: layer.index) else {
      preconditionFailure("A step is reported after it has run.")
    }
    let statistics = TensorStatistics(values)
    let engine = session.settings.engine == "reference" ? "" : ", \(session.settings.engine)"
    output.line(
      Self.label("output") + statistics.text + .faint(Self.time(seconds) + engine + ")"),
      indent: 8, hang: 20)
    self.output = output
    json = [
      "name": .string(layer.name), "kind": .string(layer.layer.kind.rawValue),
      "input": .integers(layer.input.withoutBatch.dimensions),
      "output": .integers(layer.output.withoutBatch.dimensions),
      "parameters": .integer(layer.parameterCount), "macs": .integer(layer.multiplyAdds),
      "formulas": .array(layer.formulas.map { .string($0.text) }),
      "statistics": statistics.json,
    ]
  }

  /// A layer in its place, without values.
  package static func describe(layer index: Int, in session: Session) throws -> Output {
    header(try session.geometry()[index], in: session)
  }

  private static func header(_ layer: LayerGeometry, in session: Session) -> Output {
    var output = Output()
    let shapes = "\(layer.input.withoutBatch) → \(layer.output.withoutBatch)"
    // Settings too long to share a line with the shapes get a separate line.
    let fits = displayWidth(layer.layer.words) + displayWidth(shapes) <= 68
    output.split(
      .name(layer.name.padding(to: 8)) + Text(fits ? layer.layer.words : layer.layer.kind.title),
      Text(shapes))
    if !fits { output.line(label("settings") + Text(layer.layer.settings), indent: 8, hang: 20) }
    let totals = try? Summary(session.network)
    for formula in layer.formulas {
      var line = label(formula.subject.rawValue) + Text(formula.text)
      if let totals, let share = share(of: formula, layer, in: totals) {
        line += .faint("   \(share)")
      }
      output.line(line, indent: 8, hang: 20)
    }
    return output
  }

  /// A time in seconds or milliseconds with an opening parenthesis: `  (0.14 s`, ` (0.8 ms`.
  ///
  /// The width is always the same, so that lines break at the same place in every run.
  private static func time(_ seconds: Double) -> String {
    ("(" + DurationFormat.format(seconds)).paddingLeft(to: 9, gap: 2)
  }

  private static func label(_ text: String) -> Text { .faint(text.padding(to: 12)) }

  private static func share(
    of formula: CountDerivation, _ layer: LayerGeometry, in totals: Summary
  ) -> String? {
    switch formula.subject {
    case .parameters where totals.parameters > 0:
      let share = Double(layer.parameterCount) / Double(totals.parameters)
      return "\(NumberFormat.percent(share)) of the network"
    case .work where totals.multiplyAdds > 0:
      let share = Double(layer.multiplyAdds) / Double(totals.multiplyAdds)
      return "\(NumberFormat.percent(share)) of the network"
    default: return nil
    }
  }
}
