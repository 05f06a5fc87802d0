import Layers
import Tensors

extension ReferencePlan {
  /// Runs a range of layers, after forgetting the outputs of its first layer and all later ones.
  func forward(_ range: Range<Int>, cancellation: Cancellation) throws {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= layers.count,
      "The plan has layers 0..<\(layers.count), not \(range).")
    forgetOutputs(from: range.lowerBound)
    for layer in range {
      try cancellation.check()
      values[layer + 1] = try run(layer, on: value(arrivingAt: layer), cancellation)
    }
  }

  private func run(
    _ layer: Int, on input: Tensor, _ stop: Cancellation
  ) throws(Cancelled) -> Tensor {
    // The operands of products; everything is itself in Float.
    let x = precision.input(input, of: layers[layer])
    let p = precision.parameters(readyParameters(of: layer), of: layers[layer])
    switch layers[layer] {
    case .convolution(let payload):
      return try convolution(x, weight: p[0], bias: p[1], payload, cancellation: stop)
    case .locallyConnected(let payload):
      return try locallyConnected(x, weight: p[0], bias: p[1], payload, cancellation: stop)
    case .maxPooling(let payload): return try maxPooling(x, payload, cancellation: stop)
    case .averagePooling(let payload): return try averagePooling(x, payload, cancellation: stop)
    case .localResponseNormalization(let payload):
      return try localResponseNormalization(x, payload, cancellation: stop)
    case .spatialNormalization(let payload):
      return try spatialNormalization(x, payload, cancellation: stop)
    case .batchNormalization(let payload): return try normalizeBatch(layer, x, payload, stop)
    case .activation(let activation): return try activate(x, activation, cancellation: stop)
    case .flatten: return flatten(x)
    case .linear(let payload):
      return try linear(x, weight: p[0], bias: p[1], payload, cancellation: stop)
    case .dropout(let payload):
      guard let mask = mask(of: layer) else {
        return try dropout(x, payload, cancellation: stop)
      }
      return try dropout(x, mask: mask, payload, cancellation: stop)
    case .softmax: return try softmax(x, cancellation: stop)
    }
  }

  /// Batch normalization: training uses the batch's statistics, and updates the running ones once
  /// the output is complete, unless the layer is frozen.
  private func normalizeBatch(
    _ layer: Int, _ x: Tensor, _ payload: BatchNormalization, _ stop: Cancellation
  ) throws(Cancelled) -> Tensor {
    let p = parameters[layer]
    let mode = mode(of: layer)
    let seen =
      switch mode {
      case .inference: ChannelStatistics(mean: p[2], variance: p[3])
      case .training: try ChannelStatistics(of: x, parts: parts, cancellation: stop)
      }
    let y = try batchNormalization(
      x, weight: p[0], bias: p[1], statistics: seen, payload, cancellation: stop)
    statistics[layer] = seen
    if mode == .training {
      var (mean, variance) = (p[2], p[3])
      updateRunningStatistics(
        mean: &mean, variance: &variance, batch: seen,
        count: x.shape.n * x.shape.h * x.shape.w * (parts?.count ?? 1), payload)
      parameters[layer] = [p[0], p[1], mean, variance]
    }
    return y
  }
}
