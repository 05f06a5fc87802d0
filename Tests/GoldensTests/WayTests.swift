import Goldens
import Layers
import ReferenceEngine
import Tensors
import TestSupport
import Testing

/// A plan with a mistake in only one way of running, which is found only if the verifier uses that
/// way.
private final class OneWayPlan: ForwardingPlan {
  enum Wrong: Sendable {
    /// Each pass assigns the gradients of parameters instead of adding them.
    case laterPasses
    /// Output channel 16, if it exists, is wrong.
    case blocks
    /// Outputs are wrong in plans that keep only the first and last values.
    case outputsOnly
    /// Gradients of parameters are wrong in such plans.
    case gradientsOfEnds
  }

  private let wrong: Wrong
  private let keepsOutputsOnly: Bool

  init(_ base: any Plan, _ wrong: Wrong, keepsOutputsOnly: Bool) {
    (self.wrong, self.keepsOutputsOnly) = (wrong, keepsOutputsOnly)
    super.init(base)
  }

  override func output(of layer: Int) -> Tensor? {
    guard var output = base.output(of: layer) else { return nil }
    let isWrong =
      switch wrong {
      case .blocks: output.shape.rank == 4 && output.shape.c > 16
      case .outputsOnly: keepsOutputsOnly
      case .laterPasses, .gradientsOfEnds: false
      }
    if isWrong {
      output = Tensor(shape: output.shape, values: output.values.map { $0 + 0.001 })
    }
    return output
  }

  override func backward(labels: [Int], cancellation: Cancellation) throws {
    if wrong == .laterPasses { base.clearGradients() }
    try base.backward(labels: labels, cancellation: cancellation)
  }

  override func backward(from gradient: Tensor, cancellation: Cancellation) throws {
    if wrong == .laterPasses { base.clearGradients() }
    try base.backward(from: gradient, cancellation: cancellation)
  }

  override func parameterGradients(of layer: Int) -> [Tensor] {
    let gradients = base.parameterGradients(of: layer)
    guard keepsOutputsOnly, wrong == .gradientsOfEnds else { return gradients }
    return gradients.map { Tensor(shape: $0.shape, values: $0.values.map { $0 * 1.01 + 0.01 }) }
  }
}

@Suite("every way of running is verified")
struct WayTests {
  private func failures(_ wrong: OneWayPlan.Wrong, _ path: String) throws -> [String] {
    let suite = try GoldenSuite(path: "\(goldenFolder)/\(path).safetensors")
    let engine = MutantEngine { OneWayPlan($0, wrong, keepsOutputsOnly: $1 == .outputsOnly) }
    let result = try GoldenVerifier(engine: engine).verify(suite)[0]
    return result.comparisons.filter { !$0.passed }.map(\.tensor)
  }

  @Test(
    "a mistake in one way is found there and nowhere else",
    arguments: [
      (
        .laterPasses, "linear/odd",
        ["weight_gradient after two passes", "bias_gradient after two passes"]
      ),
      (.blocks, "max_pooling/ties", ["y in blocks", "y in blocks with ReLU"]),
      (
        .outputsOnly, "average_pooling/ties-sparse-padding",
        ["y with ReLU", "y in blocks with ReLU", "y behind ReLU"]
      ),
      (
        .gradientsOfEnds, "average_pooling/ties-sparse-padding",
        ["x_gradient · x behind ReLU", "x_gradient summed behind ReLU"]
      ),
    ] as [(OneWayPlan.Wrong, String, [String])])
  private func found(wrong: OneWayPlan.Wrong, path: String, tensors: [String]) throws {
    #expect(try failures(wrong, path) == tensors)
  }

  @Test(
    "networks and training are also verified with plans that keep only their ends",
    .enabled(if: isOptimized))
  func ends() throws {
    let network = try failures(.gradientsOfEnds, "networks/alexnet32")
    #expect(!network.isEmpty && network.allSatisfy { $0.contains(" keeping outputs only") })
    let output = try failures(.outputsOnly, "networks/alexnet32")
    #expect(!output.isEmpty && output.allSatisfy { $0.contains(" keeping outputs only") })
  }

  @Test("training is verified by its final weights")
  func finalWeights() throws {
    let suite = try GoldenSuite(path: "\(goldenFolder)/training")
    for file in suite.files where file != "cuda-convnet-18.safetensors" {
      guard case .training(let example) = try suite.load(file).subject else { continue }
      let parameters = example.network.geometry.flatMap { layer in
        layer.parameters.map { "\(layer.name).\($0.name)" }
      }
      #expect(Set(example.finals.keys) == Set(parameters), "\(file)")
    }
  }

  /// The expected values of a case on more channels must match the definition.
  @Test("the expected values on more channels match the reference")
  func wideCases() throws {
    for folder in GoldenFilesTests.folders {
      let suite = try GoldenSuite(path: "\(goldenFolder)/\(folder)")
      let results = try GoldenVerifier(engine: ReferenceEngine()).verify(suite)
      let isMap = results.contains { $0.comparisons.contains { $0.tensor.hasSuffix(" in blocks") } }
      #expect(
        isMap == !["linear", "softmax", "softmax_cross_entropy"].contains(folder), "\(folder)")
    }
  }
}
