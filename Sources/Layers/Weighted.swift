extension Layer {
  /// The layers that have parameters. What depends on weights switches over these four, so that other
  /// operations need no line there.
  package enum Weighted: Hashable, Sendable {
    /// A convolution, grouped or not.
    case convolution(Convolution)
    /// A convolution without shared weights.
    case locallyConnected(LocallyConnected)
    /// Batch normalization, whose weights scale and shift: they are neither drawn nor counted as work.
    case batchNormalization(BatchNormalization)
    /// A fully connected layer.
    case linear(Linear)
  }

  /// This layer among those with parameters; nil if it has none.
  package var weighted: Weighted? {
    switch self {
    case .convolution(let convolution): .convolution(convolution)
    case .locallyConnected(let local): .locallyConnected(local)
    case .batchNormalization(let normalization): .batchNormalization(normalization)
    case .linear(let linear): .linear(linear)
    case .maxPooling, .averagePooling, .localResponseNormalization, .spatialNormalization,
      .activation, .flatten, .dropout, .softmax:
      nil
    }
  }

  /// Whether the layer sums products of its input and its weights.
  package var sumsProducts: Bool {
    switch weighted {
    case .convolution, .locallyConnected, .linear: true
    case .batchNormalization, nil: false
    }
  }
}
