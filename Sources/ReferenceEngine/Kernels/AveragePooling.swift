import Layers
import Tensors

/// The mean of each window (cuda-convnet's average pooling).
///
///     y[n, c, oy, ox] = 1/m · Σ x[n, c, iy, ix]        over iy, ix in the window, clipped to the map
///
/// m is the number of elements in the clipped window: padding is not counted. It is never 0: the
/// padding is smaller than the kernel, and the last window starts on the map.
///
/// - Parameters:
///   - x: activations, N×C×H×W.
///   - pooling: the settings of the layer.
///   - cancellation: polled while computing.
/// - Returns: y, N×C×H′×W′; each sum is accumulated in Double and rounded once.
/// - Throws: `Cancelled`; polled once per output row.
public func averagePooling(
  _ x: Tensor, _ pooling: Pooling, cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  let shape = outputShape(of: .averagePooling(pooling), x.shape)
  var y = Tensor(zeros: shape)
  for n in 0..<shape.n {
    for c in 0..<shape.c {
      for oy in 0..<shape.h {
        try cancellation.check()
        let rows = pooling.window.inputs(of: oy, input: x.shape.h)
        for ox in 0..<shape.w {
          let columns = pooling.window.inputs(of: ox, input: x.shape.w)
          var sum = 0.0
          for iy in rows {
            for ix in columns { sum += Double(x[n, c, iy, ix]) }
          }
          y[n, c, oy, ox] = Float(sum / Double(rows.count * columns.count))
        }
      }
    }
  }
  return y
}

/// The gradient of `averagePooling` with respect to its input.
///
///     ∂L/∂x[n, c, iy, ix] = Σ g[n, c, oy, ox] / m[oy, ox]        over the windows that hold iy, ix
///
/// - Parameters:
///   - g: ∂L/∂y, N×C×H′×W′.
///   - input: the shape of x, N×C×H×W.
///   - pooling: the settings of the layer.
///   - cancellation: polled while computing.
/// - Returns: ∂L/∂x; assigned, not accumulated.
/// - Throws: `Cancelled`; polled once per input row.
public func averagePoolingGradient(
  _ g: Tensor, input: Shape, _ pooling: Pooling, cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  requireGradient(g, of: outputShape(of: .averagePooling(pooling), input))
  let window = pooling.window
  var dx = Tensor(zeros: input)
  for n in 0..<input.n {
    for c in 0..<input.c {
      for iy in 0..<input.h {
        try cancellation.check()
        let rows = window.outputs(holding: iy, outputs: g.shape.h)
        for ix in 0..<input.w {
          var sum = 0.0
          for oy in rows {
            let height = window.inputs(of: oy, input: input.h).count
            for ox in window.outputs(holding: ix, outputs: g.shape.w) {
              let m = height * window.inputs(of: ox, input: input.w).count
              sum += Double(g[n, c, oy, ox]) / Double(m)
            }
          }
          dx[n, c, iy, ix] = Float(sum)
        }
      }
    }
  }
  return dx
}
