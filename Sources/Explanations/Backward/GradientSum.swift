import Basics

/// A sum of gradients, each times a factor, as for ∂L/∂bias (every factor is 1) and ∂L/∂γ.
public struct GradientSum: Hashable, Sendable {
  /// One gradient.
  public struct Term: Hashable, Sendable {
    /// Which image of the batch.
    public let picture: Int
    /// Which output of the layer, without the batch axis.
    public let index: [Int]
    /// ∂L/∂ that output.
    public let g: Float
    /// The factor: 1, or x̂.
    public let factor: Double
    /// Their product.
    public var product: Double { Double(g) * factor }
  }

  /// The name of the tensor of gradients: `gradient conv1`.
  public let name: String
  /// The terms in the order in which they were added.
  public let terms: [Term]

  /// The whole sum, in Double.
  public var total: Double { terms.reduce(0) { $0 + $1.product } }
  /// The sum of the absolute values.
  public var magnitude: Double { terms.reduce(0) { $0 + $1.product.magnitude } }

  /// The `count` terms of the largest absolute value, largest first; of equal ones, the earlier
  /// first.
  public func largest(_ count: Int) -> [Term] {
    let order = terms.map(\.product.magnitude).indicesFromLargest
    return order.prefix(max(0, count)).map { terms[$0] }
  }
}
