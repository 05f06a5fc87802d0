import Layers

extension Layer.Kind {
  /// Every field of this kind of layer, in the order of files; those of the initialization last.
  var fields: [LayerField] {
    switch self {
    case .convolution:
      let payload = PayloadFields<Convolution>(
        extract: { if case .convolution(let it) = $0 { it } else { nil } },
        embed: { .convolution($0) })
      return [payload.whole("filters", \.filters, required: true)]
        + payload.window
        + [payload.whole("groups", \.groups), payload.optionalWhole("inputs", \.inputs)]
        + Self.initialization
    case .locallyConnected:
      let payload = PayloadFields<LocallyConnected>(
        extract: { if case .locallyConnected(let it) = $0 { it } else { nil } },
        embed: { .locallyConnected($0) })
      return [payload.whole("filters", \.filters, required: true)]
        + payload.window + Self.initialization
    case .maxPooling:
      return PayloadFields<Pooling>(
        extract: { if case .maxPooling(let it) = $0 { it } else { nil } },
        embed: { .maxPooling($0) }
      ).window
    case .averagePooling:
      return PayloadFields<Pooling>(
        extract: { if case .averagePooling(let it) = $0 { it } else { nil } },
        embed: { .averagePooling($0) }
      ).window
    case .localResponseNormalization:
      let payload = PayloadFields<LocalResponseNormalization>(
        extract: { if case .localResponseNormalization(let it) = $0 { it } else { nil } },
        embed: { .localResponseNormalization($0) })
      return [
        payload.whole("n", \.n), payload.real("k", \.k), payload.real("alpha", \.alpha),
        payload.real("beta", \.beta), payload.word("convention", \.convention),
        payload.whole("groups", \.groups),
      ]
    case .spatialNormalization:
      let payload = PayloadFields<SpatialNormalization>(
        extract: { if case .spatialNormalization(let it) = $0 { it } else { nil } },
        embed: { .spatialNormalization($0) })
      return [
        payload.whole("n", \.n), payload.real("k", \.k), payload.real("alpha", \.alpha),
        payload.real("beta", \.beta), payload.word("convention", \.convention),
      ]
    case .batchNormalization:
      let payload = PayloadFields<BatchNormalization>(
        extract: { if case .batchNormalization(let it) = $0 { it } else { nil } },
        embed: { .batchNormalization($0) })
      return [payload.real("epsilon", \.epsilon), payload.real("momentum", \.momentum)]
    case .linear:
      let payload = PayloadFields<Linear>(
        extract: { if case .linear(let it) = $0 { it } else { nil } }, embed: { .linear($0) })
      return [
        payload.whole("outputs", \.outputs, required: true),
        payload.optionalWhole("inputs", \.inputs),
      ] + Self.initialization
    case .dropout:
      let payload = PayloadFields<Dropout>(
        extract: { if case .dropout(let it) = $0 { it } else { nil } }, embed: { .dropout($0) })
      return [payload.real("rate", \.rate), payload.word("convention", \.convention)]
    case .activation(let kind): return kind.fields
    case .flatten, .softmax: return []
    }
  }

  /// The field of this kind with this name; `pad` is short for `padding`.
  func field(named name: String) -> LayerField? {
    fields.first { $0.name == (name == "pad" ? "padding" : name) }
  }

  /// Whether the layer draws weights, and so has an initialization.
  var drawsWeights: Bool {
    switch prototype.weighted {
    case .convolution, .locallyConnected, .linear: true
    case .batchNormalization, nil: false
    }
  }

  /// The fields of the initialization. Setting one of them on a layer without an initialization
  /// starts from deviation 0.01 and bias 0, the defaults for such a layer.
  private static let initialization = [
    LayerField(
      name: "deviation", isRequired: false, isInitialization: true,
      read: { $0.initialization.map { .real($0.deviation) } },
      write: { named, value throws(FieldProblem) in
        let deviation = try value.asReal()
        guard deviation >= 0 else { throw FieldProblem(expected: "a number from 0") }
        named.initialization = Initialization(
          deviation: deviation, bias: named.initialization?.bias ?? 0)
      }),
    LayerField(
      name: "bias", isRequired: false, isInitialization: true,
      read: { $0.initialization.map { .real($0.bias) } },
      write: { named, value throws(FieldProblem) in
        named.initialization = Initialization(
          deviation: named.initialization?.deviation ?? Initialization.standard.deviation,
          bias: try value.asReal())
      }),
  ]
}

extension Activation.Kind {
  /// The settings of an activation.
  fileprivate var fields: [LayerField] {
    switch self {
    case .relu, .tanh: return []
    case .elu:
      let payload = PayloadFields<Double>(
        extract: { if case .activation(.elu(let alpha)) = $0 { alpha } else { nil } },
        embed: { .activation(.elu(alpha: $0)) })
      return [payload.real("alpha", \.self)]
    }
  }
}

extension Initialization {
  /// The initialization of layers that specify none.
  static let standard = Initialization(deviation: 0.01)
}

/// A payload with a sliding window.
private protocol Windowed: Sendable {
  var window: Window { get set }
}

extension Convolution: Windowed {}
extension LocallyConnected: Windowed {}
extension Pooling: Windowed {}

extension PayloadFields where Payload: Windowed {
  /// The four fields of a sliding window.
  fileprivate var window: [LayerField] {
    [
      whole("kernel", \.window.kernel, required: true), whole("stride", \.window.stride),
      whole("padding", \.window.padding), word("rounding", \.window.rounding),
    ]
  }
}
