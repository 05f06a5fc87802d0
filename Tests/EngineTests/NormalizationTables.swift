import Layers
import ReferenceEngine
import Tensors
import TestSupport
import Testing

@Suite("Normalization by hand")
struct NormalizationTables {
  typealias Convention = NormalizationConvention

  static func lrn(
    _ n: Int, k: Double = 1, alpha: Double = 1, beta: Double = 1, _ convention: Convention,
    groups: Int = 1
  ) -> Layer {
    .localResponseNormalization(
      LocalResponseNormalization(
        n: n, k: k, alpha: alpha, beta: beta, convention: convention, groups: groups))
  }

  /// Channels 1, 2, 4, 8 with k = α = β = 1, so that b = a / S. The arguments are the four values
  /// of S.
  static func across(
    _ n: Int, _ convention: Convention, groups: Int = 1, S: [Float]
  ) -> HandWorked {
    HandWorked(
      name: "n \(n), \(convention), \(groups) groups", layer: lrn(n, convention, groups: groups),
      input: channels([1, 2, 4, 8]),
      expected: channels(zip([1, 2, 4, 8], S).map { $0 / $1 }))
  }

  static func within(_ n: Int, _ convention: Convention, S: [Float]) -> HandWorked {
    HandWorked(
      name: "within a channel, n \(n), \(convention)",
      layer: .spatialNormalization(
        SpatialNormalization(n: n, k: 1, alpha: 1, beta: 1, convention: convention)),
      input: map([[1, 2], [3, 4]]),
      expected: Tensor(shape: [1, 1, 2, 2], values: zip([1, 2, 3, 4], S).map { $0 / $1 }))
  }

  static let cases = [
    // The squares are 1, 4, 16, 64. For odd n all conventions have the same neighbours, and s = 1
    // or 1/3.
    across(3, .paper, S: [6, 22, 85, 81]),
    across(3, .tensorflow, S: [6, 22, 85, 81]),
    across(3, .source2012, S: [1 + 5 / 3.0, 8, 29, 1 + 80 / 3.0]),
    across(3, .caffe, S: [1 + 5 / 3.0, 8, 29, 1 + 80 / 3.0]),
    across(3, .pytorch, S: [1 + 5 / 3.0, 8, 29, 1 + 80 / 3.0]),
    across(3, .onnx, S: [1 + 5 / 3.0, 8, 29, 1 + 80 / 3.0]),
    across(3, .onednn, S: [1 + 5 / 3.0, 8, 29, 1 + 80 / 3.0]),
    // For even n: two neighbours, with the extra one below or above; three for TensorFlow, one for
    // oneDNN.
    across(2, .paper, S: [2, 6, 21, 81]),
    across(2, .source2012, S: [1.5, 3.5, 11, 41]),
    across(2, .pytorch, S: [1.5, 3.5, 11, 41]),
    across(2, .onnx, S: [3.5, 11, 41, 33]),
    across(2, .tensorflow, S: [6, 22, 85, 81]),
    across(2, .onednn, S: [1.5, 3, 9, 33]),
    across(4, .paper, S: [6, 22, 86, 85]),
    across(4, .onnx, S: [1 + 21 / 4.0, 1 + 85 / 4.0, 22, 21]),
    // One channel, all channels, and groups that don't affect each other.
    across(1, .paper, S: [2, 5, 17, 65]),
    across(99, .paper, S: [86, 86, 86, 86]),
    across(3, .paper, groups: 2, S: [6, 6, 81, 81]),
    across(3, .source2012, groups: 4, S: [1 + 1 / 3.0, 1 + 4 / 3.0, 1 + 16 / 3.0, 1 + 64 / 3.0]),
    // The paper's own constants, computed from the formula in Python.
    HandWorked(
      name: "n 5, k 2, α 1e-4, β 0.75, as printed",
      layer: lrn(5, k: 2, alpha: 1e-4, beta: 0.75, .paper),
      input: channels([0.8312, 0, 1.2044, 0.3310, 2.0417]),
      expected: channels([0.494194793257, 0, 0.715968140045, 0.19677150766, 1.21374128258])),
    HandWorked(
      name: "n 5, k 2, α 1e-4, β 0.75, as the authors' program computes it",
      layer: lrn(5, k: 2, alpha: 1e-4, beta: 0.75, .source2012),
      input: channels([0.8312, 0, 1.2044, 0.3310, 2.0417]),
      expected: channels([0.494226541376, 0, 0.716106013042, 0.196805321977, 1.21394985867])),
    // Within a channel, the squares are 1, 4, 9, 16.
    within(1, .paper, S: [2, 5, 10, 17]),
    within(2, .paper, S: [2, 6, 11, 31]),
    within(2, .source2012, S: [1.25, 2.25, 3.5, 8.5]),
    within(2, .onnx, S: [8.5, 6, 7.25, 5]),
    within(2, .onednn, S: [1.25, 2, 3.25, 5]),
    within(3, .tensorflow, S: [31, 31, 31, 31]),
    within(3, .source2012, S: [1 + 30 / 9.0, 1 + 30 / 9.0, 1 + 30 / 9.0, 1 + 30 / 9.0]),
  ]

