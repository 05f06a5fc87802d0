import Tensors

/// One tensor of numbers that a layer keeps: its weights, biases or running statistics.
public struct Parameter: Hashable, Sendable {
  /// What the parameter is for.
  public enum Role: String, Hashable, Sendable, CaseIterable {
    /// Filters of a convolution or linear layer; the scale γ of a batch normalization.
    case weight
    /// What is added to each output channel; the shift β of a batch normalization.
    case bias
    /// The running mean of a batch normalization.
    case runningMean = "running_mean"
    /// The running variance of a batch normalization.
    case runningVariance = "running_var"
  }

  /// What the parameter is for; its raw value is its name in files.
  public let role: Role
  /// Its shape.
  public let shape: Shape
  /// How many weights feed one output: the fan-in of initializations.
  public let fanIn: Int

  /// Whether an optimizer changes it; running statistics follow the data instead.
  public var isTrainable: Bool { role == .weight || role == .bias }

  /// The name in files, after the layer's own: `weight`, `bias`, `running_mean`, `running_var`.
  public var name: String { role.rawValue }

  /// A parameter of this role and shape.
  public init(_ role: Role, _ shape: Shape, fanIn: Int) {
    self.role = role
    self.shape = shape
    self.fanIn = fanIn
  }
}
