import Layers
import Tensors

/// The gradient of a convolution's input, **wrong on purpose**: each filter is read in reverse order.
///
///     ∂L/∂x[n, c, iy, ix] = Σ g[n, o, oy, ox] · w[o, i, K − 1 − ky, K − 1 − kx]
///                    right: Σ g[n, o, oy, ox] · w[o, i, ky, kx]        ky = iy + p − oy·s, kx the same
///
/// Seen as a convolution of g, the gradient needs the filter turned by 180°; this is the result
/// without turning it. Filters of one weight, and symmetric ones, don't show the mistake. The right
/// kernel is `ReferenceEngine/Kernels/Convolution.swift`.
///
/// Where it comes from: convolutions written from scratch; nntrainer had to add the turning later
/// (issue 705).
struct FilterNotTurned: Mistake {
  func inputGradient(
    of layer: Layer, _ g: Tensor, input x: Tensor, parameters: [Tensor], cancellation: Cancellation
  ) throws(Cancelled) -> Tensor? {
    guard case .convolution(let convolution) = layer else { return nil }
    let (w, window) = (parameters[0], convolution.window)
    let (O, I, K) = (w.shape[0], w.shape[1], window.kernel)
    let (s, p) = (window.stride, window.padding)
    var dx = Tensor(zeros: x.shape)
    for n in 0..<x.shape.n {
      for c in 0..<x.shape.c {
        let (group, i) = c.quotientAndRemainder(dividingBy: I)
        let filters = group * (O / convolution.groups)..<(group + 1) * (O / convolution.groups)
        for iy in 0..<x.shape.h {
          try cancellation.check()
          let rows = window.outputs(holding: iy, outputs: g.shape.h)
          for ix in 0..<x.shape.w {
            let columns = window.outputs(holding: ix, outputs: g.shape.w)
            var sum = 0.0
            for o in filters {
              for oy in rows {
                for ox in columns {
                  let (ky, kx) = (iy + p - oy * s, ix + p - ox * s)
                  sum += Double(g[n, o, oy, ox]) * Double(w[o, i, K - 1 - ky, K - 1 - kx])
                }
              }
            }
            dx[n, c, iy, ix] = Float(sum)
          }
        }
      }
    }
    return dx
  }
}
