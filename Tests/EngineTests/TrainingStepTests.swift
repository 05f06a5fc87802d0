import Foundation
import Layers
import Synchronization
import Tensors
import TestSupport
import Testing

#if OneDNN
  import OneDNNEngine
#endif

/// Training steps with layers whose channels don't fill the blocks of a layout.
@Suite("Training steps")
struct TrainingStepTests {
  /// Every kind of parameter, with 10, 18 and 20 channels.
  static let chain: [Layer] = [
    ConvolutionTables.convolution(10, 3, 1, 1), .relu, .maxPooling(PoolingTables.pooling(3, 2)),
    .convolution(
      Convolution(filters: 18, window: Window(kernel: 3, stride: 1, padding: 1), groups: 2)),
    .batchNormalization(BatchNormalization()), .relu,
    .locallyConnected(LocallyConnected(filters: 20, window: Window(kernel: 2))), .relu,
    .localResponseNormalization(LocalResponseNormalization()),
    .averagePooling(PoolingTables.pooling(2, 1)), .flatten, .linear(Linear(outputs: 7)), .softmax,
  ]
  static let input: Shape = [3, 3, 9, 9]
  static let rules: [UpdateRule] = [
    .paper(rate: 0.01, momentum: 0.9, decay: 0.0005),
    .pytorch(rate: 0.01, momentum: 0.9, decay: 0.0005),
    .adam(rate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0, step: 1),
  ]

  static func plan(_ engine: any Engine, keeping: Retention = .outputsOnly) throws -> any Plan {
    let plan = try engine.prepare(chain, input: input, mode: .training, keeping: keeping)
    var shape = input
    for (index, layer) in chain.enumerated() {
      let parameters = try layer.parameters(for: shape).map { parameter in
        Tensor(
          uniform: parameter.shape, scale: 0.5,
          offset: parameter.role == .runningVariance ? 1 : 0,
          random: CounterRandom("\(index) \(parameter.name)", seed: 1))
      }
      if !parameters.isEmpty { plan.setParameters(parameters, of: index) }
      shape = try layer.outputShape(for: shape)
    }
    return plan
  }

  static func step(
    _ plan: any Plan, _ number: Int, _ rule: UpdateRule, passes: Int = 1
  ) throws {
    plan.clearGradients()
    for pass in 0..<passes {
      plan.setInput(
        Tensor(uniform: input, scale: 1, random: CounterRandom("\(number) \(pass)", seed: 1)))
      try plan.forward()
      try plan.backward(labels: [number % 7, pass, 6], cancellation: .never)
    }
    var rule = rule
    if case .adam(let rate, let beta1, let beta2, let epsilon, let decay, _) = rule {
      rule = .adam(
        rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: decay, step: number + 1)
    }
    plan.update(try rules(for: rule))
  }

  static func rules(for rule: UpdateRule) throws -> [[UpdateRule?]] {
    var shape = input
    return try chain.map { layer in
      let count = try layer.parameters(for: shape).count(where: \.isTrainable)
      shape = try layer.outputShape(for: shape)
      return Array(repeating: rule, count: count)
    }
  }

  /// Everything that training changes in a plan.
  static func state(_ plan: any Plan) -> [Tensor] {
    chain.indices.flatMap { plan.parameters(of: $0) + plan.optimizerMemory(of: $0).flatMap { $0 } }
  }

  /// A plan that gets another's parameters and memory continues as the other does, bit for bit, and
  /// returns what it was given.
  @Test(arguments: testedEngines, rules)
  func continuesFromMemory(_ tested: EngineUnderTest, _ rule: UpdateRule) throws {
    let first = try Self.plan(tested.engine)
    for number in 0..<3 { try Self.step(first, number, rule) }
    let second = try Self.plan(tested.engine)
    for layer in Self.chain.indices {
      let parameters = first.parameters(of: layer)
      if !parameters.isEmpty { second.setParameters(parameters, of: layer) }
      second.setOptimizerMemory(first.optimizerMemory(of: layer), of: layer)
    }
    #expect(Self.state(first) == Self.state(second))
    for plan in [first, second] { for n in 3..<5 { try Self.step(plan, n, rule) } }
    #expect(Self.state(first) == Self.state(second))
  }

