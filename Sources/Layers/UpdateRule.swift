/// How an optimizer moves one parameter w by its gradient g = ∂L/∂w, averaged over the batch.
///
/// A rule keeps further tensors for each parameter, in the parameter's shape. There are none before
/// the first step, which starts from zeros.
public enum UpdateRule: Hashable, Sendable {
  /// Stochastic gradient descent as the paper prints it (section 5).
  ///
  ///     v ← μ · v − λ · ε · w − ε · g        w ← w + v
  ///
  /// ε is inside the velocity: when it changes, the velocity still holds what it gathered at the
  /// old rate.
  case paper(rate: Double, momentum: Double, decay: Double)
  /// Stochastic gradient descent as PyTorch's `SGD` computes it, with ε outside the velocity.
  ///
  ///     v ← μ · v + g + λ · w        w ← w − ε · v
  case pytorch(rate: Double, momentum: Double, decay: Double)
  /// Adam (Kingma and Ba 2015, algorithm 1), with the decay added to the gradient.
  ///
  ///     g ← g + λ · w
  ///     m ← β₁ · m + (1 − β₁) · g        v ← β₂ · v + (1 − β₂) · g²
  ///     w ← w − ε · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε̂)
  ///
  /// - `step`: t, counted from 1.
  case adam(
    rate: Double, beta1: Double, beta2: Double, epsilon: Double, decay: Double, step: Int)

  /// How many tensors the rule keeps for a parameter: the velocity, or Adam's two moments.
  public var memories: Int {
    switch self {
    case .paper, .pytorch: 1
    case .adam: 2
    }
  }
}
