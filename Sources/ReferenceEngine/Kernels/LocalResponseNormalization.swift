import Layers
import RealModule
import Tensors

/// Local response normalization across channels (paper, section 3.3).
///
///     b[i] = a[i] · S[i]^−β        S[i] = k + s · Σ a[j]²   for j in W(i)
///     W(i) = max(0, i − ⌊n/2⌋) … min(C − 1, i + ⌊n/2⌋)      (odd n; the paper's convention)
///
/// at every batch element, row and column. s is α as the paper prints the formula, α/n as the
/// authors' 2012 program computes it. `NormalizationConvention` says which, and which neighbours an
/// even n takes. With groups, i and j stay in one group of channels.
///
/// - Parameters:
///   - a: activations, N×C×H×W.
///   - lrn: the settings of the layer.
///   - cancellation: polled while computing.
/// - Returns: b, N×C×H×W; computed in Double and rounded once.
/// - Throws: `Cancelled`; polled once per row of all channels.
public func localResponseNormalization(
  _ a: Tensor, _ lrn: LocalResponseNormalization, cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  let shape = outputShape(of: .localResponseNormalization(lrn), a.shape)
  var b = Tensor(zeros: shape)
  for n in 0..<shape.n {
    for y in 0..<shape.h {
      try cancellation.check()
      for i in 0..<shape.c {
        let W = lrn.window(around: i, channels: shape.c)
        for x in 0..<shape.w {
          let S = scale(of: a, n, W, y, x, lrn)
          b[n, i, y, x] = Float(Double(a[n, i, y, x]) * Double.pow(S, -lrn.beta))
        }
      }
    }
  }
  return b
}

/// The gradient of `localResponseNormalization` with respect to its input.
///
///     ∂L/∂a[i] = g[i] · S[i]^−β − 2·s·β · a[i] · Σ t[j]        for every j with i in W(j)
///     t[j]     = g[j] · a[j] · S[j]^(−β−1)
///
/// S is computed again from a, so that it isn't rounded in between.
///
/// - Parameters:
///   - g: ∂L/∂b, N×C×H×W.
///   - a: activations, N×C×H×W.
///   - lrn: the settings of the layer.
///   - cancellation: polled while computing.
/// - Returns: ∂L/∂a; assigned, not accumulated.
/// - Throws: `Cancelled`; polled once per row of all channels.
public func localResponseNormalizationGradient(
  _ g: Tensor, input a: Tensor, _ lrn: LocalResponseNormalization,
  cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  requireGradient(g, of: outputShape(of: .localResponseNormalization(lrn), a.shape))
  let C = a.shape.c
  var da = Tensor(zeros: a.shape)
  for n in 0..<a.shape.n {
    for y in 0..<a.shape.h {
      try cancellation.check()
      for x in 0..<a.shape.w {
        var own = [Double](repeating: 0, count: C)
        var t = [Double](repeating: 0, count: C)
        for j in 0..<C {
          let S = scale(of: a, n, lrn.window(around: j, channels: C), y, x, lrn)
          own[j] = Double(g[n, j, y, x]) * Double.pow(S, -lrn.beta)
          t[j] = own[j] * Double(a[n, j, y, x]) / S
        }
        for i in 0..<C {
          var sum = 0.0
          for j in lrn.windows(containing: i, channels: C) { sum += t[j] }
          let across = 2 * lrn.s * lrn.beta * Double(a[n, i, y, x]) * sum
          da[n, i, y, x] = Float(own[i] - across)
        }
      }
    }
  }
  return da
}

/// S = k + s · Σ a[j]² over the channels of one window, at one place.
private func scale(
  of a: Tensor, _ n: Int, _ window: Range<Int>, _ y: Int, _ x: Int,
  _ lrn: LocalResponseNormalization
) -> Double {
  var sum = 0.0
  for j in window { sum += Double(a[n, j, y, x]) * Double(a[n, j, y, x]) }
  return lrn.k + lrn.s * sum
}
