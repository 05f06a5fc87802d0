import Layers
import Tensors

/// What an element of a batch normalization was computed from.
///
///     x̂ = (x − mean) / √(variance + ε)        y = γ · x̂ + β
package struct BatchNormalizationDetail: Hashable, Sendable {
  /// Whether mean and variance are the batch's (training) or the running ones (inference).
  package let mode: Mode
  /// The value that is normalized.
  package let x: Float
  /// The channel's mean.
  package let mean: Double
  /// The channel's variance; the batch's is the biased variance.
  package let variance: Double
  /// How many elements of the batch the mean and variance are over; nil in inference.
  package let count: Int?
  /// What is added to the variance.
  package let epsilon: Double
  /// γ, the learned scale.
  package let gamma: Float
  /// β, the learned shift.
  package let beta: Float
  /// x̂, of mean 0 and variance 1.
  package let normalized: Double
}

/// The mean and variance that a batch normalization uses for one channel.
struct ChannelMoments {
  let mean: Double
  let variance: Double
  /// The number of elements they are over; nil for running statistics.
  let count: Int?

  /// 1 / √(variance + ε)
  func inverseDeviation(_ epsilon: Double) -> Double { 1 / (variance + epsilon).squareRoot() }
}

extension ElementContext {
  /// The channel's statistics: the batch's in training, the running ones in inference.
  func statistics(channel: Int) -> ChannelMoments {
    switch trace.mode {
    case .inference:
      return ChannelMoments(
        mean: Double(parameters[2][[channel]]), variance: Double(parameters[3][[channel]]),
        count: nil)
    case .training:
      let values = channelIndices(channel).map { Double(x[$0]) }
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return ChannelMoments(
        mean: mean, variance: squares / Double(values.count), count: values.count)
    }
  }

  /// The index of every element of one channel, over all images.
  func channelIndices(_ channel: Int) -> [[Int]] {
    (0..<x.shape.n).flatMap { picture -> [[Int]] in
      guard x.shape.rank == 4 else { return [[picture, channel]] }
      return (0..<x.shape.h).flatMap { r in
        (0..<x.shape.w).map { [picture, channel, r, $0] }
      }
    }
  }

  /// Batch normalization (Ioffe and Szegedy 2015).
  func batchNormalization(_ normalization: BatchNormalization) -> Derivation {
    let statistics = statistics(channel: c)
    let detail = batchNormalizationDetail(normalization, statistics)
    let (gamma, beta) = (Double(detail.gamma), Double(detail.beta))
    let hat = normalizedStep(normalization, statistics)
    let y = Step("y", .symbol("γ", gamma) * hat.result + .symbol("β", beta))
    let slope = gamma * statistics.inverseDeviation(normalization.epsilon)
    return Derivation(
      detail: .batchNormalization(detail), steps: [hat, y], value: y.value,
      operations: 2 * (statistics.count ?? 0) + 6,
      magnitude: slope.magnitude * (Double(detail.x).magnitude + statistics.mean.magnitude)
        + beta.magnitude)
  }

  func batchNormalizationDetail(
    _ normalization: BatchNormalization, _ statistics: ChannelMoments
  ) -> BatchNormalizationDetail {
    BatchNormalizationDetail(
      mode: trace.mode, x: value(x), mean: statistics.mean, variance: statistics.variance,
      count: statistics.count, epsilon: normalization.epsilon, gamma: parameters[0][[c]],
      beta: parameters[1][[c]], normalized: normalizedStep(normalization, statistics).value)
  }

  /// x̂ = (x − mean) / √(variance + ε)
  func normalizedStep(_ normalization: BatchNormalization, _ statistics: ChannelMoments) -> Step {
    let variance = Formula.symbol("variance", statistics.variance)
    return Step(
      "x̂",
      (.symbol("x", Double(value(x))) - .symbol("mean", statistics.mean))
        / .root(variance + .symbol("ε", normalization.epsilon)))
  }
}
