import Layers
import ReferenceEngine
import Tensors
import TestSupport
import Testing

@Suite("Plans")
struct PlanTests {
  /// conv → relu → pool → flatten → linear → softmax, small.
  static let chain: [Layer] = [
    ConvolutionTables.convolution(3, 3, 1, 1), .relu, .maxPooling(PoolingTables.pooling(2, 2)),
    .flatten, .linear(Linear(outputs: 4)), .softmax,
  ]
  static let input: Shape = [2, 2, 4, 4]

  static func plan(
    _ tested: EngineUnderTest, seed: UInt64 = 1, mode: Mode = .training
  ) throws -> any Plan {
    let plan = try tested.engine.prepare(chain, input: input, mode: mode)
    var shape = input
    for (position, layer) in chain.enumerated() {
      let parameters = try layer.parameters(for: shape).map {
        Tensor(
          uniform: $0.shape, scale: 1, random: CounterRandom("\(position) \($0.name)", seed: seed))
      }
      if !parameters.isEmpty { plan.setParameters(parameters, of: position) }
      shape = try layer.outputShape(for: shape)
    }
    plan.setInput(Tensor(uniform: input, scale: 1, random: CounterRandom("x", seed: seed)))
    return plan
  }

  @Test(arguments: testedEngines)
  func shapes(_ tested: EngineUnderTest) throws {
    let plan = try Self.plan(tested)
    #expect(plan.layers == Self.chain)
    #expect(
      plan.outputShapes == [
        [2, 3, 4, 4], [2, 3, 4, 4], [2, 3, 2, 2], [2, 12], [2, 4], [2, 4],
      ])
  }

  /// Stepping through the layers gives the same as running all at once, and nothing is available
  /// early.
  @Test(arguments: testedEngines)
  func stepping(_ tested: EngineUnderTest) throws {
    let (whole, stepped) = (try Self.plan(tested), try Self.plan(tested))
    try whole.forward()
    for layer in Self.chain.indices {
      #expect(stepped.output(of: layer) == nil)
      try stepped.forward(layer..<layer + 1, cancellation: .never)
      #expect(stepped.output(of: layer) == whole.output(of: layer))
      #expect(stepped.output(of: layer)?.shape == stepped.outputShapes[layer])
    }
  }

  /// An output is discarded when anything it was computed from changes.
  @Test(arguments: testedEngines)
  func staleOutputsAreForgotten(_ tested: EngineUnderTest) throws {
    let plan = try Self.plan(tested)
    try plan.forward()
    try plan.backward(labels: [0, 1], cancellation: .never)
    plan.setParameters(plan.parameters(of: 4), of: 4)
    #expect((0..<6).map { plan.output(of: $0) == nil } == [false, false, false, false, true, true])
    #expect(plan.inputGradient(of: 0) == nil)
    #expect(!plan.parameterGradients(of: 4).isEmpty)
    try plan.forward(4..<6, cancellation: .never)
    #expect(plan.output(of: 5) != nil)
    #expect(throws: Cancelled()) {
      try plan.forward(2..<3, cancellation: CancellationTests.cancelled())
    }
    #expect((0..<6).map { plan.output(of: $0) == nil } == [false, false, true, true, true, true])
    plan.setInput(Tensor(zeros: Self.input))
    #expect((0..<6).allSatisfy { plan.output(of: $0) == nil })
  }

  /// From labels, the softmax's input gets (p − onehot)/N. From the gradient −onehot/(p·N) of the
  /// loss with respect to p, the softmax's own gradient and every layer below give the same.
  @Test(arguments: testedEngines)
  func fromLabelsAndFromTheLossGradient(_ tested: EngineUnderTest) throws {
    let (fused, unfused) = (try Self.plan(tested), try Self.plan(tested))
    let labels = [2, 0]
    try fused.forward()
    try unfused.forward()
    try fused.backward(labels: labels, cancellation: .never)
    let p = try #require(unfused.output(of: 5))
    var g = Tensor(zeros: p.shape)
    for (n, label) in labels.enumerated() { g[[n, label]] = -0.5 / p[[n, label]] }
    try unfused.backward(from: g, cancellation: .never)
    for layer in Self.chain.indices {
      let a = try #require(fused.inputGradient(of: layer))
      let b = try #require(unfused.inputGradient(of: layer))
      // p and g are rounded to Float, with a relative error of 2⁻²⁴: the two paths differ by a few
      // of those, and by more with Winograd's transforms.
      let largest = a.values.map(\.magnitude).max() ?? 0
      let few: Float = tested.arithmetic.winograd == nil ? 16 : 64
      #expect(zip(a.values, b.values).allSatisfy { abs($0 - $1) <= few * largest * 0x1p-24 })
      #expect(largest > 0)
    }
  }

  /// Compares the complete chain with central differences of its loss, for the first layer's
  /// weights: each layer passes on what the next one expects.
  @Test(arguments: testedEngines)
  func theChainRule(_ tested: EngineUnderTest) throws {
    let labels = [3, 1]
    let plan = try Self.plan(tested)
    try plan.forward()
    try plan.backward(labels: labels, cancellation: .never)
    let gradient = plan.parameterGradients(of: 0)[0]
    let parameters = plan.parameters(of: 0)
    let h = 0x1p-10
    func loss(_ i: Int, _ shift: Double) throws -> Double {
      var weight = parameters[0]
      weight.withUnsafeMutableBufferPointer { $0[i] += Float(shift) }
      plan.setParameters([weight, parameters[1]], of: 0)
      try plan.forward()
      return plan.loss(labels: labels)
    }
    // The logits are Floats of about 2⁰ to 2³ and make the loss uncertain by 2⁻²¹, and each layer
    // below adds as much again; over 2h = 2⁻⁹ that is 2⁻¹⁰ for the six.
    let bound: Float = 0x1p-9
    for i in 0..<gradient.count {
      let D = try (loss(i, h) - loss(i, -h)) / (2 * h)
      #expect(abs(gradient.values[i] - Float(D)) <= bound, "\(i): \(gradient.values[i]), \(D)")
    }
    #expect(gradient.values.map(\.magnitude).max()! > 32 * bound)
  }

  /// For every layer, parameter gradients accumulate and activation gradients are assigned: after a
  /// second pass the former have doubled, except for one rounding, and the latter are unchanged.
  @Test(arguments: testedEngines, gradientCases)
  func gradientsAccumulateAndAreAssigned(_ tested: EngineUnderTest, _ c: GradientCase) throws {
    let plan = try CancellationTests.plan(tested, c)
    try plan.forward()
    let g = Tensor(
      uniform: plan.outputShapes[0], scale: 1, random: CounterRandom("g", seed: 1))
    try plan.backward(from: g, cancellation: .never)
    let (once, dx) = (plan.parameterGradients(of: 0), plan.inputGradient(of: 0))
    try plan.backward(from: g, cancellation: .never)
    let twice = plan.parameterGradients(of: 0)
    #expect(plan.inputGradient(of: 0) == dx)
    #expect(
      try once.map(\.shape)
        == c.layer.parameters(for: c.input).filter(\.isTrainable).map(\.shape))
    for (once, twice) in zip(once, twice) {
      let isDouble = zip(once.values, twice.values).allSatisfy {
        abs(2 * $0 - $1) <= $1.magnitude.ulp
      }
      #expect(isDouble)
    }
    plan.clearGradients()
    #expect(plan.parameterGradients(of: 0).isEmpty)
  }

  @Test(arguments: testedEngines)
  func anEmptyChain(_ tested: EngineUnderTest) throws {
    let plan = try tested.engine.prepare([], input: [1, 2], mode: .inference)
    plan.setInput(features([[1, 2]]))
    try plan.forward()
    try plan.backward(from: features([[1, 1]]), cancellation: .never)
    #expect(plan.outputShapes.isEmpty)
  }

  /// Every run in training changes the running statistics, and no run in inference does.
  @Test(
    arguments: testedEngines,
    [(Mode.training, [1.5, 2.25]), (.inference, [0, 0])] as [(Mode, [Float])])
  func runningStatistics(_ tested: EngineUnderTest, row: (mode: Mode, means: [Float])) throws {
    let (mode, means) = row
    let plan = try tested.engine.prepare(
      [.batchNormalization(BatchNormalization(epsilon: 1, momentum: 0.5))], input: [2, 1],
      mode: mode)
    plan.setParameters([[1], [0], [0], [1]].map { Tensor(shape: [1], values: $0) }, of: 0)
    plan.setInput(features([[2], [4]]))
    for mean in means {
      try plan.forward()
      #expect(plan.parameters(of: 0)[2].values == [mean])
    }
  }

  #if arch(x86_64)
    /// For the first convolution, oneDNN's own kernels want blocks of as many channels as a register has. In other
    /// blocks it would be a matrix product of copied windows, which takes twice as long.
    @Test(arguments: fastEngines.prefix(1))
    func convolutionsOfImagesAreDirect(_ tested: EngineUnderTest) throws {
      let convolution = Layer.convolution(
        Convolution(filters: 32, window: Window(kernel: 5, padding: 2)))
      for retention in [Retention.everything, .outputsOnly] {
        let plan = try tested.engine.prepare(
          [convolution, .relu], input: [2, 3, 16, 16], mode: .training, keeping: retention)
        let words = try #require(plan as? any ExplainedPlan).implementation(of: 0)
        #expect(words.hasPrefix("oneDNN") && !words.contains("gemm"), "\(words)")
      }
    }
  #endif
}
