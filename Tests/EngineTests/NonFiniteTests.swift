import Layers
import ReferenceEngine
import Tensors
import TestSupport
import Testing

/// NaN and infinities are never lost, and spread no further than the formula says.
@Suite("NaN and infinities")
struct NonFiniteTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let layer: Layer
    let input: Tensor
    var parameters: [Tensor] = []
    let expected: [Float]
    /// Whether fast engines, which multiply zeros of the padding, may give NaN instead of a number.
    var meetsPadding = false
    var testDescription: String { name }
  }

  static let nan = Float.nan
  static let infinity = Float.infinity

  static let cases = [
    Case(
      name: "relu keeps a NaN", layer: .relu, input: map([[nan, -1, 2]]), expected: [nan, 0, 2]),
    Case(
      name: "relu of infinities", layer: .relu, input: map([[infinity, -infinity]]),
      expected: [infinity, 0]),
    Case(
      name: "tanh", layer: .tanh, input: map([[nan, infinity, -infinity]]), expected: [nan, 1, -1]),
    Case(
      name: "elu", layer: .activation(.elu(alpha: 3)), input: map([[nan, infinity, -infinity]]),
      expected: [nan, infinity, -3]),
    Case(
      name: "max pooling: a NaN wins, first or last in its window",
      layer: .maxPooling(PoolingTables.pooling(2, 2)),
      input: map([[nan, 9, 1, 2, 3, 4], [1, 2, 3, nan, 5, 6]]), expected: [nan, nan, 6]),
    Case(
      name: "max pooling: a NaN wins over infinity",
      layer: .maxPooling(PoolingTables.pooling(2, 2)),
      input: map([[infinity, nan], [1, 2]]), expected: [nan]),
    Case(
      name: "average pooling", layer: .averagePooling(PoolingTables.pooling(1, 1)),
      input: map([[nan, 1, infinity]]), expected: [nan, 1, infinity]),
    Case(
      name: "convolution: only the windows that hold it",
      layer: ConvolutionTables.convolution(1, 2), input: map([[nan, 1, 1], [1, 1, 1]]),
      parameters: ConvolutionTables.parameters([1, 1, 1, 1], [1, 1, 2, 2]), expected: [nan, 4]),
    Case(
      name: "convolution: an infinite weight reads no padding",
      layer: ConvolutionTables.convolution(1, 2, 2, 1), input: map([[1, 1], [1, 1]]),
      parameters: ConvolutionTables.parameters([infinity, 2, 3, 4], [1, 1, 2, 2]),
      expected: [4, 3, 2, infinity], meetsPadding: true),
    Case(
      name: "locally connected: only the window that holds it",
      layer: .locallyConnected(LocallyConnected(filters: 1, window: Window(kernel: 1))),
      input: map([[nan, infinity, 2]]),
      parameters: [
        Tensor(repeating: 1, shape: [1, 3, 1, 1, 1, 1]), Tensor(zeros: [1, 3, 1]),
      ], expected: [nan, infinity, 2]),
    Case(
      name: "linear: 0 · infinity is NaN", layer: .linear(Linear(outputs: 2)),
      input: features([[infinity, 1]]),
      parameters: [features([[0, 1], [-1, 1]]), Tensor(zeros: [2])], expected: [nan, -infinity]),
    Case(
      name: "across channels: as far as the window reaches",
      layer: NormalizationTables.lrn(3, .paper), input: channels([nan, 0, 0, 1]),
      expected: [nan, nan, 0, 0.5]),
    Case(
      name: "across channels: an infinity normalizes its neighbours to 0",
      layer: NormalizationTables.lrn(3, .paper), input: channels([infinity, 1, 0, 1]),
      expected: [nan, 0, 0, 0.5]),
    Case(
      name: "within a channel: as far as the window reaches",
      layer: .spatialNormalization(
        SpatialNormalization(n: 3, k: 1, alpha: 1, beta: 1, convention: .paper)),
      input: map([[nan, 0, 0, 1]]), expected: [nan, nan, 0, 0.5]),
    Case(
      name: "batch normalization in inference: each element by itself",
      layer: .batchNormalization(BatchNormalization(epsilon: 1e-30)),
      input: map([[nan, infinity, 2]]),
      parameters: [[1], [0], [0], [1]].map { features([$0]).reshaped(to: [1]) },
      expected: [nan, infinity, 2]),
    Case(
      name: "flatten", layer: .flatten, input: map([[nan, -infinity]]), expected: [nan, -infinity]),
    Case(
      name: "dropout at test", layer: .dropout(Dropout(rate: 0.5)),
      input: map([[nan, infinity, 2]]), expected: [nan, infinity, 1]),
    Case(
      name: "softmax of a NaN", layer: .softmax, input: features([[0, nan], [0, 0]]),
      expected: [nan, nan, 0.5, 0.5]),
    Case(
      name: "softmax of minus infinity", layer: .softmax, input: features([[0, -infinity]]),
      expected: [1, 0]),
    Case(
      name: "softmax of infinity", layer: .softmax, input: features([[0, infinity]]),
      expected: [nan, nan]),
    Case(
      name: "the sum overflows Float, not Double",
      layer: .averagePooling(PoolingTables.pooling(2, 2)),
      input: map([[3e38, 3e38], [3e38, 3e38]]), expected: [3e38]),
  ]

  @Test func theTableIsComplete() {
    #expect(Set(Self.cases.map(\.layer.kind)) == Set(Layer.Kind.allCases))
  }

  @Test(arguments: testedEngines, cases)
  func forward(_ tested: EngineUnderTest, _ c: Case) throws {
    let plan = try tested.engine.prepare([c.layer], input: c.input.shape, mode: .inference)
    if !c.parameters.isEmpty { plan.setParameters(c.parameters, of: 0) }
    plan.setInput(c.input)
    try plan.forward()
    let got = try #require(plan.output(of: 0)).values
    let isFast = tested.engine.name != referenceUnderTest.engine.name
    let seen = zip(got, c.expected).map { c.meetsPadding && isFast && $0.isNaN ? $1 : $0 }
    #expect(same(seen, c.expected), "\(got)")
  }

  /// A NaN in the gradient reaches the elements that the gradient flows to: through the first NaN
  /// of a window, and through a ReLU where x is NaN.
  @Test(
    arguments: testedEngines,
    [
      (.relu, map([[nan, -1, 1]]), [1, nan, nan], [1, 0, nan]),
      (
        .maxPooling(PoolingTables.pooling(2, 2)), map([[5, nan], [nan, 1]]), [3],
        [0, 3, 0, 0]
      ),
      (
        .averagePooling(PoolingTables.pooling(2, 2)), map([[1, 2], [3, 4]]), [nan],
        [nan, nan, nan, nan]
      ),
    ] as [(Layer, Tensor, [Float], [Float])])
  func backward(
    _ tested: EngineUnderTest, row: (layer: Layer, input: Tensor, g: [Float], dx: [Float])
  ) throws {
    let (layer, input, g, dx) = row
    let plan = try tested.engine.prepare([layer], input: input.shape, mode: .inference)
    plan.setInput(input)
    try plan.forward()
    try plan.backward(
      from: Tensor(shape: plan.outputShapes[0], values: g), cancellation: .never)
    let got = try #require(plan.inputGradient(of: 0)).values
    #expect(same(got, dx), "\(got)")
  }

  private func same(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
  }
}
