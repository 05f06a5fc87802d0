import Basics
import Cells
import Documents
import Explanations
import Expressions
import Layers
import Networks
import TensorFiles

/// An explanation laid out for people, and as JSON.
struct ExplanationReport {
  /// The report.
  private(set) var output = Output()
  let explanation: Explanation
  let showsAll: Bool
  let session: Session
  /// The terms for the JSON, set by the code for each kind of layer.
  var terms: [JSONValue.Member] = []

  /// Lays out an explanation.
  init(_ explanation: Explanation, showsAll: Bool, in session: Session) {
    self.explanation = explanation
    self.showsAll = showsAll
    self.session = session
    detail()
    output.json = json
    output.value = Value(Double(explanation.stored))
  }

  /// The element's name: `norm1[17, 10, 23]`.
  var element: String {
    let coordinates = explanation.index.map(String.init).joined(separator: ", ")
    switch explanation.subject {
    case .output: return "\(explanation.layerName)[\(coordinates)]"
    case .gradient: return "∂L/∂\(explanation.layerName)[\(coordinates)]"
    case .parameterGradient(let role):
      return "∂L/∂\(explanation.layerName).\(role.rawValue)[\(coordinates)]"
    }
  }

  /// Adds a line.
  mutating func line(_ text: Text, indent: Int = 0, hang: Int? = nil) {
    output.line(text, indent: indent, hang: hang)
  }

  /// Adds a table.
  mutating func table(_ table: Table) { output.table(table) }

  /// Adds an empty line.
  mutating func blank() { output.blank() }

  /// Adds the steps of the formula with numbers, then the stored value and whether it agrees.
  mutating func steps() {
    if let rounding = explanation.rounding { self.rounding(rounding) }
    let width = explanation.steps.map { displayWidth($0.symbol) }.max() ?? 0
    for step in explanation.steps {
      let numbers = step.numbers()
      var text: Text = .faint(step.symbol.padding(to: max(8, width + 2)))
      if step.symbols != numbers { text += "\(step.symbols) = " }
      // A formula of a single number is the same as its value.
      if numbers.contains(" ") { text += "\(numbers) = " }
      text += .strong(step.valueText(digits: 6))
      line(text, indent: 2, hang: 12)
    }
    verdict()
  }

  /// Adds the stored value and whether it agrees.
  mutating func verdict() {
    let check = explanation.check
    var text: Text =
      .faint("stored  ") + .strong(NumberFormat.shortest(check.stored, powers: -4...15)) + "  "
    switch check.agreement {
    case .identical:
      text +=
        .good("✓ the same")
        + .faint("  (in Double \(number(check.recomputed, 9)))")
    case .rounding: text += .good("✓ within rounding") + .faint("  (\(distance))")
    case .floatArithmetic: text += .good("✓ within Float arithmetic") + .faint("  (\(distance))")
    case .disagrees:
      text +=
        .bad(
          "✗ the kernel computed another number: the formula gives \(number(check.recomputed, 9))")
        + .faint("  (\(distance))")
    }
    line(text, indent: 2, hang: 10)
  }

  private var distance: String {
    explanation.check.ulps.map { "\($0) ULP apart" } ?? "one of them is not a number"
  }

  private var json: JSONValue {
    let check = explanation.check
    return .object(
      [
        .init(name: "element", value: .string(element)),
        .init(name: "layer", value: .string(explanation.layerName)),
        .init(name: "index", value: .integers(explanation.index)),
        .init(name: "stored", value: .float(check.stored)),
        .init(name: "recomputed", value: .number(check.recomputed)),
        .init(name: "agreement", value: .string(check.agreement.rawValue)),
        .init(name: "ulps", value: check.ulps.map { .integer($0) } ?? .null),
        .init(
          name: "steps",
          value: .array(
            explanation.steps.map {
              [
                "symbol": .string($0.symbol), "formula": .string($0.symbols),
                "numbers": .string($0.numbers()), "value": .number($0.value),
              ]
            })),
      ] + terms + (explanation.rounding.map(Self.json) ?? []))
  }
}
