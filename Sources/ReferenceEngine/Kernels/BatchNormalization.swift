import Layers
import Tensors

/// The mean and the variance of each of C channels, in Double.
public struct ChannelStatistics: Equatable, Sendable {
  /// The mean of each channel.
  public var mean: [Double]
  /// The variance of each channel.
  public var variance: [Double]

  /// Stored statistics, such as the running ones of a batch normalization: C means, C variances.
  public init(mean: Tensor, variance: Tensor) {
    self.mean = mean.values.map(Double.init)
    self.variance = variance.values.map(Double.init)
  }

  /// The statistics of a batch (Ioffe and Szegedy 2015, algorithm 1).
  ///
  ///     mean[c] = 1/m · Σ x[n, c, y, x]        variance[c] = 1/m · Σ (x[n, c, y, x] − mean[c])²
  ///
  /// over the m = N·H·W elements of a channel: the biased variance.
  ///
  /// - Parameters:
  ///   - x: activations, N×C×H×W, or N×F with H = W = 1.
  ///   - parts: the batch that x is a part of: then all sums, and m, are over its parts.
  ///   - cancellation: polled while computing.
  /// - Throws: `Cancelled`; polled once per plane.
  public init(
    of x: Tensor, parts: BatchParts? = nil, cancellation: Cancellation = .never
  ) throws(Cancelled) {
    let (xs, m) = (x.values, Double(x.shape.n * x.shape.h * x.shape.w * (parts?.count ?? 1)))
    var sums = try channelSums(x.shape, cancellation) { _, i in Double(xs[i]) }
    parts?.sum(&sums)
    let mean = sums.map { $0 / m }
    var squares = try channelSums(x.shape, cancellation) { c, i in
      (Double(xs[i]) - mean[c]) * (Double(xs[i]) - mean[c])
    }
    parts?.sum(&squares)
    self.mean = mean
    variance = squares.map { $0 / m }
  }
}

/// Batch normalization (Ioffe and Szegedy 2015).
///
///     y = γ[c] · x̂ + β[c]        x̂ = (x − mean[c]) / √(variance[c] + ε)
///
/// - Parameters:
///   - x: activations, N×C×H×W or N×C.
///   - gamma: γ, C.
///   - beta: β, C.
///   - statistics: those of the batch in training, the running ones in inference.
///   - normalization: the settings of the layer.
///   - cancellation: polled while computing.
/// - Returns: y, in the shape of x; computed in Double and rounded once.
/// - Throws: `Cancelled`.
public func batchNormalization(
  _ x: Tensor, weight gamma: Tensor, bias beta: Tensor, statistics: ChannelStatistics,
  _ normalization: BatchNormalization, cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  let (C, plane) = (x.shape.c, x.shape.h * x.shape.w)
  requireChannels(C, gamma, beta, statistics)
  let (xs, gammas, betas) = (x.values, gamma.values, beta.values)
  let sigma = normalization.deviations(statistics)
  return try Tensor(shape: x.shape, cancellation: cancellation) { i in
    let c = i / plane % C
    return Double(gammas[c]) * ((Double(xs[i]) - statistics.mean[c]) / sigma[c]) + Double(betas[c])
  }
}

/// Updates the running statistics after a batch in training.
///
///     running ← momentum · running + (1 − momentum) · batch
///
/// The variance is the unbiased one, m/(m − 1) times the batch's; for m = 1, where that is
/// undefined, it is the batch's.
///
/// - Parameters:
///   - mean: the running mean, C; updated.
///   - variance: the running variance, C; updated.
///   - batch: the statistics of the batch.
///   - m: the number of elements per channel, N·H·W.
///   - normalization: the settings of the layer.
public func updateRunningStatistics(
  mean: inout Tensor, variance: inout Tensor, batch: ChannelStatistics, count m: Int,
  _ normalization: BatchNormalization
) {
  let (kept, new) = (normalization.momentum, 1 - normalization.momentum)
  let unbiased = m > 1 ? Double(m) / Double(m - 1) : 1
  for c in batch.mean.indices {
    mean[[c]] = Float(kept * Double(mean[[c]]) + new * batch.mean[c])
    variance[[c]] = Float(kept * Double(variance[[c]]) + new * unbiased * batch.variance[c])
  }
}

