import Layers
import ReferenceEngine
import Tensors
import TestSupport
import Testing

@Suite("Central differences")
struct CentralDifferenceTests {
  @Test(arguments: testedEngines, gradientCases)
  func backward(tested: EngineUnderTest, gradientCase: GradientCase) throws {
    let (disagreements, loosest) = try CentralDifferences(tested, gradientCase).check()
    #expect(disagreements.isEmpty, "\(disagreements.count), first: \(disagreements[0])")
    #expect(
      loosest <= 0.001 * tested.halfULPs,
      "The bounds of \(gradientCase.name) are too loose to prove anything.")
  }

  /// The table has every kind of layer, and every mode if the modes differ.
  @Test func theTableIsComplete() {
    #expect(Set(gradientCases.map(\.layer.kind)) == Set(Layer.Kind.allCases))
    for kind in [Layer.Kind.dropout, .batchNormalization] {
      let modes = gradientCases.filter { $0.layer.kind == kind }.map(\.mode)
      #expect(Set(modes) == Set(Mode.allCases))
    }
    #expect(Set(gradientCases.map(\.name)).count == gradientCases.count)
  }

  /// Softmax and cross-entropy together, from labels. The loss is a Double computed from exact
  /// logits, so the only errors are truncation, estimated as in `CentralDifferences`, and the
  /// gradient's rounding.
  @Test(arguments: testedEngines, [[0], [2, 2], [4, 0, 1]])
  func crossEntropy(tested: EngineUnderTest, labels: [Int]) throws {
    let shape: Shape = [labels.count, 5]
    let logits = Tensor(uniform: shape, scale: 2, random: CounterRandom("logits", seed: 1))
    let plan = try tested.engine.prepare([.softmax], input: shape, mode: .training)
    func loss(_ i: Int, _ shift: Float) throws -> Double {
      var shifted = logits
      shifted.withUnsafeMutableBufferPointer { $0[i] += shift }
      plan.setInput(shifted)
      try plan.forward()
      return plan.loss(labels: labels)
    }
    _ = try loss(0, 0)
    try plan.backward(labels: labels, cancellation: .never)
    let gradient = try #require(plan.inputGradient(of: 0))
    let h = 0x1p-6
    for i in 0..<shape.count {
      let D = try (loss(i, Float(h)) - loss(i, Float(-h))) / (2 * h)
      let D2 = try (loss(i, Float(2 * h)) - loss(i, Float(-2 * h))) / (4 * h)
      let R = (4 * D - D2) / 3
      let bound = abs(D2 - D) / 3 + tested.halfULPs * 0x1p-24 * abs(R) + 0x1p-40
      #expect(abs(Double(gradient.values[i]) - R) <= bound, "\(shape.index(at: i))")
      #expect(bound <= 1e-4)
    }
  }
}
