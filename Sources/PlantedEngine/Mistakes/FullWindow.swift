import Layers
import Tensors

/// Average pooling, **wrong on purpose**: the sum is divided by the full window size even if the
/// window is clipped to the map.
///
///     y[n, c, oy, ox] = 1/K² · Σ x[n, c, iy, ix]        right: 1/m, of the m elements on the map
///
/// Forward and backward agree, so central differences don't find it; windows inside the map are
/// right. The right kernel is `ReferenceEngine/Kernels/AveragePooling.swift`.
///
/// Where it comes from: ONNX Runtime (issue 16203) and tract (pull request 2851) did this when a
/// rounded-up window ran past the edge; libraries that count padding do it by default.
struct FullWindow: Mistake {
  func output(
    of layer: Layer, _ x: Tensor, parameters: [Tensor], shape: Shape, cancellation: Cancellation
  ) throws(Cancelled) -> Tensor? {
    guard case .averagePooling(let pooling) = layer else { return nil }
    let window = pooling.window
    var y = Tensor(zeros: shape)
    for n in 0..<x.shape.n {
      for c in 0..<x.shape.c {
        for oy in 0..<shape.h {
          try cancellation.check()
          for ox in 0..<shape.w {
            var sum = 0.0
            for iy in window.inputs(of: oy, input: x.shape.h) {
              for ix in window.inputs(of: ox, input: x.shape.w) { sum += Double(x[n, c, iy, ix]) }
            }
            y[n, c, oy, ox] = Float(sum / Double(window.kernel * window.kernel))
          }
        }
      }
    }
    return y
  }

  func inputGradient(
    of layer: Layer, _ g: Tensor, input x: Tensor, parameters: [Tensor], cancellation: Cancellation
  ) throws(Cancelled) -> Tensor? {
    guard case .averagePooling(let pooling) = layer else { return nil }
    let window = pooling.window
    var dx = Tensor(zeros: x.shape)
    for n in 0..<x.shape.n {
      for c in 0..<x.shape.c {
        for iy in 0..<x.shape.h {
          try cancellation.check()
          for ix in 0..<x.shape.w {
            var sum = 0.0
            for oy in window.outputs(holding: iy, outputs: g.shape.h) {
              for ox in window.outputs(holding: ix, outputs: g.shape.w) {
                sum += Double(g[n, c, oy, ox]) / Double(window.kernel * window.kernel)
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
