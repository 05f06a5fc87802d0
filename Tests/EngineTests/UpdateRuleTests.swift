import Layers
import ReferenceEngine
import Tensors
import TestSupport
import Testing

/// The optimizers' update rules, for single numbers.
@Suite struct UpdateRuleTests {
  /// Two weights after five steps with a constant gradient, computed in Double by each rule's
  /// formula.
  @Test(arguments: [
    UpdateRule.paper(rate: 0.01, momentum: 0.9, decay: 0.0005),
    .pytorch(rate: 0.01, momentum: 0.9, decay: 0.0005),
  ])
  func descents(_ rule: UpdateRule) {
    var (w, memory) = (Tensor(shape: [2], values: [1, -2]), [Tensor]())
    let g = Tensor(shape: [2], values: [0.5, 4])
    var exact: [(w: Double, v: Double)] = [(1, 0), (-2, 0)]
    for _ in 0..<5 {
      rule.step(&w, memory: &memory, gradient: g)
      for i in 0..<2 {
        let g = Double(g.values[i])
        if case .paper = rule {
          exact[i].v = 0.9 * exact[i].v - 0.0005 * 0.01 * exact[i].w - 0.01 * g
          exact[i].w += exact[i].v
        } else {
          exact[i].v = 0.9 * exact[i].v + (g + 0.0005 * exact[i].w)
          exact[i].w -= 0.01 * exact[i].v
        }
        #expect(abs(Double(memory[0].values[i]) - exact[i].v) <= 5 * 0x1p-24 * abs(exact[i].v))
        #expect(abs(Double(w.values[i]) - exact[i].w) <= 5 * 0x1p-24 * 2)
      }
    }
  }

  /// A changed rate doesn't affect the paper's existing velocity, but scales all of PyTorch's.
  @Test(arguments: [(true, [-0.5, -1] as [Float]), (false, [-0.5, -0.875])])
  func changedRate(_ isPaper: Bool, _ weights: [Float]) {
    var (w, memory) = (Tensor(shape: [1], values: [0]), [Tensor]())
    let g = Tensor(shape: [1], values: [1])
    for (rate, expected) in zip([0.5, 0.25], weights) {
      let rule: UpdateRule =
        isPaper
        ? .paper(rate: rate, momentum: 0.5, decay: 0)
        : .pytorch(rate: rate, momentum: 0.5, decay: 0)
      rule.step(&w, memory: &memory, gradient: g)
      #expect(w.values == [expected])
    }
  }

  /// Adam's first step has the size of the rate for any gradient, and follows its sign. Further
  /// steps with the same gradient keep that size.
  @Test func adam() {
    var (w, memory) = (Tensor(shape: [3], values: [1, 1, 1]), [Tensor]())
    let g = Tensor(shape: [3], values: [0.001, -20, 0])
    for step in 1...3 {
      let rule = UpdateRule.adam(
        rate: 0.125, beta1: 0.9, beta2: 0.999, epsilon: 1e-12, decay: 0, step: step)
      rule.step(&w, memory: &memory, gradient: g)
      let way = 0.125 * Float(step)
      #expect(abs(w.values[0] - (1 - way)) < 1e-6 && abs(w.values[1] - (1 + way)) < 1e-6)
      #expect(w.values[2] == 1)
    }
    #expect(memory.count == 2)
  }

  /// A plan updates the parameters it has rules for, keeps its memory, and continues from a given
  /// memory.
  @Test(arguments: testedEngines)
  func planUpdates(_ tested: EngineUnderTest) throws {
    func plan() throws -> any Plan {
      let plan = try tested.engine.prepare(
        [.linear(Linear(outputs: 2)), .softmax], input: [1, 3], mode: .training)
      plan.setParameters(
        [Tensor(shape: [2, 3], values: [1, 2, 3, 4, 5, 6]), Tensor(zeros: [2])], of: 0)
      plan.setInput(Tensor(shape: [1, 3], values: [0.5, -1, 2]))
      return plan
    }
    func step(_ plan: any Plan, _ rules: [UpdateRule?]) throws {
      try plan.forward()
      plan.clearGradients()
      try plan.backward(labels: [1], cancellation: .never)
      plan.update([rules, []])
    }
    let rule = UpdateRule.paper(rate: 0.5, momentum: 0.9, decay: 0.01)
    let first = try plan()
    try step(first, [rule, nil])
    #expect(first.parameters(of: 0)[1] == Tensor(zeros: [2]))
    #expect(first.optimizerMemory(of: 0).map(\.count) == [1, 0])
    let second = try plan()
    second.setParameters(first.parameters(of: 0), of: 0)
    second.setOptimizerMemory(first.optimizerMemory(of: 0), of: 0)
    for plan in [first, second] { try step(plan, [rule, rule]) }
    #expect(first.parameters(of: 0) == second.parameters(of: 0))
    #expect(first.optimizerMemory(of: 0) == second.optimizerMemory(of: 0))
    #expect(first.parameters(of: 0)[1] != Tensor(zeros: [2]))
  }
}
