import Tensors

/// N×C×H×W to N×F, F = C·H·W: the same elements in the same, row-major, order.
///
///     y[n, (c·H + y)·W + x] = x[n, c, y, x]
///
/// - Parameter x: activations, N×C×H×W or N×F.
/// - Returns: y, N×F.
public func flatten(_ x: Tensor) -> Tensor {
  x.reshaped(to: [x.shape.n, x.shape.withoutBatch.count])
}

/// The gradient of `flatten` with respect to its input: the same elements in the input's shape.
///
/// - Parameters:
///   - g: ∂L/∂y, N×F.
///   - input: the shape of x.
/// - Returns: ∂L/∂x; assigned, not accumulated.
public func flattenGradient(_ g: Tensor, input: Shape) -> Tensor { g.reshaped(to: input) }
