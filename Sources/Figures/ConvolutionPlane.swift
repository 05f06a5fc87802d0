import Basics
import Layers
import Tensors

/// One channel of a convolution's output as the figure's script computes it: in Double, from the bias on,
/// channel by channel and row by row, rounded once.
///
/// The engine's values are stored as their distance from these, which for most is 0.
func convolutionPlane(
  _ convolution: Convolution, channel o: Int, of box: FigureBox, input x: Tensor,
  weight: Tensor, bias: Tensor
) -> [Float] {
  let (window, k) = (convolution.window, convolution.window.kernel)
  let perGroup = x.shape.c / convolution.groups
  let first = o / (convolution.filters / convolution.groups) * perGroup
  let (height, width) = (x.shape.h, x.shape.w)
  var result: [Float] = []
  result.reserveCapacity(box.rows.count * box.columns.count)
  x.withUnsafeBufferPointer { x in
    weight.withUnsafeBufferPointer { w in
      for p in box.rows {
        let rows = window.inputs(of: p, input: height)
        let top = p * window.stride - window.padding
        for q in box.columns {
          let columns = window.inputs(of: q, input: width)
          let left = q * window.stride - window.padding
          var sum = Double(bias.values[o])
          for channel in 0..<perGroup {
            for r in rows {
              var at = ((first + channel) * height + r) * width + columns.lowerBound
              var v = ((o * perGroup + channel) * k + r - top) * k + columns.lowerBound - left
              for _ in columns {
                sum += Double(x[at]) * Double(w[v])
                (at, v) = (at + 1, v + 1)
              }
            }
          }
          result.append(Float(sum))
        }
      }
    }
  }
  return result
}
