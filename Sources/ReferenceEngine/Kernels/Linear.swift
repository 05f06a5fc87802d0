import Layers
import Tensors

/// A fully connected layer.
///
///     y[n, o] = b[o] + Σ w[o, i] · x[n, i]
///
/// - Parameters:
///   - x: activations, N×I.
///   - w: weights, O×I.
///   - b: biases, O.
///   - linear: the settings of the layer.
///   - cancellation: polled while computing.
/// - Returns: y, N×O; each sum is accumulated in Double and rounded once.
/// - Throws: `Cancelled`; polled once per output.
public func linear(
  _ x: Tensor, weight w: Tensor, bias b: Tensor, _ linear: Linear,
  cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  let shape = outputShape(of: .linear(linear), x.shape, parameters: [w.shape, b.shape])
  let (N, O, I) = (shape.n, shape.c, x.shape.c)
  let (xs, ws, bs) = (x.values, w.values, b.values)
  var y = Tensor(zeros: shape)
  // The batch is the inner loop, so that each row of weights is fetched from memory once.
  for o in 0..<O {
    for n in 0..<N {
      try cancellation.check()
      y.store([Double(bs[o]) + dot(ws, aFrom: o * I, xs, bFrom: n * I, count: I)], at: n * O + o)
    }
  }
  return y
}

/// The gradient of `linear` with respect to its input.
///
///     ∂L/∂x[n, i] = Σ g[n, o] · w[o, i]
///
/// - Parameters:
///   - g: ∂L/∂y, N×O.
///   - w: weights, O×I.
///   - cancellation: polled while computing.
/// - Returns: ∂L/∂x, N×I; assigned, not accumulated.
/// - Throws: `Cancelled`; polled once per product of an output and its row of weights.
public func linearGradient(
  _ g: Tensor, weight w: Tensor, cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  let (N, O, I) = (g.shape.n, w.shape[0], w.shape[1])
  requireGradient(g, of: [N, O])
  let (gs, ws) = (g.values, w.values)
  var dx = Tensor(zeros: [N, I])
  for n in 0..<N {
    var sum = [Double](repeating: 0, count: I)
    for o in 0..<O {
      try cancellation.check()
      addRow(gs[n * O + o], times: ws, from: o * I, to: &sum, count: I)
    }
    dx.store(sum, at: n * I)
  }
  return dx
}

/// The gradients of `linear` with respect to its weights and biases.
///
///     ∂L/∂w[o, i] += Σ g[n, o] · x[n, i]        ∂L/∂b[o] += Σ g[n, o]
///
/// - Parameters:
///   - g: ∂L/∂y, N×O.
///   - x: activations, N×I.
///   - dw: ∂L/∂w, O×I; accumulated: each sum is computed in Double, added, and rounded once.
///   - db: ∂L/∂b, O; accumulated in the same way.
///   - cancellation: polled while computing.
/// - Throws: `Cancelled`, with the gradients half accumulated; polled once per output.
public func linearParameterGradients(
  _ g: Tensor, input x: Tensor, weight dw: inout Tensor, bias db: inout Tensor,
  cancellation: Cancellation = .never
) throws(Cancelled) {
  let (N, O, I) = (g.shape.n, g.shape.c, x.shape.c)
  requireGradient(dw, of: [O, I])
  requireGradient(db, of: [O])
  requireGradient(g, of: [x.shape.n, O])
  let (gs, xs) = (g.values, x.values)
  for o in 0..<O {
    var (sum, biasSum) = ([Double](repeating: 0, count: I), 0.0)
    for n in 0..<N {
      try cancellation.check()
      addRow(gs[n * O + o], times: xs, from: n * I, to: &sum, count: I)
      biasSum += Double(gs[n * O + o])
    }
    dw.add(sum, at: o * I)
    db.add([biasSum], at: o)
  }
}
