import Explanations
import Layers
import ReferenceEngine
import Tensors
import Testing

/// The check at the prompt accepts the kernels and refuses a planted defect.
@Suite struct GradientCheckTests {
  static let layers: [Layer] = [
    .convolution(Convolution(filters: 4, window: Window(kernel: 3, stride: 2, padding: 1))),
    .locallyConnected(LocallyConnected(filters: 2, window: Window(kernel: 3, padding: 1))),
    .maxPooling(Pooling(window: Window(kernel: 3, stride: 2))),
    .averagePooling(Pooling(window: Window(kernel: 3, stride: 2, rounding: .ceil))),
    .localResponseNormalization(LocalResponseNormalization(alpha: 0.1)),
    .spatialNormalization(SpatialNormalization(alpha: 0.1)),
    .batchNormalization(BatchNormalization()), .relu, .tanh, .flatten, .dropout(Dropout()),
  ]

  /// Where every element lies at a kink nothing is compared, and nothing holds.
  @Test func nothingComparedDoesNotHold() throws {
    let check = try check(.relu, ReferenceEngine(), input: Tensor(zeros: [1, 3, 8, 8]))
    #expect(check.skipped == 40)
    #expect(check.rows.map(\.isEmpty) == [true])
    #expect(check.rows.map(\.holds) == [false])
  }

  private func check(
    _ layer: Layer, _ engine: any Engine,
    input: Tensor = Tensor(
      uniform: [1, 3, 8, 8], scale: 2, random: CounterRandom("input", seed: 3))
  ) throws -> GradientCheck {
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
  func refusesAGradientThatIsOffByAThousandth(_ layer: Layer) throws {
    let check = try check(layer, ScaledGradients())
    #expect(check.rows.contains { !$0.holds }, "\(layer.kind)")
  }
}

/// The reference, with every gradient a thousandth too large.
private struct ScaledGradients: Engine {
  let name = "scaled"

  func prepare(_ layers: [Layer], input: Shape, mode: Mode) throws -> any Plan {
    ScaledPlan(try ReferenceEngine().prepare(layers, input: input, mode: mode))
  }
}

private final class ScaledPlan: Plan {
  private let plan: any Plan

  init(_ plan: any Plan) { self.plan = plan }

  var layers: [Layer] { plan.layers }
  var outputShapes: [Shape] { plan.outputShapes }
  func setParameters(_ parameters: [Tensor], of layer: Int) {
    plan.setParameters(parameters, of: layer)
  }
  func parameters(of layer: Int) -> [Tensor] { plan.parameters(of: layer) }
  func setMask(_ mask: Tensor, of layer: Int) { plan.setMask(mask, of: layer) }
  func setInput(_ input: Tensor) { plan.setInput(input) }
  func forward(_ range: Range<Int>, cancellation: Cancellation) throws {
    try plan.forward(range, cancellation: cancellation)
  }
  func output(of layer: Int) -> Tensor? { plan.output(of: layer) }
  func loss(labels: [Int]) -> Double { plan.loss(labels: labels) }
  func backward(labels: [Int], cancellation: Cancellation) throws {
    try plan.backward(labels: labels, cancellation: cancellation)
  }
  func backward(from gradient: Tensor, cancellation: Cancellation) throws {
    try plan.backward(from: gradient, cancellation: cancellation)
  }
  func inputGradient(of layer: Int) -> Tensor? { plan.inputGradient(of: layer).map(scaled) }
  func parameterGradients(of layer: Int) -> [Tensor] {
    plan.parameterGradients(of: layer).map(scaled)
  }
  func clearGradients() { plan.clearGradients() }

  private func scaled(_ tensor: Tensor) -> Tensor {
    Tensor(shape: tensor.shape, values: tensor.values.map { $0 * 1.001 })
  }
}
