extension Layer {
  /// Every kind of layer; its raw value is the name that files, commands and golden cases use.
  public enum Kind: Hashable, Sendable {
    /// A convolution.
    case convolution
    /// A convolution without shared weights.
    case locallyConnected
    /// The largest of each window.
    case maxPooling
    /// The mean of each window.
    case averagePooling
    /// Local response normalization across channels.
    case localResponseNormalization
    /// Local response normalization within a channel.
    case spatialNormalization
    /// Batch normalization.
    case batchNormalization
    /// An activation.
    case activation(Activation.Kind)
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
    case .activation(let activation): .activation(activation.kind)
    case .flatten: .flatten
    case .linear: .linear
    case .dropout: .dropout
    case .softmax: .softmax
    }
  }
}

extension Layer.Kind: CaseIterable, RawRepresentable, CustomStringConvertible {
  /// The kinds in the order of help and messages.
  public static let allCases: [Layer.Kind] =
    [
      .convolution, .locallyConnected, .maxPooling, .averagePooling, .localResponseNormalization,
      .spatialNormalization, .batchNormalization,
    ] + Activation.Kind.allCases.map(Layer.Kind.activation)
    + [.flatten, .linear, .dropout, .softmax]

  /// The name in files: `max_pooling`, `relu`.
  public var rawValue: String {
    switch self {
    case .convolution: "convolution"
    case .locallyConnected: "locally_connected"
    case .maxPooling: "max_pooling"
    case .averagePooling: "average_pooling"
    case .localResponseNormalization: "local_response_normalization"
    case .spatialNormalization: "spatial_normalization"
    case .batchNormalization: "batch_normalization"
    case .activation(let kind): kind.rawValue
    case .flatten: "flatten"
    case .linear: "linear"
    case .dropout: "dropout"
    case .softmax: "softmax"
    }
  }

  /// The kind with this name in files; nil if there is none.
  public init?(rawValue: String) {
    guard let kind = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = kind
  }

  /// The name in files.
  public var description: String { rawValue }

  /// The layer of this kind before any field is set: windows of 1, other fields with their usual
  /// values.
  package var prototype: Layer {
    let window = Window(kernel: 1)
    return switch self {
    case .convolution: .convolution(Convolution(filters: 1, window: window))
    case .locallyConnected: .locallyConnected(LocallyConnected(filters: 1, window: window))
    case .maxPooling: .maxPooling(Pooling(window: window))
    case .averagePooling: .averagePooling(Pooling(window: window))
    case .localResponseNormalization: .localResponseNormalization(LocalResponseNormalization())
    case .spatialNormalization: .spatialNormalization(SpatialNormalization())
    case .batchNormalization: .batchNormalization(BatchNormalization())
    case .activation(let kind): .activation(Activation(kind))
    case .flatten: .flatten
    case .linear: .linear(Linear(outputs: 1))
    case .dropout: .dropout(Dropout())
    case .softmax: .softmax
    }
  }
}
