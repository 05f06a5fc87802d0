import Layers
import Tensors

/// The paper's step of gradient descent, **wrong on purpose**: the rate multiplies the old velocity too.
///
///     v ← ε · (μ · v − λ · w − g)        right: v ← μ · v − ε · (λ · w + g)
///     w ← w + v
///
/// With ε = 0.001 the momentum is practically gone: each step is a plain step plus a thousandth of
/// the last one. No layer's kernel is affected, so only training steps show it. The right kernel is
/// `ReferenceEngine/Kernels/ParameterUpdate.swift`.
///
/// Where it comes from: a misplaced bracket, as once in Boltzmann.jl's momentum (issue 14).
struct RateBeforeVelocity: Mistake {
  func step(
    _ rule: UpdateRule, _ w: Tensor, memory: [Tensor], gradient g: Tensor
  ) -> (weights: Tensor, memory: [Tensor])? {
    guard case .paper(let rate, let momentum, let decay) = rule else { return nil }
    var (weights, velocity) = (w.values, memory.first?.values ?? [])
    if velocity.isEmpty { velocity = [Float](repeating: 0, count: w.count) }
    for i in weights.indices {
      let v =
        rate
        * (momentum * Double(velocity[i]) - decay * Double(weights[i]) - Double(g.values[i]))
      weights[i] = Float(Double(weights[i]) + v)
      velocity[i] = Float(v)
    }
    return (
      Tensor(shape: w.shape, values: weights), [Tensor(shape: w.shape, values: velocity)]
    )
  }
}
