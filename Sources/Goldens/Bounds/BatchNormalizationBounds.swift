import Layers
import Tensors

/// The bounds of batch normalization.
///
///     y = γ · x̂ + β        x̂ = (x − mean) · r        r = 1 / √(variance + ε)
///
/// The difference x − mean may cancel, so its error is measured against |x| + |mean|; in training
/// the mean is a sum of M elements, and the variance of M squares, each with the error of its
/// difference. Errors are represented by sizes that are multiplied by γ: D of x − mean, V of the
/// variance, X of x̂.
struct BatchNormalizationBounds {
  private let example: OperationCase
  private let normalization: BatchNormalization
  private let isTraining: Bool
  private let gamma: [Double]
  private let beta: [Double]
  private let runningMean: [Double]
  private let runningVariance: [Double]
  /// The elements of each channel.
  private let channels: [[Int]]
  /// M, the elements of a channel.
  private let M: Int

  init(_ example: OperationCase, _ normalization: BatchNormalization) {
    self.example = example
    self.normalization = normalization
    isTraining = example.mode == .training
    let parameters = example.parameters.map { $0.values.map(Double.init) }
    (gamma, beta) = (parameters[0], parameters[1])
    (runningMean, runningVariance) = (parameters[2], parameters[3])
    let shape = example.x.shape
    var channels = [[Int]](repeating: [], count: shape.c)
    for i in 0..<shape.count { channels[i / (shape.h * shape.w) % shape.c].append(i) }
    self.channels = channels
    M = channels[0].count
  }

  func sums(of result: OperationCase.Result) -> TermSums {
    switch result {
    case .y, .xGradient:
      // The longest chain: two sums over M, a root, and a dozen operations around them.
      var sums = TermSums(count: example.x.count, roundings: (isTraining ? 2 * M : 0) + 24)
      for c in channels.indices {
        let sizes = result == .y ? outputs(c) : gradients(c)
        for (i, size) in zip(channels[c], sizes) { sums.magnitudes[i] = size }
      }
      return sums
    case .weightGradient:
      return TermSums(channels.indices.map(weightGradient), roundings: 3 * M + 24)
    case .biasGradient:
      return TermSums(
        channels.indices.map { c in gradient(c).reduce(0) { $0 + abs($1) } }, roundings: M + 2)
    case .runningMean, .runningVariance:
      return TermSums(
        channels.indices.map { running(result, $0) }, roundings: isTraining ? 2 * M + 16 : 0)
    case .loss: preconditionFailure("Batch normalization has no loss.")
    }
  }

  /// A channel's deviations and the sizes that its errors are measured against.
  private struct Channel {
    var meanSize: Double
    /// V: the size for the variance.
    var varianceSize: Double
    var r: Double
    /// x̂.
    var normalized: [Double]
    /// X: the size for x̂.
    var normalizedSizes: [Double]
    /// The relative error of r: half that of variance + ε, plus the root's.
    var rSize: Double
  }

  private func channel(_ c: Int) -> Channel {
    let x = channels[c].map { Double(example.x.values[$0]) }
    let m = Double(M)
    let mean = isTraining ? x.reduce(0, +) / m : runningMean[c]
    let meanSize = isTraining ? x.reduce(0) { $0 + abs($1) } / m : abs(mean)
    let d = x.map { $0 - mean }
    let sizes = x.map { abs($0) + meanSize }
    var (variance, varianceSize) = (runningVariance[c], runningVariance[c])
    if isTraining {
      variance = d.reduce(0) { $0 + $1 * $1 } / m
      varianceSize = variance + zip(d, sizes).reduce(0) { $0 + 2 * abs($1.0) * $1.1 } / m
    }
    let r = 1 / (variance + normalization.epsilon).squareRoot()
    let rSize = 1 + 0.5 * varianceSize * r * r
    let normalized = d.map { $0 * r }
    let normalizedSizes = zip(normalized, sizes).map { $1 * r + abs($0) * rSize }
    return Channel(
      meanSize: meanSize, varianceSize: varianceSize, r: r, normalized: normalized,
      normalizedSizes: normalizedSizes, rSize: rSize)
  }

  private func gradient(_ c: Int) -> [Double] {
    channels[c].map { Double(example.gradient?.values[$0] ?? 0) }
  }

  private func outputs(_ c: Int) -> [Double] {
    channel(c).normalizedSizes.map { abs(gamma[c]) * $0 + abs(beta[c]) }
  }

  private func weightGradient(_ c: Int) -> Double {
    zip(gradient(c), channel(c).normalizedSizes).reduce(0) { $0 + abs($1.0) * $1.1 }
  }

  /// γ·r·g, and in training γ·r·(g − mean of g − x̂ · mean of g·x̂).
  private func gradients(_ c: Int) -> [Double] {
    let (channel, g) = (channel(c), gradient(c))
    let scale = abs(gamma[c]) * channel.r * channel.rSize
    guard isTraining else { return g.map { scale * abs($0) } }
    let m = Double(M)
    let meanG = g.reduce(0) { $0 + abs($1) } / m
    let meanProduct = zip(g, channel.normalized).reduce(0) { $0 + abs($1.0 * $1.1) } / m
    let meanProductSize = zip(g, channel.normalizedSizes).reduce(0) { $0 + abs($1.0) * $1.1 } / m
    return g.indices.map { i in
      scale
        * (abs(g[i]) + meanG + abs(channel.normalized[i]) * meanProductSize
          + channel.normalizedSizes[i] * meanProduct)
    }
  }

  /// momentum · running + (1 − momentum) · batch; the 1 counts separately, since the difference may
  /// cancel.
  private func running(_ result: OperationCase.Result, _ c: Int) -> Double {
    let old = result == .runningMean ? runningMean[c] : runningVariance[c]
    guard isTraining else { return abs(old) }
    let channel = channel(c)
    let unbiased = M > 1 ? Double(M) / Double(M - 1) : 1
    let batch = result == .runningMean ? channel.meanSize : channel.varianceSize * unbiased
    return abs(normalization.momentum * old) + (2 - normalization.momentum) * batch
  }
}
