import Tensors

/// The rectified linear unit (paper, section 3.1).
///
///     y = max(0, x)
///
/// NaN stays NaN.
///
/// - Parameters:
///   - x: activations of any shape.
///   - cancellation: polled while computing.
/// - Returns: y, in the shape of x.
/// - Throws: `Cancelled`.
public func relu(_ x: Tensor, cancellation: Cancellation = .never) throws(Cancelled) -> Tensor {
  let xs = x.values
  return try Tensor(shape: x.shape, cancellation: cancellation) { i in
    xs[i] <= 0 ? 0 : Double(xs[i])
  }
}

/// The gradient of `relu` with respect to its input.
///
///     ∂L/∂x = g where x > 0, and 0 where x ≤ 0
///
/// - Parameters:
///   - g: ∂L/∂y, in the shape of x.
///   - x: activations.
///   - cancellation: polled while computing.
/// - Returns: ∂L/∂x; assigned, not accumulated. Where x is NaN, g.
/// - Throws: `Cancelled`.
public func reluGradient(
  _ g: Tensor, input x: Tensor, cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  requireGradient(g, of: x.shape)
  let (gs, xs) = (g.values, x.values)
  return try Tensor(shape: x.shape, cancellation: cancellation) { i in
    xs[i] <= 0 ? 0 : Double(gs[i])
  }
}
