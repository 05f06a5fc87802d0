import RealModule
import Tensors

/// The exponential linear unit (Clevert, Unterthiner, Hochreiter 2015, arXiv 1511.07289, section 3).
///
///     y = x                 where x > 0
///     y = α · (e^x − 1)     where x ≤ 0
///
/// e^x − 1 is computed as one function: the difference would lose the digits of a small x.
///
/// - Parameters:
///   - x: activations of any shape.
///   - alpha: α, above 0; −α is what y approaches for very negative x.
///   - cancellation: polled while computing.
/// - Returns: y, in the shape of x; computed in Double and rounded once. A NaN stays one.
/// - Throws: `Cancelled`.
public func elu(
  _ x: Tensor, alpha: Double, cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  let xs = x.values
  return try Tensor(shape: x.shape, cancellation: cancellation) { i in
    let x = Double(xs[i])
    return x > 0 ? x : alpha * Double.expMinusOne(x)
  }
}

/// The gradient of `elu` with respect to its input.
///
///     ∂L/∂x = g             where x > 0
///     ∂L/∂x = g · α · e^x   where x ≤ 0
///
/// The paper writes the slope as y + α, whose terms cancel for very negative x.
///
/// - Parameters:
///   - g: ∂L/∂y, in the shape of x.
///   - x: activations.
///   - alpha: α, above 0.
///   - cancellation: polled while computing.
/// - Returns: ∂L/∂x; assigned, not accumulated.
/// - Throws: `Cancelled`.
public func eluGradient(
  _ g: Tensor, input x: Tensor, alpha: Double, cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  requireGradient(g, of: x.shape)
  let (gs, xs) = (g.values, x.values)
  return try Tensor(shape: x.shape, cancellation: cancellation) { i in
    let (g, x) = (Double(gs[i]), Double(xs[i]))
    return x > 0 ? g : g * alpha * Double.exp(x)
  }
}
