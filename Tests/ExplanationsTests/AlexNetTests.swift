import Layers
import Networks
import ReferenceEngine
import Tensors
import TestSupport
import Testing

@testable import Explanations

/// AlexNet itself, at elements spread over every layer. Only in release builds, since a pass of the
/// reference engine takes minutes without optimization.
@Suite(.enabled(if: isOptimized)) struct AlexNetTests {
  @Test(arguments: ["alexnet", "alexnet-2012"]) func sampledElements(_ name: String) throws {
    let network = try #require(Zoo.network(named: name))
    let input = Tensor(
      uniform: network.input.shape(), scale: 100, random: CounterRandom("picture", seed: 1))
    let trace = try Trace(network: network, engine: ReferenceEngine(), input: input)
    var weights = Weights(seed: 1)
    while try trace.step(weights: &weights, cancellation: .never) != nil {}
    try trace.backward(labels: [3], cancellation: .never)
    let random = CounterRandom("elements", seed: 2)
    for layer in trace.geometry {
      for sample in 0..<12 {
        let at = { (shape: Shape) in shape.index(at: random.below(shape.count, UInt64(sample))) }
        let output = try Explanation.explain(trace, layer: layer.index, at: at(layer.output))
        #expect(output.check.agrees, "\(layer.name)\(output.index)")
        let gradient = try Explanation.explainGradient(
          trace, layer: layer.index - 1, at: at(layer.input))
        #expect(gradient.check.agrees, "gradient before \(layer.name)\(gradient.index)")
        for parameter in layer.parameters where parameter.isTrainable {
          let explanation = try Explanation.explainGradient(
            trace, layer: layer.index, parameter: parameter.role, at: at(parameter.shape))
          #expect(explanation.check.agrees, "\(layer.name(of: parameter))\(explanation.index)")
        }
      }
    }
  }
}
