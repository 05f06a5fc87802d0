import Layers
import ReferenceEngine
import Tensors
import TestSupport
import Testing

@Suite("Activations, dropout, softmax by hand")
struct ActivationTables {
  static let cases = [
    HandWorked(
      name: "relu; its gradient at 0 is 0", layer: .relu, input: map([[-2, 0, 3]]),
      expected: map([[0, 0, 3]]), gradient: (g: [1, 2, 4], dx: [0, 0, 4])),
    // tanh and 1/cosh² in Python. At 9 the latter is 6.1e-8, for which 1 − tanh² in Float would
    // give 0.
    HandWorked(
      name: "tanh", layer: .tanh, input: map([[0, 0.5, -1, 9]]),
      expected: map([[0, 0.46211715726, -0.76159415596, 0.99999996954]]),
      gradient: (g: [1, 2, 1, 1], dx: [1, 1.57289546593, 0.41997434161, 6.09199170572e-8])),
    // α·(e^x − 1) and α·e^x with α = 2; at 0 the slope is α.
    HandWorked(
      name: "elu", layer: .activation(.elu(alpha: 2)), input: map([[0, 0.5, -1, -9, -1e-6]]),
      expected: map([[0, 0.5, -1.26424111766, -1.99975318039, -1.999999e-6]]),
      gradient: (g: [1, 2, 1, 1, 3], dx: [2, 2, 0.73575888234, 2.46819608173e-4, 5.999994])),
    HandWorked(
      name: "flatten is row-major", layer: .flatten,
      input: Tensor(shape: [2, 2, 1, 2], values: [1, 2, 3, 4, 5, 6, 7, 8]),
      expected: features([[1, 2, 3, 4], [5, 6, 7, 8]]),
      gradient: (g: [8, 7, 6, 5, 4, 3, 2, 1], dx: [8, 7, 6, 5, 4, 3, 2, 1])),
    HandWorked(
      name: "dropout at test, as in the paper", layer: .dropout(Dropout(rate: 0.25)),
      input: features([[4, -8]]), expected: features([[3, -6]]),
      gradient: (g: [1, 2], dx: [0.75, 1.5])),
    HandWorked(
      name: "dropout at test, inverted",
      layer: .dropout(Dropout(rate: 0.25, convention: .inverted)),
      input: features([[4, -8]]), expected: features([[4, -8]]), gradient: (g: [1, 2], dx: [1, 2])),
    HandWorked(
      name: "softmax of equals", layer: .softmax, input: features([[3, 3, 3, 3]]),
      expected: features([[0.25, 0.25, 0.25, 0.25]]),
      // p·(g − Σ g·p) with Σ g·p = 1
      gradient: (g: [1, 2, 1, 0], dx: [0, 0.25, 0, -0.25])),
    HandWorked(
      name: "softmax, element by element of the batch", layer: .softmax,
      input: features([[0.5, -1, 2], [0, 0, 0]]),
      expected: features([
        [0.17529039, 0.03911257, 0.78559703], [1 / 3.0, 1 / 3.0, 1 / 3.0],
      ])),
    HandWorked(
      name: "softmax does not overflow", layer: .softmax, input: features([[1000, 0, -1000]]),
      expected: features([[1, 0, 0]]), gradient: (g: [1, 1, 1], dx: [0, 0, 0])),
  ]

  /// Every operation has a row in one of the tables by hand.
  @Test func theTablesAreComplete() {
    let rows =
      Self.cases + ConvolutionTables.cases + PoolingTables.cases + NormalizationTables.cases
      + [NormalizationTables.batch]
    #expect(Set(rows.map(\.layer.kind)) == Set(Layer.Kind.allCases))
  }

  @Test(arguments: testedEngines, cases)
  func byHand(_ tested: EngineUnderTest, _ row: HandWorked) throws { try row.check(tested) }

  @Test(
    arguments: testedEngines,
    [
      (.paper, [4, 0], [1, 0]), (.inverted, [16, 0], [4, 0]),
    ] as [(Dropout.Convention, [Float], [Float])])
  func dropoutInTraining(
    _ tested: EngineUnderTest, row: (convention: Dropout.Convention, y: [Float], dx: [Float])
  ) throws {
    let (convention, y, dx) = row
    let plan = try tested.engine.prepare(
      [.dropout(Dropout(rate: 0.75, convention: convention))], input: [1, 2], mode: .training)
    plan.setMask(features([[1, 0]]), of: 0)
    plan.setInput(features([[4, -8]]))
    try plan.forward()
    #expect(plan.output(of: 0)?.values == y)
    try plan.backward(from: features([[1, 1]]), cancellation: .never)
    #expect(plan.inputGradient(of: 0)?.values == dx)
  }

  /// The losses are logarithms of whole numbers: log 4 for four equal classes, and so on.
  @Test(
    arguments: testedEngines,
    [
      ([[3, 3, 3, 3]], [2], 1.3862943611198906, [0.25, 0.25, -0.75, 0.25]),
      ([[0, 0], [5, 5]], [0, 1], 0.6931471805599453, [-0.25, 0.25, 0.25, -0.25]),
      // The probability underflows to 0; the loss is still 1000.
      ([[1000, 0]], [1], 1000, [1, -1]),
      ([[1000, 0]], [0], 0, [0, 0]),
      ([[-200, 0], [0, 0]], [0, 0], (200 + 0.6931471805599453) / 2, [-0.5, 0.5, -0.25, 0.25]),
    ] as [([[Float]], [Int], Double, [Float])])
  func crossEntropy(
    _ tested: EngineUnderTest,
    row: (logits: [[Float]], labels: [Int], loss: Double, gradient: [Float])
  ) throws {
    let (logits, labels, loss, gradient) = row
    let plan = try tested.engine.prepare(
      [.softmax], input: features(logits).shape, mode: .training)
    plan.setInput(features(logits))
    try plan.forward()
    #expect(abs(plan.loss(labels: labels) - loss) <= 2 * loss.ulp)
    try plan.backward(labels: labels, cancellation: .never)
    #expect(plan.inputGradient(of: 0)?.values == gradient)
  }
}
