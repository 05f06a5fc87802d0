import Layers
import Tensors

/// A convolution without sharing: every output position has its own filters and biases (`local` in
/// cuda-convnet).
///
///     y[n, o, oy, ox] = b[oy, ox, o] + Σ w[oy, ox, o, c, ky, kx] · x[n, c, oy·s + ky − p, ox·s + kx − p]
///
/// over the input channels c and the part of the K×K kernel that is on the map; s is the stride, p the
/// padding.
///
/// - Parameters:
///   - x: activations, N×C×H×W.
///   - w: filters, H′×W′×O×C×K×K.
///   - b: biases, H′×W′×O.
///   - local: the settings of the layer.
///   - cancellation: polled while computing.
/// - Returns: y, N×O×H′×W′; each sum is accumulated in Double and rounded once.
/// - Throws: `Cancelled`; polled once per output row.
public func locallyConnected(
  _ x: Tensor, weight w: Tensor, bias b: Tensor, _ local: LocallyConnected,
  cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  let shape = outputShape(of: .locallyConnected(local), x.shape, parameters: [w.shape, b.shape])
  let (C, K) = (x.shape.c, local.window.kernel)
  let (xs, ws) = (x.values, w.values)
  var y = Tensor(zeros: shape)
  for n in 0..<shape.n {
    for o in 0..<shape.c {
      for oy in 0..<shape.h {
        try cancellation.check()
        for ox in 0..<shape.w {
          let filter = (oy * shape.w + ox) * shape.c + o
          var sum = Double(b.values[filter])
          for c in 0..<C {
            for row in rows(of: local.window, x.shape, n, c, oy, ox) {
              sum += dot(
                ws, aFrom: (filter * C + c) * K * K + row.tap, xs, bFrom: row.input,
                count: row.count)
            }
          }
          y[n, o, oy, ox] = Float(sum)
        }
      }
    }
  }
  return y
}

/// The gradient of `locallyConnected` with respect to its input.
///
///     ∂L/∂x[n, c, iy, ix] = Σ g[n, o, oy, ox] · w[oy, ox, o, c, iy + p − oy·s, ix + p − ox·s]
///
/// over every o, and every oy, ox whose window holds iy, ix.
///
/// - Parameters:
///   - g: ∂L/∂y, N×O×H′×W′.
///   - w: filters, H′×W′×O×C×K×K.
///   - input: the shape of x, N×C×H×W.
///   - local: the settings of the layer.
///   - cancellation: polled while computing.
/// - Returns: ∂L/∂x; assigned, not accumulated.
/// - Throws: `Cancelled`; polled once per row of g and channel.
public func locallyConnectedGradient(
  _ g: Tensor, weight w: Tensor, input: Shape, _ local: LocallyConnected,
  cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  let (O, C, K) = (g.shape.c, input.c, local.window.kernel)
  let biases: Shape = [g.shape.h, g.shape.w, O]
  requireGradient(
    g, of: outputShape(of: .locallyConnected(local), input, parameters: [w.shape, biases]))
  let (gs, ws) = (g.values, w.values)
  let map = Shape([1, 1, input.h, input.w])
  var dx = Tensor(zeros: input)
  for n in 0..<input.n {
    for c in 0..<C {
      var sum = [Double](repeating: 0, count: map.count)
      for oy in 0..<g.shape.h {
        try cancellation.check()
        for ox in 0..<g.shape.w {
          for row in rows(of: local.window, map, 0, 0, oy, ox) {
            for o in 0..<O {
              let filter = (oy * g.shape.w + ox) * O + o
              addRow(
                gs[((n * O + o) * g.shape.h + oy) * g.shape.w + ox], times: ws,
                from: (filter * C + c) * K * K + row.tap, to: &sum, at: row.input, count: row.count)
            }
          }
        }
      }
      dx.store(sum, at: (n * C + c) * map.count)
    }
  }
  return dx
}

/// The gradients of `locallyConnected` with respect to its filters and biases.
///
///     ∂L/∂w[oy, ox, o, c, ky, kx] += Σ g[n, o, oy, ox] · x[n, c, oy·s + ky − p, ox·s + kx − p]
///     ∂L/∂b[oy, ox, o]            += Σ g[n, o, oy, ox]
///
/// over the batch.
///
/// - Parameters:
///   - g: ∂L/∂y, N×O×H′×W′.
///   - x: activations, N×C×H×W.
///   - dw: ∂L/∂w, H′×W′×O×C×K×K; accumulated: each sum is computed in Double, added, and rounded once.
///   - db: ∂L/∂b, H′×W′×O; accumulated in the same way.
///   - local: the settings of the layer.
///   - cancellation: polled while computing.
/// - Throws: `Cancelled`, with the gradients half accumulated; polled once per filter.
public func locallyConnectedParameterGradients(
  _ g: Tensor, input x: Tensor, _ local: LocallyConnected,
  weight dw: inout Tensor, bias db: inout Tensor, cancellation: Cancellation = .never
) throws(Cancelled) {
  requireGradient(
    g, of: outputShape(of: .locallyConnected(local), x.shape, parameters: [dw.shape, db.shape]))
  let (C, K) = (x.shape.c, local.window.kernel)
  let xs = x.values
  for oy in 0..<g.shape.h {
    for ox in 0..<g.shape.w {
      for o in 0..<g.shape.c {
        try cancellation.check()
        let filter = (oy * g.shape.w + ox) * g.shape.c + o
        var (sum, biasSum) = ([Double](repeating: 0, count: C * K * K), 0.0)
        for n in 0..<g.shape.n {
          for c in 0..<C {
            for row in rows(of: local.window, x.shape, n, c, oy, ox) {
              addRow(
                g[n, o, oy, ox], times: xs, from: row.input,
                to: &sum, at: c * K * K + row.tap, count: row.count)
            }
          }
          biasSum += Double(g[n, o, oy, ox])
        }
        dw.add(sum, at: filter * C * K * K)
        db.add([biasSum], at: filter)
      }
    }
  }
}

/// The rows that one window reads from one plane of x.
///
/// - Returns: for each, the offset of its first tap ky·K + kx in the kernel, the offset of its first
///   element in x, and how many there are.
@inline(__always)
private func rows(
  of window: Window, _ x: Shape, _ n: Int, _ c: Int, _ oy: Int, _ ox: Int
) -> some Sequence<(tap: Int, input: Int, count: Int)> {
  let (s, p, K) = (window.stride, window.padding, window.kernel)
  let (plane, H, W) = ((n * x.c + c) * x.h * x.w, x.h, x.w)
  let columns = window.inputs(of: ox, input: W)
  return window.inputs(of: oy, input: H).lazy.map { iy in
    (
      tap: (iy + p - oy * s) * K + columns.lowerBound + p - ox * s,
      input: plane + iy * W + columns.lowerBound, count: columns.count
    )
  }
}
