import Explanations
import Layers
import ReferenceEngine
import Tensors
import TestSupport
import Testing

/// The gradient check at the prompt accepts the kernels and rejects a planted defect.
@Suite struct GradientCheckTests {
  static let layers: [Layer] = [
    .convolution(Convolution(filters: 4, window: Window(kernel: 3, stride: 2, padding: 1))),
    .locallyConnected(LocallyConnected(filters: 2, window: Window(kernel: 3, padding: 1))),
    .maxPooling(Pooling(window: Window(kernel: 3, stride: 2))),
    .averagePooling(Pooling(window: Window(kernel: 3, stride: 2, rounding: .ceil))),
    .localResponseNormalization(LocalResponseNormalization(alpha: 0.1)),
    .spatialNormalization(SpatialNormalization(alpha: 0.1)),
    .batchNormalization(BatchNormalization()), .relu, .tanh, .activation(.elu(alpha: 1)),
    .activation(.elu(alpha: 2)), .flatten, .dropout(Dropout()),
    .linear(Linear(outputs: 5)), .softmax,
  ]

  @Test func theTableIsComplete() {
    #expect(Set(Self.layers.map(\.kind)) == Set(Layer.Kind.allCases))
  }

  /// If every element is at a kink, nothing is compared, and the check doesn't pass.
  @Test func nothingComparedDoesNotHold() throws {
    let check = try check(.relu, ReferenceEngine(), input: Tensor(zeros: [1, 3, 8, 8]))
    #expect(check.skipped == 40)
    #expect(check.rows.map(\.isEmpty) == [true])
    #expect(check.rows.map(\.holds) == [false])
  }

  /// For inputs where tanh is nearly 1, it is constant in single precision although its slope isn't
  /// quite 0.
  @Test(arguments: [0, 4, 8, 12, 100] as [Float])
  func saturated(_ offset: Float) throws {
    let random = CounterRandom("saturated", seed: 3)
    for layer in [Layer.tanh, .activation(.elu(alpha: 1)), .softmax] {
      let shape: Shape = layer == .softmax ? [1, 40] : [1, 1, 5, 8]
      let input = Tensor(uniform: shape, scale: 4, offset: offset, random: random)
      let check = try check(layer, ReferenceEngine(), input: input)
      for row in check.rows { #expect(row.holds, "\(layer.kind) \(row)") }
    }
  }

  private func check(
    _ layer: Layer, _ engine: any Engine, input: Tensor? = nil
  ) throws -> GradientCheck {
    let takesMaps = (try? layer.outputShape(for: [1, 3, 8, 8])) != nil
    let input =
      input
      ?? Tensor(
        uniform: takesMaps ? [1, 3, 8, 8] : [1, 12], scale: 2,
        random: CounterRandom("input", seed: 3))
    let parameters = try layer.parameters(for: input.shape).map {
      Tensor(
        uniform: $0.shape, scale: 0.5, offset: $0.role == .runningVariance ? 1 : 0,
        random: CounterRandom($0.name, seed: 3))
    }
    return try GradientCheck(
      layer, input: input, parameters: parameters, engine: engine, samples: 40, seed: 1,
      cancellation: .never)
  }

  @Test(arguments: layers)
  func accepts(_ layer: Layer) throws {
    let check = try check(layer, ReferenceEngine())
    #expect(!check.rows.isEmpty)
    for row in check.rows {
      #expect(row.holds, "\(layer.kind) \(row)")
      #expect(row.count > 0)
    }
  }

  @Test(arguments: layers)
  func rejectsAGradientThatIsOffByAThousandth(_ layer: Layer) throws {
    let scaled: @Sendable (Tensor) -> Tensor = { gradient in
      Tensor(shape: gradient.shape, values: gradient.values.map { $0 * 1.001 })
    }
    let mutant = MutantEngine(
      base: ReferenceEngine(), inputGradient: { scaled($1) },
      parameterGradients: { $1.map(scaled) })
    let check = try check(layer, mutant)
    #expect(check.rows.contains { !$0.holds }, "\(layer.kind)")
  }
}
