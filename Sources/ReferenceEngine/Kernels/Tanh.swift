import RealModule
import Tensors

/// The hyperbolic tangent, which the paper's figure 1 compares with ReLU.
///
///     y = tanh(x)
///
/// - Parameters:
///   - x: activations of any shape.
///   - cancellation: polled while computing.
/// - Returns: y, in the shape of x; computed in Double and rounded once.
/// - Throws: `Cancelled`.
public func tanh(_ x: Tensor, cancellation: Cancellation = .never) throws(Cancelled) -> Tensor {
  let xs = x.values
  return try Tensor(shape: x.shape, cancellation: cancellation) { i in
    Double.tanh(Double(xs[i]))
  }
}

/// The gradient of `tanh` with respect to its input.
///
///     ∂L/∂x = g · (1 − tanh²(x)) = g / cosh²(x)
///
/// The second form is the one computed: the first loses its digits where tanh(x) is near 1.
///
/// - Parameters:
///   - g: ∂L/∂y, in the shape of x.
///   - x: activations.
///   - cancellation: polled while computing.
/// - Returns: ∂L/∂x; assigned, not accumulated.
/// - Throws: `Cancelled`.
public func tanhGradient(
  _ g: Tensor, input x: Tensor, cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  requireGradient(g, of: x.shape)
  let (gs, xs) = (g.values, x.values)
  return try Tensor(shape: x.shape, cancellation: cancellation) { i in
    let c = Double.cosh(Double(xs[i]))
    return Double(gs[i]) / (c * c)
  }
}