  /// Five steps, each of two passes whose gradients are added, end with the same parameters as the
  /// reference to three decimal places of the largest one. (Float has seven places in each step.)
  @Test(arguments: fastEngines, rules.prefix(2))
  func trainsLikeTheReference(_ tested: EngineUnderTest, _ rule: UpdateRule) throws {
    let plans = [try Self.plan(referenceUnderTest.engine), try Self.plan(tested.engine)]
    let before = Self.state(plans[0])
    for plan in plans { for n in 0..<5 { try Self.step(plan, n, rule, passes: 2) } }
    for (index, pair) in zip(Self.state(plans[0]), Self.state(plans[1])).enumerated() {
      let largest = pair.0.values.map(\.magnitude).max() ?? 0
      let error = zip(pair.0.values, pair.1.values).map { ($0 - $1).magnitude }.max() ?? 0
      #expect(error <= 0.0001 * max(largest, 0.001), "\(index): \(error) of \(largest)")
    }
    let moved = zip(Self.state(plans[1]), before).contains { $0 != $1 }
    #expect(moved)
  }

  /// The gradients of two backward passes add up.
  @Test(arguments: testedEngines, Retention.allCases)
  func gradientsAddUp(_ tested: EngineUnderTest, _ keeping: Retention) throws {
    func gradients(_ passes: [Int]) throws -> [Tensor] {
      let plan = try Self.plan(tested.engine, keeping: keeping)
      for pass in passes {
        plan.setInput(
          Tensor(uniform: Self.input, scale: 1, random: CounterRandom("\(pass)", seed: 1)))
        try plan.forward()
        try plan.backward(labels: [0, 1, 2], cancellation: .never)
      }
      return Self.chain.indices.flatMap { plan.parameterGradients(of: $0) }
    }
    let (a, b, both) = (try gradients([1]), try gradients([2]), try gradients([1, 2]))
    #expect(!both.isEmpty)
    for (index, sum) in both.enumerated() {
      let isSum = sum.values.indices.allSatisfy {
        let (x, y) = (a[index].values[$0], b[index].values[$0])
        return abs(x + y - sum.values[$0]) <= 4 * 0x1p-24 * (abs(x) + abs(y))
      }
      #expect(isSum, "\(index)")
    }
  }

  #if OneDNN
    private static func trained(threads: Int) throws -> [Tensor] {
      let plan = try plan(OneDNNEngine(threads: threads, convolutions: .winograd))
      for number in 0..<3 { try step(plan, number, rules[0]) }
      return state(plan)
    }

    /// The same number of threads gives the same bits; another number gives the same within
    /// rounding.
    @Test func threads() throws {
      let (one, two) = (try Self.trained(threads: 1), try Self.trained(threads: 2))
      #expect(try Self.trained(threads: 1) == one)
      #expect(try Self.trained(threads: 2) == two)
      for (a, b) in zip(one, two) {
        let largest = max(0.001, a.values.map(\.magnitude).max() ?? 0)
        let error = zip(a.values, b.values).map { ($0 - $1).magnitude }.max() ?? 0
        #expect(error <= 0.0001 * largest)
      }
    }

    /// A plan can run on any thread, and plans on several threads don't affect each other.
    @Test func anotherThread() throws {
      let expected = try Self.trained(threads: 2)
      let results = Mutex<[[Tensor]]>([])
      let group = DispatchGroup()
      for _ in 0..<3 {
        group.enter()
        Thread.detachNewThread {
          let state = (try? Self.trained(threads: 2)) ?? []
          results.withLock { $0.append(state) }
          group.leave()
        }
      }
      group.wait()
      let states = results.withLock { $0 }
      #expect(states.count == 3 && states.allSatisfy { $0 == expected })
    }
  #endif
}
