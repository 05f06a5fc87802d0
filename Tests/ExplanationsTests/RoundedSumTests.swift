import Layers
import Networks
import ReferenceEngine
import Tensors
import Testing

@testable import Explanations

/// Explanations of layers whose operands are rounded.
@Suite struct RoundedSumTests {
  /// Every element of every layer agrees with the engine that rounds, within two computations in Double.
  @Test(arguments: SmallNetwork.all.filter { $0.mode == .inference })
  func explainsRoundedLayers(_ small: SmallNetwork) throws {
    let trace = try small.forward(ReferenceEngine(precision: .bfloat16))
    var moved = 0
    for layer in trace.geometry {
      let parameters = trace.parameters(of: layer.index) ?? []
      for place in Set([0, layer.output.count / 2, layer.output.count - 1]) {
        let explanation = try Explanation.explain(
          trace, layer: layer.index, at: layer.output.index(at: place), in: .bfloat16,
          parameters: parameters)
        #expect(explanation.check.agrees, "\(layer.name) \(place)")
        #expect((explanation.rounding != nil) == layer.layer.sumsProducts)
        guard let sum = explanation.rounding else { continue }
        #expect(sum.exact.count == sum.rounded.count && abs(sum.difference) <= sum.bound)
        #expect(Float(sum.rounded.total) == explanation.stored)
        for (exact, rounded) in sum.largest(5) {
          #expect(rounded.first == exact.first.roundedToBFloat16)
          #expect(rounded.second == exact.second.roundedToBFloat16)
          #expect(rounded.firstIndex == exact.firstIndex)
        }
        moved += sum.difference == 0 ? 0 : 1
      }
    }
    #expect(moved > 0)
  }

  @Test func floatIsExplainedAsBefore() throws {
    let small = SmallNetwork.plain
    let trace = try small.forward()
    let explanation = try Explanation.explain(
      trace, layer: 0, at: trace.geometry[0].output.index(at: 0), in: .float,
      parameters: trace.parameters(of: 0) ?? [])
    #expect(explanation.rounding == nil && explanation.check.agrees)
  }
}
