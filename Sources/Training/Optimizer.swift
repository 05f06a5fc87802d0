import Layers

/// How a training run moves its parameters, its rates and decays aside.
public enum Optimizer: Hashable, Sendable {
  /// The paper's descent (section 5), ε inside the velocity.
  case paper(momentum: Double)
  /// PyTorch's `SGD`, ε outside the velocity.
  case pytorch(momentum: Double)
  /// Adam (Kingma and Ba 2015).
  case adam(beta1: Double, beta2: Double, epsilon: Double)

  /// The rule of one step for one parameter.
  ///
  /// - Parameters:
  ///   - rate: ε.
  ///   - decay: λ.
  ///   - step: the number of the step, from 1.
  public func rule(rate: Double, decay: Double, step: Int) -> UpdateRule {
    switch self {
    case .paper(let momentum): .paper(rate: rate, momentum: momentum, decay: decay)
    case .pytorch(let momentum): .pytorch(rate: rate, momentum: momentum, decay: decay)
    case .adam(let beta1, let beta2, let epsilon):
      .adam(
        rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: decay, step: step)
    }
  }
}
