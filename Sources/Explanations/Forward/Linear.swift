import Layers
import Tensors

extension ElementContext {
  /// A fully connected layer: y[o] = bias[o] + Σ x[i] · w[o, i]; weights O×I.
  func linear() -> Derivation {
    let (w, b) = (parameters[0], parameters[1][[c]])
    var builder = ProductSumBuilder(start: Double(b))
    builder.begin(0)
    for i in 0..<x.shape.c {
      builder.add(x[[n, i]], at: [i], w[[c, i]], at: [c, i])
    }
    let sum = builder.finish(first: (source, "x"), second: ("\(name).weight", "w"), groups: "input")
    return Derivation(
      detail: .linear(sum), steps: [sumStep("y", sum, bias: b)], value: sum.total,
      operations: sum.count, magnitude: sum.magnitude)
  }
}
