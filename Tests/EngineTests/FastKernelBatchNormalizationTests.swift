import CFastKernels
import Layers
import ReferenceEngine
import Tensors
import Testing

/// Compares fast batch normalization and softmax with the reference.
@Suite("Fast kernels: batch normalization and softmax")
struct FastKernelBatchNormalizationTests {
  static let shapes: [Shape] = [
    [5, 3], [40, 16], [7, 37], [2, 3, 5, 3], [3, 18, 4, 5], [9, 1, 1, 1], [1, 4, 2, 2],
  ]

  /// A mean far from 0 doesn't cost the result any digits.
  @Test(arguments: shapes, [0, 1000] as [Float])
  func normalizing(_ shape: Shape, _ offset: Float) throws {
    let layer = BatchNormalization(epsilon: 1e-3, momentum: 0.9)
    let x = Tensor(drawn: shape, "x", offset: offset), g = Tensor(drawn: shape, "g")
    let gamma = Tensor(drawn: [shape.c], "gamma"), beta = Tensor(drawn: [shape.c], "beta")
    let statistics = try ChannelStatistics(of: x)
    let deviations = statistics.variance.map { ($0 + layer.epsilon).squareRoot() }
    let plane = shape.h * shape.w, m = Double(shape.n * plane)
    let channel = (0..<x.count).map { $0 / plane % shape.c }
    let y = try batchNormalization(
      x, weight: gamma, bias: beta, statistics: statistics, layer)
    for layout in FastLayout.all(shape) {
      let (xs, gs) = (layout.floats(x), layout.floats(g))
      var (mean, variance) = (
        [Double](repeating: .nan, count: shape.c), [Double](repeating: .nan, count: shape.c)
      )
      fk_batch_statistics(layout.map, xs, &mean, &variance)
      for c in 0..<shape.c {
        #expect(abs(mean[c] - statistics.mean[c]) <= 1e-12 * Double(offset + 1), "\(layout)")
        #expect(abs(variance[c] - statistics.variance[c]) <= 1e-12, "\(layout)")
      }
      // The error comes from the distance, factor, product and sum, and from the mean beyond 48
      // bits.
      let got = layout.tensor {
        fk_batch_normalization(
          layout.map, layer.epsilon, mean, variance, gamma.values, beta.values, xs, $0)
      }
      let fault = firstFault(got.values, y.values) { i in
        let c = channel[i]
        let factor = abs(Double(gamma.values[c])) / deviations[c]
        let d = abs(Double(x.values[i]) - statistics.mean[c])
        return rounding * (4 * factor * d + abs(Double(beta.values[c])))
          + 0x1p-47 * factor * Double(offset)
      }
      #expect(fault == nil, "\(layout): \(fault ?? "")")
      for mode in Mode.allCases {
        let dx = try batchNormalizationGradient(
          g, input: x, weight: gamma, statistics: statistics, mode: mode, layer)
        var (dGamma, dBeta) = (Tensor(zeros: gamma.shape), Tensor(zeros: beta.shape))
        try batchNormalizationParameterGradients(
          g, input: x, statistics: statistics, layer, weight: &dGamma, bias: &dBeta)
        var (gotGamma, gotBeta) = (mean, mean)
        fk_batch_parameter_gradients(
          layout.map, layer.epsilon, mean, variance, gs, xs, &gotBeta, &gotGamma)
        let got = layout.tensor {
          fk_batch_normalization_gradient(
            layout.map, layer.epsilon, mean, variance, gamma.values, mode == .training ? m : 0,
            gotBeta, gotGamma, gs, xs, $0)
        }
        // Each of three summands has at most three roundings, and the sum three more.
        let fault = firstFault(got.values, dx.values) { i in
          let c = channel[i]
          let factor = abs(Double(gamma.values[c])) / deviations[c]
          let normalized = abs(Double(x.values[i]) - statistics.mean[c]) / deviations[c]
          let size = abs(Double(g.values[i])) + 1 + normalized * max(1, m.squareRoot())
          return rounding * 8 * factor * size
        }
        #expect(fault == nil, "gradient of \(layout) in \(mode): \(fault ?? "")")
        #expect(firstFault(gotGamma.map { Float($0) }, dGamma.values) { _ in 1e-11 } == nil)
        #expect(firstFault(gotBeta.map { Float($0) }, dBeta.values) { _ in 1e-12 } == nil)
      }
      var (runningMean, runningVariance) = (beta, gamma)
      updateRunningStatistics(
        mean: &runningMean, variance: &runningVariance, batch: statistics, count: Int(m), layer)
      var (gotMean, gotVariance) = (beta.values, gamma.values)
      fk_batch_running_statistics(
        Int32(shape.c), m, layer.momentum, mean, variance, &gotMean, &gotVariance)
      #expect(firstFault(gotMean, runningMean.values) { _ in 1e-9 } == nil)
      #expect(firstFault(gotVariance, runningVariance.values) { _ in 1e-9 } == nil)
    }
  }

  /// The same operations in Double, so only the exponential may differ, in its last place.
  @Test(arguments: [[1, 1], [3, 10], [65, 1000], [2, 3]] as [Shape], [1, 100] as [Float])
  func softmaxAndLoss(_ shape: Shape, _ scale: Float) throws {
    let x = Tensor(shape: shape, values: Tensor(drawn: shape, "x").values.map { $0 * scale })
    let g = Tensor(drawn: shape, "g")
    let (n, count) = (Int32(shape.n), Int32(shape.c))
    let labels = (0..<shape.n).map { $0 * 7 % shape.c }
    let short = labels.map(Int32.init)
    let p = try softmax(x), dx = try softmaxGradient(g, input: x)
    let loss = softmaxCrossEntropy(x, labels: labels)
    let dLoss = softmaxCrossEntropyGradient(x, labels: labels)
    let outputs: [(Tensor, (UnsafeMutablePointer<Float>) -> Void)] = [
      (p, { fk_softmax(n, count, x.values, $0) }),
      (dx, { fk_softmax_gradient(n, count, g.values, x.values, $0) }),
      (dLoss, { fk_cross_entropy_gradient(n, count, x.values, short, 1 / Double(n), $0) }),
    ]
    for (expected, kernel) in outputs {
      #expect(firstFault(written(x.count, kernel), expected.values) { _ in 1e-14 } == nil)
    }
    let got = fk_cross_entropy(n, count, x.values, short) / Double(n)
    #expect(abs(got - loss) <= 1e-13 * (1 + loss))
  }

  @Test func softmaxOfNonFinite() {
    let (nan, infinity) = (Float.nan, Float.infinity)
    let x: [Float] = [0, nan, nan, 0, 0, -infinity, 0, infinity]
    let p = written(8) { fk_softmax(4, 2, x, $0) }
    #expect(firstFault(p, [nan, nan, nan, nan, 1, 0, nan, nan]) { _ in 0 } == nil)
  }
}
