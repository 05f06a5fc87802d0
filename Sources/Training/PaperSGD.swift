import Tensors

/// Stochastic gradient descent as the paper prints it (section 5).
///
///     v ← μ · v − λ · ε · w − ε · ∂L/∂w        w ← w + v
///
/// ε stands inside the velocity: where it changes, the velocity keeps what it gathered under the old
/// one. (Other libraries keep ε outside, so that a change acts on the whole velocity at once.)
public struct PaperSGD: Hashable, Sendable {
  /// ε, the learning rate.
  public var rate: Double
  /// μ, how much of the velocity is kept at each step.
  public var momentum: Double
  /// λ, the weight decay.
  public var decay: Double

  /// Descent with these settings; the defaults are the paper's.
  public init(rate: Double = 0.01, momentum: Double = 0.9, decay: Double = 0.0005) {
    (self.rate, self.momentum, self.decay) = (rate, momentum, decay)
  }

  /// Makes one step. Each new velocity and each new weight is computed in Double, the weight from the
  /// velocity before its rounding, and is rounded once.
  ///
  /// - Parameters:
  ///   - weights: w, of any shape.
  ///   - velocity: v, in the shape of w; zeros before the first step.
  ///   - gradient: ∂L/∂w averaged over the batch, in the shape of w.
  public func step(_ weights: inout Tensor, velocity: inout Tensor, gradient: Tensor) {
    precondition(
      velocity.shape == weights.shape && gradient.shape == weights.shape,
      "A step takes a velocity and a gradient of \(weights.shape), "
        + "not \(velocity.shape) and \(gradient.shape).")
    let g = gradient.values
    velocity.withUnsafeMutableBufferPointer { v in
      weights.withUnsafeMutableBufferPointer { w in
        for i in w.indices {
          let kept = momentum * Double(v[i])
          let new = kept - decay * rate * Double(w[i]) - rate * Double(g[i])
          v[i] = Float(new)
          w[i] = Float(Double(w[i]) + new)
        }
      }
    }
  }
}
