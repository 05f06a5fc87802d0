import Layers
import Tensors

/// The largest of each window (paper, section 3.4: overlapping, kernel 3 and stride 2).
///
///     y[n, c, oy, ox] = max x[n, c, iy, ix]        over iy, ix in the window, clipped to the map
///
/// Of several equal maxima, the first in row-major order is the winner. A NaN counts as larger than
/// every number, so a window that holds one gives NaN, and the first NaN is the winner. A window is
/// never empty: the padding is smaller than the kernel, and the last window starts on the map.
///
/// - Parameters:
///   - x: activations, N×C×H×W.
///   - pooling: the settings of the layer.
///   - cancellation: polled while computing.
/// - Returns: y, N×C×H′×W′.
/// - Throws: `Cancelled`; polled once per output row.
public func maxPooling(
  _ x: Tensor, _ pooling: Pooling, cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  let shape = outputShape(of: .maxPooling(pooling), x.shape)
  var y = Tensor(zeros: shape)
  for n in 0..<shape.n {
    for c in 0..<shape.c {
      for oy in 0..<shape.h {
        try cancellation.check()
        let rows = pooling.window.inputs(of: oy, input: x.shape.h)
        for ox in 0..<shape.w {
          let columns = pooling.window.inputs(of: ox, input: x.shape.w)
          let (iy, ix) = winner(in: x, n, c, rows, columns)
          y[n, c, oy, ox] = x[n, c, iy, ix]
        }
      }
    }
  }
  return y
}

/// The gradient of `maxPooling` with respect to its input: each window's gradient goes to its winner.
///
///     ∂L/∂x[n, c, iy, ix] = Σ g[n, c, oy, ox]        over the windows that iy, ix wins
///
/// - Parameters:
///   - g: ∂L/∂y, N×C×H′×W′.
///   - x: activations, N×C×H×W, from which the winners are found again.
///   - pooling: the settings of the layer.
///   - cancellation: polled while computing.
/// - Returns: ∂L/∂x; assigned, not accumulated.
/// - Throws: `Cancelled`; polled once per row of g.
public func maxPoolingGradient(
  _ g: Tensor, input x: Tensor, _ pooling: Pooling, cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  requireGradient(g, of: outputShape(of: .maxPooling(pooling), x.shape))
  let (C, H, W) = (x.shape.c, x.shape.h, x.shape.w)
  var dx = Tensor(zeros: x.shape)
  for n in 0..<x.shape.n {
    for c in 0..<C {
      var sum = [Double](repeating: 0, count: H * W)
      for oy in 0..<g.shape.h {
        try cancellation.check()
        let rows = pooling.window.inputs(of: oy, input: H)
        for ox in 0..<g.shape.w {
          let columns = pooling.window.inputs(of: ox, input: W)
          let (iy, ix) = winner(in: x, n, c, rows, columns)
          sum[iy * W + ix] += Double(g[n, c, oy, ox])
        }
      }
      dx.store(sum, at: (n * C + c) * H * W)
    }
  }
  return dx
}

/// The row and column of a window's winner: the first NaN, or else the first of its maxima.
private func winner(
  in x: Tensor, _ n: Int, _ c: Int, _ rows: Range<Int>, _ columns: Range<Int>
) -> (iy: Int, ix: Int) {
  var best = (iy: rows.lowerBound, ix: columns.lowerBound)
  var maximum = x[n, c, best.iy, best.ix]
  for iy in rows {
    for ix in columns {
      let value = x[n, c, iy, ix]
      if value > maximum || (value.isNaN && !maximum.isNaN) {
        (best, maximum) = ((iy, ix), value)
      }
    }
  }
  return best
}
