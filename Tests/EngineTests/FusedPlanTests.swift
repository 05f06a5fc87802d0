import Layers
import Networks
import Tensors
import TestSupport
import Testing

@testable import Goldens

/// Compares plans that fuse layers with plans in which every layer can be read.
@Suite("Fused plans", .serialized)
struct FusedPlanTests {
  /// The results of a forward and backward pass over a batch.
  struct Pass {
    let loss: Double
    let output: Tensor
    let gradients: [[Tensor]]

    init(
      _ engine: any Engine, _ network: Network, _ parameters: [[Tensor]], keeping: Retention,
      batch: Int
    ) throws {
      let geometry = try network.geometry(batch: batch)
      let plan = try engine.prepare(
        geometry.map(\.layer), input: geometry[0].input, mode: .training, keeping: keeping)
      for (layer, tensors) in zip(geometry, parameters) {
        if !tensors.isEmpty { plan.setParameters(tensors, of: layer.index) }
        if layer.layer.kind == .dropout {
          let random = CounterRandom("mask \(layer.name)", seed: 1)
          plan.setMask(
            Tensor(
              shape: layer.input,
              values: (0..<layer.input.count).map { random.bits(UInt64($0)) & 1 == 0 ? 0 : 1 }),
            of: layer.index)
        }
      }
      plan.setInput(
        try Tensor(
          normal: geometry[0].input, deviation: 1, random: CounterRandom("pictures", seed: 1),
          cancellation: .never))
      let labels = (0..<batch).map { $0 % geometry[geometry.count - 1].output.c }
      try plan.forward()
      loss = plan.loss(labels: labels)
      output = try #require(plan.output(of: geometry.count - 1))
      try plan.backward(labels: labels, cancellation: .never)
      gradients = geometry.map { plan.parameterGradients(of: $0.index) }
    }
  }

  /// Compares the loss, the last output and every parameter's gradient, for every network of the
  /// zoo. Each plan has the errors of a network's golden case, so the difference of two plans has
  /// √2 times their standard deviation.
  @Test(.enabled(if: isOptimized), arguments: fastEngines.prefix(1), Zoo.networks.map(\.name))
  func sameAsUnfused(_ tested: EngineUnderTest, _ name: String) throws {
    let network = try #require(Zoo.network(named: name))
    let batch = 2
    var weights = Weights(seed: 1)
    let geometry = try network.geometry(batch: batch)
    let parameters = try geometry.map {
      try weights.parameters(
        of: $0, initialization: network.layers[$0.index].initialization, cancellation: .never)
    }
    let (fused, plain) = (
      try Pass(tested.engine, network, parameters, keeping: .outputsOnly, batch: batch),
      try Pass(tested.engine, network, parameters, keeping: .everything, batch: batch)
    )
    let deviations = NetworkDeviations(geometry, tested.arithmetic, logitsRMS: 1)
    func check(
      _ name: String, _ a: Tensor, _ b: Tensor, _ deviation: (deviation: Double, depth: Int)
    ) {
      // In the largest tensors, only evenly spaced elements are compared.
      let places = Array(stride(from: 0, to: b.count, by: max(1, b.count / 50_000)))
      let (got, expected) = (
        places.map { Double(a.values[$0]) }, places.map { Double(b.values[$0]) }
      )
      let squares = expected.reduce(0) { $0 + $1 * $1 }
      let comparison = GoldenComparison(
        tensor: name, got: got, expected: expected,
        bound: NetworkBound(
          deviation: 2.0.squareRoot() * deviation.deviation, depth: deviation.depth,
          rms: (squares / Double(places.count)).squareRoot(), count: b.count, rounding: 0x1p-24),
        place: { ([places[$0]], nil) })
      #expect(comparison.passed, "\(network.name) \(name): \(comparison.failures) differ")
    }
    #expect(abs(fused.loss - plain.loss) <= 1e-4 * plain.loss)
    check("output", fused.output, plain.output, deviations.output(of: geometry.count - 1))
    for layer in geometry {
      let (a, b) = (fused.gradients[layer.index], plain.gradients[layer.index])
      #expect(a.map(\.shape) == layer.parameters.filter(\.isTrainable).map(\.shape))
      for (index, pair) in zip(a, b).enumerated() {
        check("\(layer.name) \(index)", pair.0, pair.1, deviations.gradient(of: layer.index))
      }
    }
  }
}
