import CFastKernels
import Layers
import ReferenceEngine
import Tensors
import Testing

/// Fast parameter updates equal the reference's bit for bit, since both compute in Double.
@Suite("Fast kernels: updates")
struct FastKernelUpdateTests {
  static func rule(_ index: Int, step: Int) -> UpdateRule {
    switch index % 4 {
    case 0: .paper(rate: 0.01, momentum: 0.9, decay: 0.0005)
    case 1: .pytorch(rate: 0.03, momentum: 0.8, decay: 0.001)
    case 2: .adam(rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0, step: step)
    default: .adam(rate: 1e-2, beta1: 0.8, beta2: 0.99, epsilon: 1e-6, decay: 0.1, step: step)
    }
  }

  /// Parameters whose ends are within vectors and stretches, with different rules, for three steps.
  @Test(arguments: [1, 2, 5] as [Int32])
  func steps(_ threads: Int32) {
    fk_set_threads(threads)
    defer { fk_set_threads(0) }
    let counts = [1, 16_384, 17, 40_000, 0, 3, 16_385, 1000]
    var weights = counts.map { Tensor(drawn: [$0], "w") }
    var memories = counts.map { _ in [Tensor]() }
    // The weights, two memories and the gradient of each parameter.
    let fast = counts.map { count in
      (0..<4).map { _ in
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
        buffer.initialize(repeating: 0)
        return buffer
      }
    }
    defer { fast.joined().forEach { $0.deallocate() } }
    for i in counts.indices { _ = fast[i][0].update(fromContentsOf: weights[i].values) }
    for step in 1...3 {
      var updates: [fk_update] = []
      for i in counts.indices {
        let gradient = Tensor(drawn: [counts[i]], "g\(step)")
        let rule = Self.rule(i, step: step)
        rule.step(&weights[i], memory: &memories[i], gradient: gradient)
        _ = fast[i][3].update(fromContentsOf: gradient.values)
        updates.append(update(by: rule, fast[i]))
      }
      fk_update_parameters(updates, Int32(updates.count))
    }
    for i in counts.indices {
      // Compared outside the macro, which would print the differences between forty thousand
      // numbers.
      let isSame = Array(fast[i][0]) == weights[i].values
      #expect(isSame, "weights of parameter \(i)")
      for (kept, expected) in zip(fast[i][1...], memories[i]) {
        let isSame = Array(kept) == expected.values
        #expect(isSame, "memory of parameter \(i)")
      }
    }
  }

  private func update(
    by rule: UpdateRule, _ buffers: [UnsafeMutableBufferPointer<Float>]
  ) -> fk_update {
    var update = fk_update()
    update.count = buffers[0].count
    update.weights = buffers[0].baseAddress
    update.memory1 = buffers[1].baseAddress
    update.memory2 = buffers[2].baseAddress
    update.gradient = UnsafePointer(buffers[3].baseAddress)
    switch rule {
    case .paper(let rate, let momentum, let decay):
      update.rule = fk_rule_paper
      (update.rate, update.momentum, update.decay) = (rate, momentum, decay)
    case .pytorch(let rate, let momentum, let decay):
      update.rule = fk_rule_pytorch
      (update.rate, update.momentum, update.decay) = (rate, momentum, decay)
    case .adam(let rate, let beta1, let beta2, let epsilon, let decay, let step):
      update.rule = fk_rule_adam
      (update.rate, update.momentum, update.beta2) = (rate, beta1, beta2)
      (update.epsilon, update.decay, update.step) = (epsilon, decay, Int32(step))
    }
    return update
  }
}
