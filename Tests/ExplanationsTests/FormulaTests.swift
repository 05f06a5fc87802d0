import Tensors
import Testing

@testable import Explanations

/// The printed form of formulas, and that it evaluates to the value printed next to it.
@Suite struct FormulaTests {
  private static let written: [(Double, String)] = [
    (0.1, "0.1"), (-0.1, "−0.1"), (0, "0"), (2, "2"), (1.0 / 3, "0.333333"),
    (2.00064196, "2.00064"),
    (1e-5, "1e-5"), (6.02214e23, "6.02214e23"), (-1.5e-12, "−1.5e-12"), (12_345_678, "12345678"),
    (1_234_567.89, "1234567.89"), (1.0000001, "1.0000001"), (-0.99999999, "−0.99999999"),
    (1.000000000000001, "1.00000"),
    (1.0000000797571, "1.0000001"),
    (123456.7, "123456.7"), (.infinity, "inf"), (-.infinity, "−inf"), (.nan, "nan"),
  ]

  @Test(arguments: written) func numbers(_ value: Double, _ text: String) {
    #expect(Formula.written(value) == text)
    #expect(Step("x", .number(value)).valueText() == text)
  }

  static let a = Formula.symbol("a", 2)
  static let b = Formula.symbol("b", -3)
  static let c = Formula.symbol("c", 0.5)

  @Test(
    arguments: [
      (a + b, "a + b", "2 + (−3)", -1), (b + a, "b + a", "−3 + 2", -1),
      (a - (b - c), "a − (b − c)", "2 − (−3 − 0.5)", 5.5),
      (a - b - c, "a − b − c", "2 − (−3) − 0.5", 4.5),
      (a * (b + c), "a · (b + c)", "2 · (−3 + 0.5)", -5),
      (a / (b * c), "a / (b · c)", "2 / (−3 · 0.5)", -4 / 3),
      (b * a / c, "b · a / c", "−3 · 2 / 0.5", -12),
      (a - b * c, "a − b · c", "2 − (−3 · 0.5)", 3.5),
      (.power(b, a), "b^a", "(−3)^2", 9), (.power(a + c, b), "(a + c)^b", "(2 + 0.5)^(−3)", 0.064),
      (a / .root(a + a), "a / √(a + a)", "2 / √(2 + 2)", 1),
      (.exponential(.number(-2) * c), "e^(−2 · c)", "e^(−2 · 0.5)", 0.36787944117144233),
      (.oneLessExponential(.number(0)) / a, "(1 − e^0) / a", "(1 − e^0) / 2", 0),
      (.exponentialLessOne(.number(0)) / a, "(e^0 − 1) / a", "(e^0 − 1) / 2", 0),
      (.largest([a, b, a + c]), "max(a, b, a + c)", "max(2, −3, 2 + 0.5)", 2.5),
    ] as [(Formula, String, String, Double)])
  func writing(_ formula: Formula, _ symbols: String, _ numbers: String, _ value: Double) {
    #expect(formula.symbols == symbols)
    #expect(formula.numbers() == numbers)
    #expect((formula.value - value).magnitude <= 1e-15 * 16)
  }

  @Test(arguments: ["2 +", "(1", "1 ~ 2", "", "max(1"]) func theReaderRejects(_ text: String) {
    #expect(PrintedFormula.evaluate(text, digits: 6) == nil)
  }

  /// Every step of every seventh element, forward and backward, in three precisions.
  @Test(arguments: SmallNetwork.all, [3, 6, 9])
  func printedFormulasGiveTheValue(_ small: SmallNetwork, digits: Int) throws {
    let trace = try small.backward()
    for layer in trace.geometry {
      for index in indices(of: layer.output).enumerated() where index.offset % 7 == 0 {
        let explanation = try Explanation.explain(trace, layer: layer.index, at: index.element)
        verify(explanation, digits)
      }
      for index in indices(of: layer.input).enumerated() where index.offset % 7 == 0 {
        let explanation = try Explanation.explainGradient(
          trace, layer: layer.index - 1, at: index.element)
        verify(explanation, digits)
      }
    }
  }

  private func verify(_ explanation: Explanation, _ digits: Int) {
    for step in explanation.steps {
      let text = step.numbers(digits: digits)
      let place = "\(explanation.layerName)\(explanation.index) \(step.symbol) = \(text)"
      guard let interval = PrintedFormula.evaluate(text, digits: digits) else {
        Issue.record("not a formula: \(place)")
        continue
      }
      #expect(interval.contains(step.value), "\(place) is not \(step.value)")
    }
  }
}
