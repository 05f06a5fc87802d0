import Layers
import Tensors
import TestSupport
import Testing

/// One layer on numbers small enough to compute by hand: a row of the tables in this folder.
struct HandWorked: CustomTestStringConvertible, Sendable {
  let name: String
  let layer: Layer
  let input: Tensor
  var parameters: [Tensor] = []
  var mode = Mode.inference
  /// The layer's output.
  let expected: Tensor
  /// A gradient ∂L/∂y and the resulting ∂L/∂x; nil if only the output is computed by hand.
  var gradient: (g: [Float], dx: [Float])?

  var testDescription: String { name }

  /// Runs the layer and compares. The expected numbers are exact or, if the table gives decimals,
  /// rounded once from Double: one ULP covers both. Engines that compute in Float get a few more.
  func check(_ tested: EngineUnderTest) throws {
    let plan = try tested.engine.prepare([layer], input: input.shape, mode: mode)
    if !parameters.isEmpty { plan.setParameters(parameters, of: 0) }
    plan.setInput(input)
    try plan.forward()
    let output = try #require(plan.output(of: 0))
    #expect(output.shape == expected.shape)
    #expect(tested.isClose(expected.values, output.values), "\(output.values)")
    guard let gradient else { return }
    try plan.backward(
      from: Tensor(shape: expected.shape, values: gradient.g), cancellation: .never)
    let dx = try #require(plan.inputGradient(of: 0))
    #expect(dx.shape == input.shape)
    #expect(tested.isClose(gradient.dx, dx.values), "\(dx.values)")
  }
}

extension EngineUnderTest {
  /// Whether all values agree within the engine's units in the last place. With Winograd's
  /// transforms, these are units of the largest value, since the transforms mix the places of a
  /// tile.
  func isClose(_ expected: [Float], _ got: [Float]) -> Bool {
    guard arithmetic.winograd != nil else { return closeTo(expected, got, ulps: ulps) }
    let largest = expected.map(\.magnitude).max() ?? 0
    return expected.count == got.count
      && zip(expected, got).allSatisfy { $0 == $1 || abs($0 - $1) <= ulps * largest.ulp }
  }
}

/// Whether all values agree within this many units in the last place.
func closeTo(_ expected: [Float], _ got: [Float], ulps: Float = 1) -> Bool {
  expected.count == got.count
    && zip(expected, got).allSatisfy { $0 == $1 || abs($0 - $1) <= ulps * $0.magnitude.ulp }
}

/// A tensor with one channel of one image, from its rows.
func map(_ rows: [[Float]]) -> Tensor {
  Tensor(shape: [1, 1, rows.count, rows[0].count], values: rows.flatMap { $0 })
}

/// A tensor of C channels of 1×1.
func channels(_ values: [Float]) -> Tensor {
  Tensor(shape: [1, values.count, 1, 1], values: values)
}

/// A tensor of N×F from its rows.
func features(_ rows: [[Float]]) -> Tensor {
  Tensor(shape: [rows.count, rows[0].count], values: rows.flatMap { $0 })
}
