import Layers

/// How a training run updates its parameters, apart from rates and decays.
package enum Optimizer: Hashable, Sendable {
  /// The paper's gradient descent (section 5), ε inside the velocity.
  case paper(momentum: Double)
  /// PyTorch's `SGD`, ε outside the velocity.
  case pytorch(momentum: Double)
  /// Adam (Kingma and Ba 2015).
  case adam(beta1: Double, beta2: Double, epsilon: Double)

  /// The optimizers by the names that recipes use.
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    /// The paper's gradient descent.
    case paper
    /// PyTorch's `SGD`.
    case pytorch
    /// Adam.
    case adam
  }

  /// Which optimizer this is.
  package var kind: Kind {
    switch self {
    case .paper: .paper
    case .pytorch: .pytorch
    case .adam: .adam
    }
  }

  /// The optimizer of this kind with its usual numbers: momentum 0.9; for Adam, its authors'
  /// values.
  package static func usual(_ kind: Kind) -> Optimizer {
    switch kind {
    case .paper: .paper(momentum: 0.9)
    case .pytorch: .pytorch(momentum: 0.9)
    case .adam: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
    }
  }

  /// The names of the optimizer's tensors in files, after the parameter's name:
  /// `conv1.weight.velocity`.
  package var memoryNames: [String] {
    switch self {
    case .paper, .pytorch: ["velocity"]
    case .adam: ["first_moment", "second_moment"]
    }
  }

  /// The rule of one step for one parameter.
  ///
  /// - Parameters:
  ///   - rate: ε.
  ///   - decay: λ.
  ///   - step: the number of the step, from 1.
  package func rule(rate: Double, decay: Double, step: Int) -> UpdateRule {
    switch self {
    case .paper(let momentum): .paper(rate: rate, momentum: momentum, decay: decay)
    case .pytorch(let momentum): .pytorch(rate: rate, momentum: momentum, decay: decay)
    case .adam(let beta1, let beta2, let epsilon):
      .adam(
        rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: decay, step: step)
    }
  }
}
