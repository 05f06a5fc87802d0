import Layers
import Tensors

/// Convolution, as neural networks use the word: cross-correlation (paper, section 3.5).
///
///     y[n, o, oy, ox] = b[o] + Σ w[o, i, ky, kx] · x[n, c, oy·s + ky − p, ox·s + kx − p]
///
/// over the I input channels c = (group of o)·I + i, and the part of the K×K kernel that is on the map; s
/// is the stride, p the padding. Beyond the map (in the padding, and past the far edge if the geometry
/// rounds up) nothing is added, as if zeros were read.
///
/// - Parameters:
///   - x: activations, N×C×H×W.
///   - w: filters, O×I×K×K with I = C / groups.
///   - b: biases, O.
///   - convolution: the settings of the layer.
///   - cancellation: polled while computing.
/// - Returns: y, N×O×H′×W′; each sum is accumulated in Double and rounded once.
/// - Throws: `Cancelled`; polled once per output row.
public func convolution(
  _ x: Tensor, weight w: Tensor, bias b: Tensor, _ convolution: Convolution,
  cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  let shape = outputShape(of: .convolution(convolution), x.shape, parameters: [w.shape, b.shape])
  let (window, s, p, K) = unpack(convolution.window)
  let (C, H, W, I) = (x.shape.c, x.shape.h, x.shape.w, w.shape[1])
  let columns = window.taps(input: W, outputs: shape.w)
  let (xs, ws) = (x.values, w.values)
  var y = Tensor(zeros: shape)
  for n in 0..<shape.n {
    for o in 0..<shape.c {
      let firstChannel = o / (shape.c / convolution.groups) * I
      for oy in 0..<shape.h {
        try cancellation.check()
        var sum = [Double](repeating: Double(b.values[o]), count: shape.w)
        for i in 0..<I {
          for iy in window.inputs(of: oy, input: H) {
            let xRow = ((n * C + firstChannel + i) * H + iy) * W
            let wRow = ((o * I + i) * K + iy + p - oy * s) * K
            for kx in 0..<K {
              addRow(
                ws[wRow + kx], times: xs, from: xRow + columns[kx].firstInput, fromStep: s,
                to: &sum, at: columns[kx].outputs.lowerBound, count: columns[kx].outputs.count)
            }
          }
        }
        y.store(sum, at: ((n * shape.c + o) * shape.h + oy) * shape.w)
      }
    }
  }
  return y
}

/// The gradient of `convolution` with respect to its input.
///
///     ∂L/∂x[n, c, iy, ix] = Σ g[n, o, oy, ox] · w[o, i, iy + p − oy·s, ix + p − ox·s]
///
/// over every output o of c's group, and every oy, ox whose window holds iy, ix.
///
/// - Parameters:
///   - g: ∂L/∂y, N×O×H′×W′.
///   - w: filters, O×I×K×K.
///   - input: the shape of x, N×C×H×W.
///   - convolution: the settings of the layer.
///   - cancellation: polled while computing.
/// - Returns: ∂L/∂x; assigned, not accumulated.
/// - Throws: `Cancelled`; polled once per input row.
public func convolutionGradient(
  _ g: Tensor, weight w: Tensor, input: Shape, _ convolution: Convolution,
  cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  let (window, s, p, K) = unpack(convolution.window)
  let (O, I) = (w.shape[0], w.shape[1])
  requireGradient(
    g, of: outputShape(of: .convolution(convolution), input, parameters: [w.shape, [O]]))
  let columns = window.taps(input: input.w, outputs: g.shape.w)
  let (gs, ws) = (g.values, w.values)
  var dx = Tensor(zeros: input)
  for n in 0..<input.n {
    for c in 0..<input.c {
      let (group, i) = c.quotientAndRemainder(dividingBy: I)
      let filters = group * (O / convolution.groups)..<(group + 1) * (O / convolution.groups)
      for iy in 0..<input.h {
        try cancellation.check()
        var sum = [Double](repeating: 0, count: input.w)
        for o in filters {
          for oy in window.outputs(holding: iy, outputs: g.shape.h) {
            let gRow = ((n * O + o) * g.shape.h + oy) * g.shape.w
            let wRow = ((o * I + i) * K + iy + p - oy * s) * K
            for kx in 0..<K {
              addRow(
                ws[wRow + kx], times: gs, from: gRow + columns[kx].outputs.lowerBound,
                to: &sum, at: columns[kx].firstInput, toStep: s, count: columns[kx].outputs.count)
            }
          }
        }
        dx.store(sum, at: ((n * input.c + c) * input.h + iy) * input.w)
      }
    }
  }
  return dx
}

/// The gradients of `convolution` with respect to its filters and biases.
///
///     ∂L/∂w[o, i, ky, kx] += Σ g[n, o, oy, ox] · x[n, c, oy·s + ky − p, ox·s + kx − p]
///     ∂L/∂b[o]            += Σ g[n, o, oy, ox]
///
/// over the batch and every output position whose tap ky, kx lies on the map.
///
/// - Parameters:
///   - g: ∂L/∂y, N×O×H′×W′.
///   - x: activations, N×C×H×W.
///   - dw: ∂L/∂w, O×I×K×K; accumulated: each sum is computed in Double, added, and rounded once.
///   - db: ∂L/∂b, O; accumulated in the same way.
///   - convolution: the settings of the layer.
///   - cancellation: polled while computing.
/// - Throws: `Cancelled`, with the gradients half accumulated; polled once per pair of planes.
public func convolutionParameterGradients(
  _ g: Tensor, input x: Tensor, _ convolution: Convolution,
  weight dw: inout Tensor, bias db: inout Tensor, cancellation: Cancellation = .never
) throws(Cancelled) {
  requireGradient(
    g, of: outputShape(of: .convolution(convolution), x.shape, parameters: [dw.shape, db.shape]))
  let (window, s, _, K) = unpack(convolution.window)
  let (C, H, W) = (x.shape.c, x.shape.h, x.shape.w)
  let (N, O, I) = (g.shape.n, g.shape.c, dw.shape[1])
  let (outH, outW) = (g.shape.h, g.shape.w)
  let (rows, columns) = (window.taps(input: H, outputs: outH), window.taps(input: W, outputs: outW))
  let (gs, xs) = (g.values, x.values)
  for o in 0..<O {
    let firstChannel = o / (O / convolution.groups) * I
    for i in 0..<I {
      var sum = [Double](repeating: 0, count: K * K)
      for n in 0..<N {
        try cancellation.check()
        let gPlane = (n * O + o) * outH
        let xPlane = (n * C + firstChannel + i) * H
        for ky in 0..<K {
          for kx in 0..<K {
            for oy in rows[ky].outputs {
              let iy = rows[ky].firstInput + s * (oy - rows[ky].outputs.lowerBound)
              sum[ky * K + kx] += dot(
                gs, aFrom: (gPlane + oy) * outW + columns[kx].outputs.lowerBound,
                xs, bFrom: (xPlane + iy) * W + columns[kx].firstInput, bStep: s,
                count: columns[kx].outputs.count)
            }
          }
        }
      }
      dw.add(sum, at: (o * I + i) * K * K)
    }
    var sum = 0.0
    for n in 0..<N {
      for at in (n * O + o) * outH * outW..<(n * O + o + 1) * outH * outW { sum += Double(gs[at]) }
    }
    db.add([sum], at: o)
  }
}

/// The window beside its letters: s the stride, p the padding, K the side.
private func unpack(_ window: Window) -> (window: Window, s: Int, p: Int, K: Int) {
  (window, window.stride, window.padding, window.kernel)
}
