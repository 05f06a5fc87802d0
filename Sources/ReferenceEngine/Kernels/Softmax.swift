import Layers
import RealModule
import Tensors

/// Probabilities from logits (paper, section 3.5).
///
///     p[n, i] = e^(x[n, i] − m) / Σ e^(x[n, j] − m)        m = max x[n, j], which changes nothing
///
/// but keeps the exponentials from overflowing.
///
/// - Parameters:
///   - x: logits, N×F.
///   - cancellation: polled while computing.
/// - Returns: p, N×F; computed in Double and rounded once.
/// - Throws: `Cancelled`; polled once per element of the batch.
public func softmax(_ x: Tensor, cancellation: Cancellation = .never) throws(Cancelled) -> Tensor {
  var p = Tensor(zeros: outputShape(of: .softmax, x.shape))
  for n in 0..<x.shape.n {
    try cancellation.check()
    p.store(probabilities(x, n).p, at: n * x.shape.c)
  }
  return p
}

/// The gradient of `softmax` with respect to its input.
///
///     ∂L/∂x[n, i] = p[n, i] · (g[n, i] − Σ g[n, j] · p[n, j])
///
/// p is computed again from x, so that it isn't rounded in between.
///
/// - Parameters:
///   - g: ∂L/∂p, N×F.
///   - x: logits, N×F.
///   - cancellation: polled while computing.
/// - Returns: ∂L/∂x; assigned, not accumulated.
/// - Throws: `Cancelled`; polled once per element of the batch.
public func softmaxGradient(
  _ g: Tensor, input x: Tensor, cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  requireGradient(g, of: outputShape(of: .softmax, x.shape))
  let (F, gs) = (x.shape.c, g.values)
  var dx = Tensor(zeros: x.shape)
  for n in 0..<x.shape.n {
    try cancellation.check()
    let p = probabilities(x, n).p
    var sum = 0.0
    for j in 0..<F { sum += Double(gs[n * F + j]) * p[j] }
    dx.store((0..<F).map { i in p[i] * (Double(gs[n * F + i]) - sum) }, at: n * F)
  }
  return dx
}

/// The softmax of one element of the batch, in Double, with m = max x and log Σ e^(x − m).
func probabilities(_ x: Tensor, _ n: Int) -> (p: [Double], m: Double, logSum: Double) {
  let logits = x.values[n * x.shape.c..<(n + 1) * x.shape.c].map(Double.init)
  let m = logits.max() ?? 0
  let exponentials = logits.map { Double.exp($0 - m) }
  let sum = exponentials.reduce(0, +)
  return (exponentials.map { $0 / sum }, m, Double.log(sum))
}
