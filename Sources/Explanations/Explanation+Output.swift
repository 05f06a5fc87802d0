import Layers
import Networks
import Tensors

extension Explanation {
  /// Explains one element of a layer's output.
  ///
  /// - Parameters:
  ///   - trace: a trace in which the layer has run.
  ///   - layer: the position of the layer.
  ///   - index: channel, row and column, or the feature; with the image first if the batch has
  ///     several, else it is the only one.
  /// - Throws: `ExplanationError` if the element doesn't exist or hasn't been computed.
  package static func explain(
    _ trace: Trace, layer: Int, at index: [Int]
  ) throws(ExplanationError) -> Explanation {
    let place = try ElementContext(trace, leaving: layer, at: index)
    return try place.explanation(place.reckon())
  }
}

extension ElementContext {
  /// The explanation of a layer's output by a computation of it.
  func explanation(_ derivation: Derivation) throws(ExplanationError) -> Explanation {
    guard let y = trace.output(of: geometry.index) else { throw .fused(layer: name) }
    return Explanation(
      subject: .output, layer: geometry.index, layerName: name, index: index, picture: n,
      shape: geometry.output.withoutBatch, source: source, detail: derivation.detail,
      steps: derivation.steps, check: derivation.check(stored: value(y)))
  }

  /// Computes the element by the definition of its layer.
  func reckon() throws(ExplanationError) -> Derivation {
    switch geometry.layer {
    case .convolution(let convolution): return self.convolution(convolution)
    case .locallyConnected(let local): return locallyConnected(local)
    case .maxPooling(let pooling): return maxPooling(pooling)
    case .averagePooling(let pooling): return averagePooling(pooling)
    case .localResponseNormalization(let lrn): return localResponseNormalization(lrn)
    case .spatialNormalization(let normalization): return spatialNormalization(normalization)
    case .batchNormalization(let normalization): return batchNormalization(normalization)
    case .activation(let activation): return self.activation(activation)
    case .flatten: return flatten()
    case .linear: return linear()
    case .dropout(let dropout): return try self.dropout(dropout)
    case .softmax: return softmax()
    }
  }
}
