import Layers
import RealModule
import Tensors

/// Local response normalization within a channel (cuda-convnet's within-map normalization; in block 2
/// of the authors' 2012 program, though not in the paper).
///
///     b[y, x] = a[y, x] · S[y, x]^−β        S[y, x] = k + s · Σ a[v, u]²   for v in W(y), u in W(x)
///
/// at every batch element and channel. W is the window of n rows or columns around one, clipped to the
/// map; s is α/n² in the authors' program.
///
/// - Parameters:
///   - a: activations, N×C×H×W.
///   - normalization: the settings of the layer.
///   - cancellation: polled while computing.
/// - Returns: b, N×C×H×W; computed in Double and rounded once.
/// - Throws: `Cancelled`; polled once per row.
public func spatialNormalization(
  _ a: Tensor, _ normalization: SpatialNormalization, cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  let shape = outputShape(of: .spatialNormalization(normalization), a.shape)
  var b = Tensor(zeros: shape)
  for n in 0..<shape.n {
    for c in 0..<shape.c {
      for y in 0..<shape.h {
        try cancellation.check()
        for x in 0..<shape.w {
          let S = scale(of: a, n, c, y, x, normalization)
          b[n, c, y, x] = Float(Double(a[n, c, y, x]) * Double.pow(S, -normalization.beta))
        }
      }
    }
  }
  return b
}

/// The gradient of `spatialNormalization` with respect to its input.
///
///     ∂L/∂a[y, x] = g[y, x] · S[y, x]^−β − 2·s·β · a[y, x] · Σ t[v, u]
///     t[v, u]     = g[v, u] · a[v, u] · S[v, u]^(−β−1)        for every v, u with y in W(v), x in W(u)
///
/// S is computed again from a, so that it isn't rounded in between.
///
/// - Parameters:
///   - g: ∂L/∂b, N×C×H×W.
///   - a: activations, N×C×H×W.
///   - normalization: the settings of the layer.
///   - cancellation: polled while computing.
/// - Returns: ∂L/∂a; assigned, not accumulated.
/// - Throws: `Cancelled`; polled once per row.
public func spatialNormalizationGradient(
  _ g: Tensor, input a: Tensor, _ normalization: SpatialNormalization,
  cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  requireGradient(g, of: outputShape(of: .spatialNormalization(normalization), a.shape))
  let (H, W) = (a.shape.h, a.shape.w)
  var da = Tensor(zeros: a.shape)
  for n in 0..<a.shape.n {
    for c in 0..<a.shape.c {
      var own = [Double](repeating: 0, count: H * W)
      var t = [Double](repeating: 0, count: H * W)
      for v in 0..<H {
        try cancellation.check()
        for u in 0..<W {
          let S = scale(of: a, n, c, v, u, normalization)
          own[v * W + u] = Double(g[n, c, v, u]) * Double.pow(S, -normalization.beta)
          t[v * W + u] = own[v * W + u] * Double(a[n, c, v, u]) / S
        }
      }
      for y in 0..<H {
        try cancellation.check()
        let rows = normalization.windows(containing: y, size: H)
        for x in 0..<W {
          let columns = normalization.windows(containing: x, size: W)
          var sum = 0.0
          for v in rows {
            for u in columns { sum += t[v * W + u] }
          }
          let across = 2 * normalization.s * normalization.beta * Double(a[n, c, y, x]) * sum
          da[n, c, y, x] = Float(own[y * W + x] - across)
        }
      }
    }
  }
  return da
}

/// S = k + s · Σ a[v, u]² over the window around one place.
private func scale(
  of a: Tensor, _ n: Int, _ c: Int, _ y: Int, _ x: Int, _ normalization: SpatialNormalization
) -> Double {
  let columns = normalization.window(around: x, size: a.shape.w)
  var sum = 0.0
  for v in normalization.window(around: y, size: a.shape.h) {
    for u in columns { sum += Double(a[n, c, v, u]) * Double(a[n, c, v, u]) }
  }
  return normalization.k + normalization.s * sum
}
