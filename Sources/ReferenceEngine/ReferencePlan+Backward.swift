import Layers
import Tensors

extension ReferencePlan {
  /// Runs backward from the gradient of layer `end`'s input (of the chain's output, if `end` is the
  /// count of layers), down to the lowest layer that is trained. If it is cancelled, every gradient is forgotten, since some would be half
  /// accumulated.
  func backward(
    from gradient: Tensor, through end: Int, _ cancellation: Cancellation
  ) throws(Cancelled) {
    precondition(precision == .float, "A plan in \(precision) runs forward only.")
    precondition(values.allSatisfy { $0 != nil }, "All layers must have run before backward.")
    for index in layers.indices { inputGradients[index] = nil }
    var g = gradient
    if end < layers.count { inputGradients[end] = g }
    let lowest = lowestTrained(freezing: frozen)
    do {
      for layer in ((lowest ?? 0)..<end).reversed() {
        try cancellation.check()
        let x = value(arrivingAt: layer)
        if !frozen.contains(layer) {
          try accumulateParameterGradients(layer, g, x, cancellation)
        }
        if layer == lowest { break }
        g = try gradientOfInput(layer, g, x, cancellation)
        inputGradients[layer] = g
      }
    } catch {
      clearGradients()
      for index in layers.indices { inputGradients[index] = nil }
      throw error
    }
  }

  private func gradientOfInput(
    _ layer: Int, _ g: Tensor, _ x: Tensor, _ stop: Cancellation
  ) throws(Cancelled) -> Tensor {
    let p = parameters[layer]
    switch layers[layer] {
    case .convolution(let payload):
      return try convolutionGradient(
        g, weight: p[0], input: x.shape, payload, cancellation: stop)
    case .locallyConnected(let payload):
      return try locallyConnectedGradient(
        g, weight: p[0], input: x.shape, payload, cancellation: stop)
    case .maxPooling(let payload):
      return try maxPoolingGradient(g, input: x, payload, cancellation: stop)
    case .averagePooling(let payload):
      return try averagePoolingGradient(g, input: x.shape, payload, cancellation: stop)
    case .localResponseNormalization(let payload):
      return try localResponseNormalizationGradient(g, input: x, payload, cancellation: stop)
    case .spatialNormalization(let payload):
      return try spatialNormalizationGradient(g, input: x, payload, cancellation: stop)
    case .batchNormalization(let payload):
      return try batchNormalizationGradient(
        g, input: x, weight: p[0], statistics: seenStatistics(layer), mode: mode(of: layer),
        payload, parts: parts, cancellation: stop)
    case .activation(let activation):
      return try activationGradient(g, input: x, activation, cancellation: stop)
    case .flatten: return flattenGradient(g, input: x.shape)
    case .linear: return try linearGradient(g, weight: p[0], cancellation: stop)
    case .dropout(let payload):
      return try dropoutGradient(g, mask: mask(of: layer), payload, cancellation: stop)
    case .softmax: return try softmaxGradient(g, input: x, cancellation: stop)
    }
  }

  private func accumulateParameterGradients(
    _ layer: Int, _ g: Tensor, _ x: Tensor, _ stop: Cancellation
  ) throws(Cancelled) {
    let trainable = declaredParameters(of: layer).filter(\.isTrainable)
    guard !trainable.isEmpty else { return }
    if parameterGradients[layer].isEmpty {
      parameterGradients[layer] = trainable.map { Tensor(zeros: $0.shape) }
    }
    // Taken out of the array while they are written to, to avoid a copy.
    var (weight, bias) = (parameterGradients[layer][0], parameterGradients[layer][1])
    parameterGradients[layer] = []
    switch layers[layer].weighted {
    case .convolution(let payload):
      try convolutionParameterGradients(
        g, input: x, payload, weight: &weight, bias: &bias, cancellation: stop)
    case .locallyConnected(let payload):
      try locallyConnectedParameterGradients(
        g, input: x, payload, weight: &weight, bias: &bias, cancellation: stop)
    case .batchNormalization(let payload):
      try batchNormalizationParameterGradients(
        g, input: x, statistics: seenStatistics(layer), payload, weight: &weight, bias: &bias,
        cancellation: stop)
    case .linear:
      try linearParameterGradients(
        g, input: x, weight: &weight, bias: &bias, cancellation: stop)
    case nil: break
    }
    parameterGradients[layer] = [weight, bias]
  }
}