  @Test(arguments: testedEngines, cases)
  func byHand(_ tested: EngineUnderTest, _ row: HandWorked) throws { try row.check(tested) }

  /// Two elements, 1 and 3, of a channel: mean 2, variance 1; with ε = 3, σ = 2.
  static let batch = HandWorked(
    name: "batch normalization",
    layer: .batchNormalization(
      BatchNormalization(epsilon: 3, momentum: 0.5)),
    input: features([[1], [3]]),
    parameters: [[4], [10], [5], [13]].map { Tensor(shape: [1], values: $0) },
    expected: features([[8], [12]]))

  @Test(arguments: testedEngines)
  func batchNormalizationInTraining(_ tested: EngineUnderTest) throws {
    let plan = try tested.engine.prepare([Self.batch.layer], input: [2, 1], mode: .training)
    plan.setParameters(Self.batch.parameters, of: 0)
    plan.setInput(Self.batch.input)
    try plan.forward()
    #expect(plan.output(of: 0)?.values == [8, 12])
    // ½·5 + ½·2, and ½·13 + ½·(2/1)·1: the unbiased variance.
    #expect(plan.parameters(of: 0).map(\.values) == [[4], [10], [3.5], [7.5]])
  }

  /// Running mean 5, variance 13: σ = 4, and the statistics don't change.
  @Test(arguments: testedEngines)
  func batchNormalizationInInference(_ tested: EngineUnderTest) throws {
    let plan = try tested.engine.prepare([Self.batch.layer], input: [2, 1], mode: .inference)
    plan.setParameters(Self.batch.parameters, of: 0)
    plan.setInput(Self.batch.input)
    try plan.forward()
    #expect(plan.output(of: 0)?.values == [6, 8])
    #expect(plan.parameters(of: 0) == Self.batch.parameters)
    try plan.backward(from: features([[1], [2]]), cancellation: .never)
    #expect(plan.inputGradient(of: 0)?.values == [1, 2])
    // Σ g·x̂ with x̂ = −1 and −½, and Σ g.
    #expect(plan.parameterGradients(of: 0).map(\.values) == [[-2], [3]])
  }

  /// The unbiased variance of one element is undefined, so the batch's variance, 0, is used.
  @Test(arguments: testedEngines)
  func batchNormalizationOfOneElement(_ tested: EngineUnderTest) throws {
    let plan = try tested.engine.prepare([Self.batch.layer], input: [1, 1], mode: .training)
    plan.setParameters(Self.batch.parameters, of: 0)
    plan.setInput(features([[7]]))
    try plan.forward()
    #expect(plan.output(of: 0)?.values == [10])
    #expect(plan.parameters(of: 0).map(\.values) == [[4], [10], [6], [6.5]])
  }
}
