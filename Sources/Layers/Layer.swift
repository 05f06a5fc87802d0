import Tensors

/// One operation of a network: what it is, not how it is computed.
///
/// Closed on purpose: switches over it have no `default`, so the compiler lists every place where a
/// new operation must be handled.
public enum Layer: Hashable, Sendable {
  /// A convolution, grouped or not.
  case convolution(Convolution)
  /// A convolution without shared weights.
  case locallyConnected(LocallyConnected)
  /// The largest of each window.
  case maxPooling(Pooling)
  /// The mean of each window.
  case averagePooling(Pooling)
  /// Local response normalization across channels.
  case localResponseNormalization(LocalResponseNormalization)
  /// Local response normalization within a channel.
  case spatialNormalization(SpatialNormalization)
  /// Batch normalization.
  case batchNormalization(BatchNormalization)
  /// The rectified linear unit: max(0, x).
  case relu
  /// The hyperbolic tangent.
  case tanh
  /// N×C×H×W to N×F with F = C·H·W, in row-major order.
  case flatten
  /// A fully connected layer.
  case linear(Linear)
  /// Dropout.
  case dropout(Dropout)
  /// Probabilities from logits: e^x / Σ e^x over the features.
  case softmax
}

extension Layer {
  /// Every kind of layer by the name that files, commands and golden cases use.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// A convolution.
    case convolution
    /// A convolution without shared weights.
    case locallyConnected = "locally_connected"
    /// The largest of each window.
    case maxPooling = "max_pooling"
    /// The mean of each window.
    case averagePooling = "average_pooling"
    /// Local response normalization across channels.
    case localResponseNormalization = "local_response_normalization"
    /// Local response normalization within a channel.
    case spatialNormalization = "spatial_normalization"
    /// Batch normalization.
    case batchNormalization = "batch_normalization"
    /// The rectified linear unit.
    case relu
    /// The hyperbolic tangent.
    case tanh
    /// N×C×H×W to N×F.
    case flatten
    /// A fully connected layer.
    case linear
    /// Dropout.
    case dropout
    /// Probabilities from logits.
    case softmax
  }

  /// Which kind of layer this is.
  public var kind: Kind {
    switch self {
    case .convolution: .convolution
    case .locallyConnected: .locallyConnected
    case .maxPooling: .maxPooling
    case .averagePooling: .averagePooling
    case .localResponseNormalization: .localResponseNormalization
    case .spatialNormalization: .spatialNormalization
    case .batchNormalization: .batchNormalization
    case .relu: .relu
    case .tanh: .tanh
    case .flatten: .flatten
    case .linear: .linear
    case .dropout: .dropout
    case .softmax: .softmax
    }
  }

  /// The sliding window, if the layer has one.
  public var window: Window? {
    switch self {
    case .convolution(let convolution): convolution.window
    case .locallyConnected(let local): local.window
    case .maxPooling(let pooling), .averagePooling(let pooling): pooling.window
    case .localResponseNormalization, .spatialNormalization, .batchNormalization, .relu, .tanh,
      .flatten, .linear, .dropout, .softmax:
      nil
    }
  }

  /// Whether an engine may fuse the ReLU after this layer with it, if only a plan's last output is
  /// read. Golden cases of such layers are verified fused, too.
  package var takesReLU: Bool {
    switch self {
    case .convolution, .locallyConnected, .maxPooling, .averagePooling,
      .localResponseNormalization, .spatialNormalization, .batchNormalization, .linear:
      true
    case .relu, .tanh, .flatten, .dropout, .softmax: false
    }
  }

  /// The output shape for an input shape, both with the batch.
  ///
  /// - Throws: `ShapeError`, with the reason, if the layer can't take `input`.
  public func outputShape(for input: Shape) throws(ShapeError) -> Shape {
    switch self {
    case .convolution(let convolution): return try convolution.outputShape(for: input)
    case .locallyConnected(let local): return try local.outputShape(for: input)
    case .maxPooling(let pooling), .averagePooling(let pooling):
      return try pooling.outputShape(for: input)
    case .localResponseNormalization(let lrn): return try lrn.outputShape(for: input)
    case .spatialNormalization(let normalization):
      return try normalization.outputShape(for: input)
    case .batchNormalization(let normalization): return try normalization.outputShape(for: input)
    case .relu, .tanh: return input
    case .flatten:
      guard input.rank >= 2 else { throw .rank(needs: 4, arriving: input) }
      return try Shape([input.n, try input.withoutBatch.checked().count]).checked()
    case .linear(let linear): return try linear.outputShape(for: input)
    case .dropout(let dropout): return try dropout.outputShape(for: input)
    case .softmax:
      guard input.rank == 2 else { throw .rank(needs: 2, arriving: input) }
      return input
    }
  }

  /// The layer's parameters for an input shape, in the order of files and plans.
  ///
  /// - Throws: `ShapeError` if the layer can't take `input`.
  public func parameters(for input: Shape) throws(ShapeError) -> [Parameter] {
    let output = try outputShape(for: input)
    switch self {
    case .convolution(let convolution): return convolution.parameters(for: input)
    case .locallyConnected(let local): return local.parameters(for: input, output: output)
    case .batchNormalization(let normalization): return normalization.parameters(for: input)
    case .linear(let linear): return linear.parameters(for: input)
    case .maxPooling, .averagePooling, .localResponseNormalization, .spatialNormalization, .relu,
      .tanh, .flatten, .dropout, .softmax:
      return []
    }
  }

  /// Multiply-adds of a forward pass: those of convolutions and matrix products. By convention,
  /// biases, normalizations, pooling and activations aren't counted.
  ///
  /// - Throws: `ShapeError` if the layer can't take `input`.
  public func multiplyAdds(for input: Shape) throws(ShapeError) -> Int {
    let output = try outputShape(for: input)
    switch self {
    case .convolution(let convolution):
      return convolution.multiplyAdds(input: input, output: output)
    case .locallyConnected(let local): return local.multiplyAdds(input: input, output: output)
    case .linear: return output.count * input.c
    case .maxPooling, .averagePooling, .localResponseNormalization, .spatialNormalization,
      .batchNormalization, .relu, .tanh, .flatten, .dropout, .softmax:
      return 0
    }
  }
}
