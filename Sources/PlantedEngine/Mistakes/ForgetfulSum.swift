import Layers
import RealModule
import ReferenceEngine
import Tensors

/// Local response normalization, **wrong on purpose**: the sum of squares slides from channel to
/// channel, and the first window starts one channel too short.
///
///     Σ[0] = a[0]² + … + a[m − 1]²        right: … + a[m]²        m = the neighbours above, 2 for n = 5
///     Σ[i] = Σ[i − 1] + a[i + m]² − a[i − m′ − 1]²                 m′ = the neighbours below
///
/// a[m]² is never added, so it is missing from every Σ, even after channel m left the window: S is
/// too small by s·a[m]² in every channel. The gradient is the reference's. The right kernel is
/// `ReferenceEngine/Kernels/LocalResponseNormalization.swift`.
///
/// Where it comes from: Darknet's `forward_normalization_layer`.
struct ForgetfulSum: Mistake {
  func output(
    of layer: Layer, _ a: Tensor, parameters: [Tensor], shape: Shape, cancellation: Cancellation
  ) throws(Cancelled) -> Tensor? {
    guard case .localResponseNormalization(let lrn) = layer else { return nil }
    let (below, above) = lrn.convention.reach(lrn.n)
    // Each group has its own sum.
    let size = a.shape.c / lrn.groups
    var b = Tensor(zeros: a.shape)
    for n in 0..<a.shape.n {
      for y in 0..<a.shape.h {
        try cancellation.check()
        for x in 0..<a.shape.w {
          for first in stride(from: 0, to: a.shape.c, by: size) {
            func square(_ i: Int) -> Double {
              guard (0..<size).contains(i) else { return 0 }
              return Double(a[n, first + i, y, x]) * Double(a[n, first + i, y, x])
            }
            var sum = 0.0
            for j in 0..<above { sum += square(j) }
            for i in 0..<size {
              if i > 0 { sum += square(i + above) - square(i - below - 1) }
              let S = lrn.k + lrn.s * sum
              b[n, first + i, y, x] = Float(
                Double(a[n, first + i, y, x]) * Double.pow(S, -lrn.beta))
            }
          }
        }
      }
    }
    return b
  }
}
