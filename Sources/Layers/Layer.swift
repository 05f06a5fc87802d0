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
  /// An activation, element by element: ReLU, tanh.
  case activation(Activation)
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
  /// The sliding window, if the layer has one.
  public var window: Window? {
    switch self {
    case .convolution(let convolution): convolution.window
    case .locallyConnected(let local): local.window
    case .maxPooling(let pooling), .averagePooling(let pooling): pooling.window
    case .localResponseNormalization, .spatialNormalization, .batchNormalization, .activation,
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
    case .activation, .flatten, .dropout, .softmax: false
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
    case .activation(let activation):
      try activation.check()
      return input
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
    return switch weighted {
    case .convolution(let convolution): convolution.parameters(for: input)
    case .locallyConnected(let local): local.parameters(for: input, output: output)
    case .batchNormalization(let normalization): normalization.parameters(for: input)
    case .linear(let linear): linear.parameters(for: input)
    case nil: []
    }
  }

  /// Multiply-adds of a forward pass: those of convolutions and matrix products. By convention,
  /// biases, normalizations, pooling and activations aren't counted.
  ///
  /// - Throws: `ShapeError` if the layer can't take `input`.
  public func multiplyAdds(for input: Shape) throws(ShapeError) -> Int {
    let output = try outputShape(for: input)
    return switch weighted {
    case .convolution(let convolution): convolution.multiplyAdds(input: input, output: output)
    case .locallyConnected(let local): local.multiplyAdds(input: input, output: output)
    case .linear: output.count * input.c
    case .batchNormalization, nil: 0
    }
  }
}
