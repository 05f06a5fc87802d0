import Layers
import Networks
import Tensors

extension Explanation {
  /// Explains the gradient of one element of a layer's output: the sum over everything that used
  /// the element.
  ///
  /// - Parameters:
  ///   - trace: a trace that has run backward.
  ///   - layer: the position of the layer; −1 for the input image.
  ///   - index: channel, row and column, or the feature; with the image first if the batch has
  ///     several, else it is the only one.
  /// - Throws: `ExplanationError` if the element doesn't exist or has no gradient so far.
  package static func explainGradient(
    _ trace: Trace, layer: Int, at index: [Int]
  ) throws(ExplanationError) -> Explanation {
    precondition(
      (-1..<trace.geometry.count).contains(layer), "\(layer) isn't the position of a layer.")
    guard let labels = trace.backwardLabels else { throw .notBackward }
    let consumer = layer + 1
    guard consumer < trace.geometry.count else {
      throw .noGradientOfLast(layer: trace.name(of: layer), before: trace.name(of: layer - 1))
    }
    let place = try ElementContext(trace, arrivingAt: consumer, at: index)
    guard let stored = trace.inputGradient(of: consumer) else {
      throw .fused(layer: trace.name(of: layer))
    }
    let derivation: Derivation
    if consumer == trace.geometry.count - 1 {
      derivation = place.lossGradient(label: labels[place.n])
    } else {
      guard let g = trace.outputGradient(of: consumer) else { throw .fused(layer: place.name) }
      derivation = try place.gradient(g)
    }
    return Explanation(
      subject: .gradient, layer: layer, layerName: trace.name(of: layer), index: place.index,
      picture: place.n, shape: place.x.shape.withoutBatch, source: place.source,
      detail: derivation.detail, steps: derivation.steps,
      check: derivation.check(stored: place.value(stored)))
  }

  /// Explains the gradient of one element of a layer's weights or biases: the sum over every place
  /// where it was used.
  ///
  /// - Parameters:
  ///   - trace: a trace that has run backward.
  ///   - layer: the position of the layer.
  ///   - role: the weight or the bias.
  ///   - index: one coordinate for each axis of the parameter.
  /// - Throws: `ExplanationError` if the parameter or the element doesn't exist, or has no gradient
  ///   so far.
  package static func explainGradient(
    _ trace: Trace, layer: Int, parameter role: Parameter.Role, at index: [Int]
  ) throws(ExplanationError) -> Explanation {
    precondition(trace.geometry.indices.contains(layer), "\(layer) isn't the position of a layer.")
    let geometry = trace.geometry[layer]
    let trainable = geometry.parameters.filter(\.isTrainable)
    guard let which = trainable.firstIndex(where: { $0.role == role }) else {
      throw .noParameter(
        layer: geometry.name, parameter: role.rawValue, has: trainable.map(\.name))
    }
    let shape = trainable[which].shape
    try Explanations.check(
      index, in: shape, axes: geometry.layer.axisNames(of: role),
      of: "\(geometry.name).\(role.rawValue)")
    guard trace.backwardLabels != nil else { throw .notBackward }
    guard let stored = trace.parameterGradients(of: layer), which < stored.count,
      let g = trace.outputGradient(of: layer), let x = trace.input(of: layer)
    else { throw .fused(layer: geometry.name) }
    let use = ParameterUse(
      trace: trace, geometry: geometry, x: x, g: g, role: role, index: index)
    let derivation = try use.reckon()
    return Explanation(
      subject: .parameterGradient(role), layer: layer, layerName: geometry.name, index: index,
      picture: 0, shape: shape, source: trace.name(of: layer - 1), detail: derivation.detail,
      steps: derivation.steps, check: derivation.check(stored: stored[which][index]))
  }
}

extension Layer {
  /// The names of the axes of a parameter.
  fileprivate func axisNames(of role: Parameter.Role) -> [String] {
    switch weighted {
    case .convolution:
      role == .weight ? ["filter", "channel", "row", "column"] : ["filter"]
    case .locallyConnected:
      role == .weight
        ? ["row", "column", "filter", "channel", "kernel row", "kernel column"]
        : ["row", "column", "filter"]
    case .linear: role == .weight ? ["output", "input"] : ["output"]
    case .batchNormalization: ["channel"]
    case nil: []
    }
  }
}

extension ElementContext {
  /// Computes the gradient of this element of the layer's input, by the definition of the layer.
  ///
  /// - Parameter g: the gradient of the layer's output.
  func gradient(_ g: Tensor) throws(ExplanationError) -> Derivation {
    switch geometry.layer {
    case .convolution(let convolution): return convolutionGradient(g, convolution)
    case .locallyConnected(let local): return locallyConnectedGradient(g, local)
    case .maxPooling(let pooling): return maxPoolingGradient(g, pooling)
    case .averagePooling(let pooling): return averagePoolingGradient(g, pooling)
    case .localResponseNormalization(let lrn): return localResponseNormalizationGradient(g, lrn)
    case .spatialNormalization(let normalization):
      return spatialNormalizationGradient(g, normalization)
    case .batchNormalization(let normalization):
      return batchNormalizationGradient(g, normalization)
    case .activation(let activation): return activationGradient(g, activation)
    case .flatten: return flattenGradient(g)
    case .linear: return linearGradient(g)
    case .dropout(let dropout): return try dropoutGradient(g, dropout)
    case .softmax: return softmaxGradient(g)
    }
  }

  /// The name of the gradient of the layer's output.
  var gradientName: String { "gradient \(name)" }

  /// The computation of a gradient from its parts.
  func gradientDerivation(
    _ parts: GradientDetail.Parts, _ steps: [Step], operations: Int, magnitude: Double = 0
  ) -> Derivation {
    let detail = GradientDetail(consumer: geometry.index, consumerName: name, parts: parts)
    return Derivation(
      detail: .gradient(detail), steps: steps, value: steps.last?.value ?? 0,
      operations: operations, magnitude: magnitude)
  }
}

/// The left side of every gradient's last step.
let gradientSymbol = "∂L/∂x"
