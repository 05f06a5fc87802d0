import Layers
import Tensors

extension UpdateRule {
  /// Makes one step. Memory and new weights are computed in Double and rounded once; a weight uses
  /// the memory before its rounding. The formulas are in the comments of the rules.
  ///
  /// - Parameters:
  ///   - weights: w, of any shape.
  ///   - memory: v, or m and v, in the shape of w; empty before the first step.
  ///   - gradient: ∂L/∂w averaged over the batch, in the shape of w.
  public func step(_ weights: inout Tensor, memory: inout [Tensor], gradient: Tensor) {
    if memory.isEmpty {
      memory = Array(repeating: Tensor(repeating: 0, shape: weights.shape), count: memories)
    }
    precondition(
      memory.count == memories && memory.allSatisfy { $0.shape == weights.shape }
        && gradient.shape == weights.shape,
      "A step takes \(memories) tensors of memory and a gradient of \(weights.shape), "
        + "not \(memory.map(\.shape)) and \(gradient.shape).")
    switch self {
    case .paper(let rate, let momentum, let decay):
      descend(&weights, &memory[0], gradient) { w, v, g in
        v = momentum * v - decay * rate * w - rate * g
        w += v
      }
    case .pytorch(let rate, let momentum, let decay):
      descend(&weights, &memory[0], gradient) { w, v, g in
        v = momentum * v + g + decay * w
        w -= rate * v
      }
    case .adam(let rate, let beta1, let beta2, let epsilon, let decay, let step):
      let (correction1, correction2) = (1 - power(beta1, step), 1 - power(beta2, step))
      var second = memory[1]
      memory[1] = Tensor(repeating: 0, shape: [1])
      second.withUnsafeMutableBufferPointer { seconds in
        var i = 0
        descend(&weights, &memory[0], gradient) { w, m, g in
          let g = g + decay * w
          m = beta1 * m + (1 - beta1) * g
          let v = beta2 * Double(seconds[i]) + (1 - beta2) * g * g
          w -= rate * (m / correction1) / ((v / correction2).squareRoot() + epsilon)
          seconds[i] = Float(v)
          i += 1
        }
      }
      memory[1] = second
    }
  }

  /// Applies a step to each element: weight, memory, gradient.
  private func descend(
    _ weights: inout Tensor, _ kept: inout Tensor, _ gradient: Tensor,
    _ step: (_ w: inout Double, _ v: inout Double, _ g: Double) -> Void
  ) {
    let g = gradient.values
    kept.withUnsafeMutableBufferPointer { kept in
      weights.withUnsafeMutableBufferPointer { weights in
        for i in weights.indices {
          var (w, v) = (Double(weights[i]), Double(kept[i]))
          step(&w, &v, Double(g[i]))
          (weights[i], kept[i]) = (Float(w), Float(v))
        }
      }
    }
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    precondition(exponent >= 1, "Adam's steps count from 1.")
    return (0..<exponent).reduce(1) { product, _ in product * base }
  }
}
