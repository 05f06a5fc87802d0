import Layers
import Tensors

/// The gradient of max pooling, **wrong on purpose**: every element that equals the maximum of a
/// window gets the window's whole gradient, instead of only the first one.
///
///     ∂L/∂x[n, c, iy, ix] = Σ g[n, c, oy, ox]        over the windows whose maximum is x[n, c, iy, ix]
///
/// A window of nine equal numbers then passes on nine times the gradient. If they are the zeros of
/// a ReLU, it has no effect, since the ReLU passes no gradient at a zero. The right kernel is
/// `ReferenceEngine/Kernels/MaxPooling.swift`.
///
/// Where it comes from: programs that compare each input with the window's maximum, as
/// cuda-convnet's kernels and many NumPy exercises do.
struct EveryTieWins: Mistake {
  func inputGradient(
    of layer: Layer, _ g: Tensor, input x: Tensor, parameters: [Tensor], cancellation: Cancellation
  ) throws(Cancelled) -> Tensor? {
    guard case .maxPooling(let pooling) = layer else { return nil }
    let (C, H, W) = (x.shape.c, x.shape.h, x.shape.w)
    var sum = [Double](repeating: 0, count: x.count)
    for n in 0..<x.shape.n {
      for c in 0..<C {
        for oy in 0..<g.shape.h {
          try cancellation.check()
          let rows = pooling.window.inputs(of: oy, input: H)
          for ox in 0..<g.shape.w {
            let columns = pooling.window.inputs(of: ox, input: W)
            var maximum = -Float.infinity
            for iy in rows {
              for ix in columns { maximum = max(maximum, x[n, c, iy, ix]) }
            }
            for iy in rows {
              for ix in columns where x[n, c, iy, ix] == maximum {
                sum[((n * C + c) * H + iy) * W + ix] += Double(g[n, c, oy, ox])
              }
            }
          }
        }
      }
    }
    return Tensor(shape: x.shape, values: sum.map(Float.init))
  }
}
