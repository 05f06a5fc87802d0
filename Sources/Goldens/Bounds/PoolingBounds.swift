import Layers
import Tensors

/// The bounds of pooling.
///
///     average   y = Σ x / m        ∂L/∂x = Σ g / m        m elements in the clipped window
///     maximum   y is copied        ∂L/∂x = Σ g            over windows that x may have won
struct PoolingBounds {
  let example: OperationCase
  let window: Window
  let isAverage: Bool

  /// Nil if the result is copied.
  func sums(of result: OperationCase.Result) -> TermSums? {
    guard isAverage || result == .xGradient else { return nil }
    let (x, output) = (example.x.shape, example.outputShape)
    let (xs, gs) = (example.x.values, example.gradient?.values ?? [])
    // One division, and one addition to the accumulated value.
    var sums = TermSums(count: result == .y ? output.count : x.count, roundings: 2)
    for y in 0..<output.count {
      let position = y % (output.h * output.w)
      let plane = y / (output.h * output.w) * x.h * x.w
      let rows = window.inputs(of: position / output.w, input: x.h)
      let columns = window.inputs(of: position % output.w, input: x.w)
      let m = isAverage ? Double(rows.count * columns.count) : 1
      for iy in rows {
        for ix in columns {
          let i = plane + iy * x.w + ix
          if result == .y {
            sums.add(Double(xs[i]) / m, to: y)
          } else {
            sums.add(Double(gs[y]) / m, to: i)
          }
        }
      }
    }
    return sums
  }
}
