import Explanations
import Layers
import PlantedEngine
import ReferenceEngine
import Tensors
import Testing

/// What `why` and `verify gradient` detect in each engine of lesson 16.
@Suite struct PlantedTests {
  /// Whether the kernels of one layer pass, on one image.
  struct Row: Sendable, CustomTestStringConvertible {
    var engine: String
    var layer: Layer
    /// Whether every output matches the definition.
    var outputsHold: Bool
    /// Whether the backward kernel is the derivative of the forward kernel.
    var gradientsHold: Bool
    var testDescription: String { "\(engine) \(layer.kind)" }
  }

  static let lrn = Layer.localResponseNormalization(LocalResponseNormalization(alpha: 0.1))
  static let maximum = Layer.maxPooling(Pooling(window: Window(kernel: 3, stride: 2)))
  static let mean = Layer.averagePooling(
    Pooling(window: Window(kernel: 3, stride: 2, rounding: .ceil)))
  static let convolution = Layer.convolution(
    Convolution(filters: 4, window: Window(kernel: 3, padding: 1)))
  static let grouped = Layer.convolution(
    Convolution(filters: 4, window: Window(kernel: 3, padding: 1), groups: 2))

  static let rows = [
    // Forward and backward are wrong in the same way, which differences can't detect.
    Row(engine: "planted-1", layer: lrn, outputsHold: false, gradientsHold: true),
    // At a tie the derivative doesn't exist, so nothing is compared.
    Row(engine: "planted-2", layer: maximum, outputsHold: true, gradientsHold: true),
    Row(engine: "planted-3", layer: lrn, outputsHold: false, gradientsHold: false),
    // With a single image, dividing by the batch size changes nothing.
    Row(engine: "planted-4", layer: convolution, outputsHold: true, gradientsHold: true),
    Row(engine: "planted-5", layer: convolution, outputsHold: true, gradientsHold: false),
    Row(engine: "planted-6", layer: mean, outputsHold: false, gradientsHold: true),
    Row(engine: "planted-7", layer: convolution, outputsHold: true, gradientsHold: true),
    Row(engine: "planted-8", layer: convolution, outputsHold: true, gradientsHold: true),
    Row(engine: "planted-8", layer: grouped, outputsHold: false, gradientsHold: false),
  ]

  @Test(arguments: rows) func isDetectedOrNot(_ row: Row) throws {
    let planted = try #require(PlantedEngine(named: row.engine))
    let small = SmallNetwork("one layer", channels: 4, side: 8, [("layer", row.layer)])
    #expect(try outputsHold(small, planted) == row.outputsHold)
    #expect(try gradientsHold(small, planted) == row.gradientsHold)
    #expect(try outputsHold(small, ReferenceEngine()) && gradientsHold(small, ReferenceEngine()))
  }

  private func outputsHold(_ small: SmallNetwork, _ engine: any Engine) throws -> Bool {
    let trace = try small.forward(engine)
    let shape = trace.geometry[0].output
    return try (0..<shape.count).allSatisfy {
      try Explanation.explain(trace, layer: 0, at: shape.index(at: $0)).check.agrees
    }
  }

  private func gradientsHold(_ small: SmallNetwork, _ engine: any Engine) throws -> Bool {
    let trace = try small.forward(engine)
    let check = try GradientCheck(
      small.network.layers[0].layer, input: small.input,
      parameters: trace.parameters(of: 0) ?? [], engine: engine, samples: 40, seed: 1,
      cancellation: .never)
    return check.rows.allSatisfy(\.holds)
  }

  /// Where its planted mistake has no effect, an engine equals the reference, forward and backward.
  @Test(arguments: SmallNetwork.all) func isUnchangedElsewhere(_ small: SmallNetwork) throws {
    // Its mistake is in the update step, not in a layer's kernel.
    let planted = try #require(PlantedEngine(named: "planted-7"))
    let (a, b) = (try small.backward(planted), try small.backward())
    for layer in a.geometry {
      #expect(a.output(of: layer.index) == b.output(of: layer.index), "\(layer.name)")
      #expect(a.inputGradient(of: layer.index) == b.inputGradient(of: layer.index))
      #expect(a.parameterGradients(of: layer.index) == b.parameterGradients(of: layer.index))
    }
  }
}
