import Layers
import Tensors

/// The gradient of a convolution's biases, **wrong on purpose**: the mean over the batch instead of
/// the sum.
///
///     ∂L/∂b[o] += 1/N · Σ g[n, o, oy, ox]        right: Σ g[n, o, oy, ox]
///
/// The loss is a mean over the batch already, so g contains 1/N; here it is divided by N once more.
/// A batch of one image doesn't show it. The right kernel is
/// `ReferenceEngine/Kernels/Convolution.swift`.
///
/// Where it comes from: networks written from scratch, whose layers average what the loss has
/// averaged already, as Deeplearning4j's biases once did (deeplearning4j, pull request 366).
struct BiasAveragedTwice: Mistake {
  func biasGradient(
    of layer: Layer, _ g: Tensor, cancellation: Cancellation
  ) throws(Cancelled) -> Tensor? {
    guard case .convolution = layer else { return nil }
    let (N, O) = (g.shape.n, g.shape.c)
    var db = Tensor(zeros: [O])
    for o in 0..<O {
      try cancellation.check()
      var sum = 0.0
      for n in 0..<N {
        for oy in 0..<g.shape.h {
          for ox in 0..<g.shape.w { sum += Double(g[n, o, oy, ox]) }
        }
      }
      db[[o]] = Float(sum / Double(N))
    }
    return db
  }
}
