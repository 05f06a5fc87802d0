import Layers
import Tensors

/// Convolution in groups, **wrong on purpose**: the filters of every group read the first group's
/// channels.
///
///     y[n, o, oy, ox] = b[o] + Σ w[o, i, ky, kx] · x[n, i, oy·s + ky − p, ox·s + kx − p]
///
/// right: channel (group of o)·I + i. With one group it makes no difference. The gradients are the
/// reference's. The right kernel is `ReferenceEngine/Kernels/Convolution.swift`.
///
/// Where it comes from: a forgotten offset. In 2019 PyTorch's outputs of the second group didn't
/// depend on that group's inputs (pytorch, issue 19912).
struct FirstGroupForAll: Mistake {
  func output(
    of layer: Layer, _ x: Tensor, parameters: [Tensor], shape: Shape, cancellation: Cancellation
  ) throws(Cancelled) -> Tensor? {
    guard case .convolution(let convolution) = layer, convolution.groups > 1 else { return nil }
    let (w, b, window) = (parameters[0], parameters[1], convolution.window)
    let (I, s, p) = (w.shape[1], window.stride, window.padding)
    var y = Tensor(zeros: shape)
    for n in 0..<x.shape.n {
      for o in 0..<shape.c {
        for oy in 0..<shape.h {
          try cancellation.check()
          let rows = window.inputs(of: oy, input: x.shape.h)
          for ox in 0..<shape.w {
            let columns = window.inputs(of: ox, input: x.shape.w)
            var sum = Double(b.values[o])
            for i in 0..<I {
              for iy in rows {
                for ix in columns {
                  let (ky, kx) = (iy + p - oy * s, ix + p - ox * s)
                  sum += Double(w[o, i, ky, kx]) * Double(x[n, i, iy, ix])
                }
              }
            }
            y[n, o, oy, ox] = Float(sum)
          }
        }
      }
    }
    return y
  }
}