/// The gradient of `batchNormalization` with respect to its input.
///
///     in inference   ∂L/∂x = γ[c] / σ[c] · g                                    σ = √(variance + ε)
///     in training    ∂L/∂x = γ[c] / σ[c] · (g − 1/m · Σ g − x̂ · 1/m · Σ g·x̂)
///
/// In training the batch's statistics depend on x too; the sums are over the m elements of a channel.
///
/// - Parameters:
///   - g: ∂L/∂y, in the shape of x.
///   - x: activations, N×C×H×W or N×C.
///   - gamma: γ, C.
///   - statistics: the statistics that the forward pass used.
///   - mode: training if they are the batch's, inference if they are the running ones.
///   - normalization: the settings of the layer.
///   - parts: the batch that x is a part of: then both sums, and m, are over its parts.
///   - cancellation: polled while computing.
/// - Returns: ∂L/∂x; assigned, not accumulated.
/// - Throws: `Cancelled`.
public func batchNormalizationGradient(
  _ g: Tensor, input x: Tensor, weight gamma: Tensor, statistics: ChannelStatistics, mode: Mode,
  _ normalization: BatchNormalization, parts: BatchParts? = nil,
  cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  let (C, plane) = (x.shape.c, x.shape.h * x.shape.w)
  requireGradient(g, of: x.shape)
  requireChannels(C, gamma, gamma, statistics)
  let (gs, xs, gammas) = (g.values, x.values, gamma.values)
  let (mean, sigma) = (statistics.mean, normalization.deviations(statistics))
  switch mode {
  case .inference:
    return try Tensor(shape: x.shape, cancellation: cancellation) { i in
      let c = i / plane % C
      return Double(gammas[c]) / sigma[c] * Double(gs[i])
    }
  case .training:
    let m = Double(x.shape.n * plane * (parts?.count ?? 1))
    var sumG = try channelSums(x.shape, cancellation) { _, i in Double(gs[i]) }
    parts?.sum(&sumG)
    var sumGX = try channelSums(x.shape, cancellation) { c, i in
      Double(gs[i]) * ((Double(xs[i]) - mean[c]) / sigma[c])
    }
    parts?.sum(&sumGX)
    return try Tensor(shape: x.shape, cancellation: cancellation) { i in
      let c = i / plane % C
      let normalized = (Double(xs[i]) - mean[c]) / sigma[c]
      return Double(gammas[c]) / sigma[c]
        * (Double(gs[i]) - sumG[c] / m - normalized * sumGX[c] / m)
    }
  }
}

/// The gradients of `batchNormalization` with respect to γ and β.
///
///     ∂L/∂γ[c] += Σ g · x̂        ∂L/∂β[c] += Σ g
///
/// - Parameters:
///   - g: ∂L/∂y, in the shape of x.
///   - x: activations, N×C×H×W or N×C.
///   - statistics: the statistics that the forward pass used.
///   - dGamma: ∂L/∂γ, C; accumulated: each sum is computed in Double, added, and rounded once.
///   - dBeta: ∂L/∂β, C; accumulated in the same way.
///   - normalization: the settings of the layer.
///   - cancellation: polled while computing.
/// - Throws: `Cancelled`, with the gradients as they were.
public func batchNormalizationParameterGradients(
  _ g: Tensor, input x: Tensor, statistics: ChannelStatistics,
  _ normalization: BatchNormalization,
  weight dGamma: inout Tensor, bias dBeta: inout Tensor, cancellation: Cancellation = .never
) throws(Cancelled) {
  requireGradient(g, of: x.shape)
  requireChannels(x.shape.c, dGamma, dBeta, statistics)
  let (gs, xs, mean) = (g.values, x.values, statistics.mean)
  let sigma = normalization.deviations(statistics)
  let sumGX = try channelSums(x.shape, cancellation) { c, i in
    Double(gs[i]) * ((Double(xs[i]) - mean[c]) / sigma[c])
  }
  let sumG = try channelSums(x.shape, cancellation) { _, i in Double(gs[i]) }
  dGamma.add(sumGX, at: 0)
  dBeta.add(sumG, at: 0)
}

extension BatchNormalization {
  /// σ[c] = √(variance[c] + ε).
  fileprivate func deviations(_ statistics: ChannelStatistics) -> [Double] {
    statistics.variance.map { ($0 + epsilon).squareRoot() }
  }
}

/// The sum of `term(c, i)` over the elements i of each channel c of N×C×H×W.
private func channelSums(
  _ shape: Shape, _ cancellation: Cancellation, _ term: (_ c: Int, _ i: Int) -> Double
) throws(Cancelled) -> [Double] {
  let plane = shape.h * shape.w
  var sums = [Double](repeating: 0, count: shape.c)
  for n in 0..<shape.n {
    for c in 0..<shape.c {
      try cancellation.check()
      for i in (n * shape.c + c) * plane..<(n * shape.c + c + 1) * plane { sums[c] += term(c, i) }
    }
  }
  return sums
}

private func requireChannels(
  _ C: Int, _ gamma: Tensor, _ beta: Tensor, _ statistics: ChannelStatistics
) {
  precondition(
    gamma.shape == [C] && beta.shape == [C]
      && statistics.mean.count == C && statistics.variance.count == C,
    "A batch normalization of \(C) channels takes as many scales, shifts, means and variances.")
}
