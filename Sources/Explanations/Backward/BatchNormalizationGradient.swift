import Layers
import Tensors

extension ElementContext {
  /// The gradient of a batch normalization: in training the mean and variance depend on the element too.
  func batchNormalizationGradient(_ g: Tensor, _ normalization: BatchNormalization) -> Derivation {
    let statistics = statistics(channel: c)
    let forward = batchNormalizationDetail(normalization, statistics)
    let own = Formula.symbol("g", Double(value(g)))
    let deviation = Formula.root(
      .symbol("variance", statistics.variance) + .symbol("ε", normalization.epsilon))
    let slope = Step("slope", .symbol("γ", Double(parameters[0][[c]])) / deviation)
    guard let count = statistics.count else {
      let detail = BatchNormalizationGradientDetail(
        forward: forward, g: value(g), meanOfG: nil, meanOfGX: nil)
      return gradientDerivation(
        .batchNormalization(detail), [slope, Step(gradientSymbol, slope.result * own)],
        operations: 4)
    }
    let terms = normalizedTerms(g, normalization, statistics)
    let meanOfG = terms.reduce(0) { $0 + $1.g } / Double(count)
    let meanOfGX = terms.reduce(0) { $0 + $1.g * $1.normalized } / Double(count)
    let hat = normalizedStep(normalization, statistics)
    let inner = own - .symbol("mean g", meanOfG) - hat.result * .symbol("mean g·x̂", meanOfGX)
    let detail = BatchNormalizationGradientDetail(
      forward: forward, g: value(g), meanOfG: meanOfG, meanOfGX: meanOfGX)
    // The three parts can cancel, each with the magnitude of its terms.
    let parts = terms.reduce(Double(value(g)).magnitude) {
      $0 + ($1.g.magnitude + (hat.value * $1.g * $1.normalized).magnitude) / Double(count)
    }
    return gradientDerivation(
      .batchNormalization(detail), [hat, slope, Step(gradientSymbol, slope.result * inner)],
      operations: 4 * count + 8, magnitude: slope.value.magnitude * parts)
  }

  /// g and x̂ of every element of this place's channel.
  private func normalizedTerms(
    _ g: Tensor, _ normalization: BatchNormalization, _ statistics: ChannelMoments
  ) -> [(g: Double, normalized: Double)] {
    let inverse = statistics.inverseDeviation(normalization.epsilon)
    return channelIndices(c).map {
      (Double(g[$0]), (Double(x[$0]) - statistics.mean) * inverse)
    }
  }
}
