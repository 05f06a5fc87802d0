import Basics

/// A sum of gradients, each times a factor, as for ∂L/∂bias (every factor is 1) and ∂L/∂γ.
package struct GradientSum: Hashable, Sendable {
  /// One gradient.
  package struct Term: Hashable, Sendable {
    /// Which image of the batch.
    package let picture: Int
    /// Which output of the layer, without the batch axis.
    package let index: [Int]
    /// ∂L/∂ that output.
    package let g: Float
    /// The factor: 1, or x̂.
    package let factor: Double
    /// Their product.
    package var product: Double { Double(g) * factor }
  }

  /// The name of the tensor of gradients: `gradient conv1`.
  package let name: String
  /// The terms in the order in which they were added.
  package let terms: [Term]

  /// The whole sum, in Double.
  package var total: Double { terms.reduce(0) { $0 + $1.product } }
  /// The sum of the absolute values.
  package var magnitude: Double { terms.reduce(0) { $0 + $1.product.magnitude } }

  /// The `count` terms with the largest absolute values, largest first; of equal ones, the earlier
  /// first.
  package func largest(_ count: Int) -> [Term] {
    let order = terms.map(\.product.magnitude).indicesFromLargest
    return order.prefix(max(0, count)).map { terms[$0] }
  }
}
