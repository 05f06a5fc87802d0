import Layers
import Tensors
import TestSupport
import Testing

/// Frozen layers: no update, no gradients, no work below the lowest trained layer.
@Suite("Frozen layers") struct FreezeTests {
  /// The weighted layers of the chain: convolutions, batch normalization, locally connected, linear.
  static let weighted = [0, 3, 4, 6, 11]
  static let choices: [Set<Int>] = [[0], [0, 3], [4], [3, 6], [0, 3, 4], [0, 3, 4, 6], [11]]

  /// Rules for all layers that aren't frozen.
  static func rules(_ frozen: Set<Int>) throws -> [[UpdateRule?]] {
    try TrainingStepTests.rules(for: .paper(rate: 0.01, momentum: 0.9, decay: 0.5)).enumerated()
      .map { layer, rules in rules.map { frozen.contains(layer) ? nil : $0 } }
  }

  static func pass(_ plan: any Plan, _ number: Int) throws {
    plan.clearGradients()
    plan.setInput(
      Tensor(
        uniform: TrainingStepTests.input, scale: 1, random: CounterRandom("\(number)", seed: 1)))
    try plan.forward()
    try plan.backward(labels: [number % 7, 0, 6], cancellation: .never)
  }

  /// Three steps with strong decay and momentum leave every byte of a frozen layer as it was, and move
  /// all other layers.
  @Test(arguments: testedEngines, choices)
  func staysAsItIs(_ tested: EngineUnderTest, _ frozen: Set<Int>) throws {
    for keeping in Retention.allCases {
      let plan = try TrainingStepTests.plan(tested.engine, keeping: keeping)
      let before = Self.weighted.map { plan.parameters(of: $0) }
      plan.freeze(frozen)
      for number in 0..<3 {
        try Self.pass(plan, number)
        for layer in frozen { #expect(plan.parameterGradients(of: layer).isEmpty) }
        plan.update(try Self.rules(frozen))
      }
      for (layer, old) in zip(Self.weighted, before) {
        let new = plan.parameters(of: layer)
        if frozen.contains(layer) {
          #expect(new == old, "layer \(layer)")
          #expect(plan.optimizerMemory(of: layer).allSatisfy { $0.isEmpty })
        } else {
          #expect(zip(new, old).allSatisfy { $0 != $1 }, "layer \(layer)")
        }
      }
    }
  }

  /// Where no batch normalization is frozen, the other layers' gradients are those of a plan in which
  /// nothing is, bit for bit; and after thawing all are.
  @Test(arguments: testedEngines, choices.filter { !$0.contains(4) })
  func otherGradientsStay(_ tested: EngineUnderTest, _ frozen: Set<Int>) throws {
    for keeping in Retention.allCases {
      let free = try TrainingStepTests.plan(tested.engine, keeping: keeping)
      let plan = try TrainingStepTests.plan(tested.engine, keeping: keeping)
      plan.freeze(frozen)
      for plan in [free, plan] { try Self.pass(plan, 1) }
      for layer in Self.weighted where !frozen.contains(layer) {
        #expect(plan.parameterGradients(of: layer) == free.parameterGradients(of: layer))
      }
      plan.freeze([])
      for plan in [free, plan] { try Self.pass(plan, 2) }
      for layer in Self.weighted {
        #expect(!free.parameterGradients(of: layer).isEmpty)
        #expect(plan.parameterGradients(of: layer) == free.parameterGradients(of: layer))
      }
    }
  }

  /// The backward pass ends at the lowest trained layer.
  @Test(
    arguments: testedEngines,
    [([0], 3), ([0, 3], 4), ([4], 0), ([0, 3, 4, 6], 11)] as [(Set<Int>, Int)])
  func backwardEnds(_ tested: EngineUnderTest, _ choice: (frozen: Set<Int>, lowest: Int)) throws {
    let plan = try TrainingStepTests.plan(tested.engine, keeping: .everything)
    plan.freeze(choice.frozen)
    try Self.pass(plan, 1)
    for layer in TrainingStepTests.chain.indices.dropLast() {
      #expect(
        (plan.inputGradient(of: layer) != nil) == (layer > choice.lowest), "layer \(layer)")
    }
  }

  /// With every layer frozen it runs to the input, whose gradient may be wanted.
  @Test(arguments: testedEngines)
  func allFrozen(_ tested: EngineUnderTest) throws {
    let plan = try TrainingStepTests.plan(tested.engine, keeping: .everything)
    plan.freeze(Set(TrainingStepTests.chain.indices))
    try Self.pass(plan, 1)
    #expect(plan.inputGradient(of: 0)?.values.contains { $0 != 0 } == true)
    #expect(Self.weighted.allSatisfy { plan.parameterGradients(of: $0).isEmpty })
  }

  /// A frozen batch normalization computes as at test time, and its input's gradient is that of the
  /// engine that defines it.
  @Test(arguments: testedEngines)
  func runningStatistics(_ tested: EngineUnderTest) throws {
    let chain: [Layer] = [
      .linear(Linear(outputs: 6)), .batchNormalization(BatchNormalization()),
      .linear(Linear(outputs: 4)), .softmax,
    ]
    func plan(_ engine: any Engine, _ mode: Mode) throws -> any Plan {
      let plan = try engine.prepare(chain, input: [5, 3], mode: mode, keeping: .everything)
      var shape: Shape = [5, 3]
      for (index, layer) in chain.enumerated() {
        let parameters = try layer.parameters(for: shape)
        if !parameters.isEmpty {
          plan.setParameters(
            parameters.map {
              Tensor(
                uniform: $0.shape, scale: 0.5, offset: $0.role == .runningVariance ? 2 : 0.1,
                random: CounterRandom("\(index) \($0.name)", seed: 1))
            }, of: index)
        }
        shape = try layer.outputShape(for: shape)
      }
      plan.setInput(Tensor(uniform: [5, 3], scale: 1, random: CounterRandom("x", seed: 1)))
      return plan
    }
    let atTest = try plan(tested.engine, .inference)
    let frozen = try plan(tested.engine, .training)
    let reference = try plan(referenceUnderTest.engine, .training)
    try atTest.forward()
    for plan in [frozen, reference] {
      plan.freeze([1])
      try plan.forward()
      try plan.backward(labels: [0, 1, 2, 3, 0], cancellation: .never)
    }
    #expect(frozen.output(of: 1) == atTest.output(of: 1))
    let (found, expected) = (
      try #require(frozen.inputGradient(of: 1)), try #require(reference.inputGradient(of: 1))
    )
    // Sums of at most six products of Floats, none of them above 1.
    let error = zip(found.values, expected.values).map { ($0 - $1).magnitude }.max() ?? 1
    #expect(error <= 1e-6, "\(error)")
    #expect(expected.values.contains { $0.magnitude > 1e-3 })
  }
}
