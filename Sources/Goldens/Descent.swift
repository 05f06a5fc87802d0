import Tensors

/// What one step of a training case's descent is told of one parameter.
public struct DescentSettings: Hashable, Sendable {
  /// ε, the learning rate.
  public let rate: Double
  /// μ, how much of the velocity is kept.
  public let momentum: Double
  /// λ, the weight decay.
  public let decay: Double
}

/// The update rule that training cases are run with: it makes one step, changing weights and velocity
/// by the gradient. What is expected of training cases was computed by the paper's rule (section 5).
public typealias Descent =
  @Sendable (
    _ weights: inout Tensor, _ velocity: inout Tensor, _ gradient: Tensor,
    _ settings: DescentSettings
  ) -> Void
