import Basics
import Layers
import Tensors

extension Layer.Kind {
  /// The kind with this name, or with this short name.
  public init?(word: String) {
    let name = word.lowercased()
    if let kind = Layer.Kind(rawValue: name) ?? Self.shortNames[name] {
      self = kind
    } else {
      return nil
    }
  }

  /// Short names for the kinds with long ones.
  static let shortNames: [String: Layer.Kind] = [
    "conv": .convolution, "local": .locallyConnected, "pool": .maxPooling, "maxpool": .maxPooling,
    "avgpool": .averagePooling, "lrn": .localResponseNormalization,
    "norm": .localResponseNormalization, "spatial": .spatialNormalization,
    "batchnorm": .batchNormalization, "bn": .batchNormalization, "fc": .linear,
    "dense": .linear, "drop": .dropout,
  ]

  /// How names of layers of this kind begin: `conv`, `norm`.
  var prefix: String {
    switch self {
    case .convolution: "conv"
    case .locallyConnected: "local"
    case .maxPooling, .averagePooling: "pool"
    case .localResponseNormalization: "norm"
    case .spatialNormalization: "spatial"
    case .batchNormalization: "bn"
    case .activation, .flatten, .softmax: rawValue
    case .linear: "fc"
    case .dropout: "drop"
    }
  }

  /// The layer of this kind that is inserted for this input shape. It keeps the shape, except for
  /// pooling, which is the paper's, 3 wide with stride 2.
  func standard(for input: Shape) -> Layer {
    let window = Window(kernel: 3, padding: 1)
    let pooling = Pooling(window: Window(kernel: 3, stride: 2))
    return switch self {
    case .convolution: .convolution(Convolution(filters: input.c, window: window))
    case .locallyConnected: .locallyConnected(LocallyConnected(filters: input.c, window: window))
    case .maxPooling: .maxPooling(pooling)
    case .averagePooling: .averagePooling(pooling)
    case .linear: .linear(Linear(outputs: input.c))
    case .localResponseNormalization, .spatialNormalization, .batchNormalization, .activation,
      .flatten, .dropout, .softmax:
      prototype
    }
  }
}

extension Network {
  mutating func insert(
    after: String, kind word: String, fields: [FieldSetting]
  ) throws(EditError) {
    let position = after == "input" ? 0 : try require(layer: after) + 1
    guard let kind = Layer.Kind(word: word) else {
      let names = Layer.Kind.allCases.map(\.rawValue)
      throw EditError(
        "unknown kind of layer ‘\(brief(word))’",
        hint: Suggestion.didYouMean(word, among: names + Layer.Kind.shortNames.keys.sorted())
          ?? "the kinds are \(names.joined(separator: ", "))")
    }
    let arriving: Shape
    do throws(NetworkShapeError) {
      let geometry = try geometry()
      arriving = position == 0 ? input.shape() : geometry[position - 1].output
    } catch {
      throw EditError(error)
    }
    var named = NamedLayer(
      newName(kind, after: after), kind.standard(for: arriving),
      kind.drawsWeights ? .standard : nil)
    for field in fields { try named.set(field.name, to: field.value) }
    // Without a chosen deviation, weights get He's √(2 / fan-in).
    if kind.drawsWeights, !fields.contains(where: { $0.name == "deviation" }),
      let weight = try? named.layer.parameters(for: arriving).first
    {
      named.initialization?.deviation = (2 / Double(weight.fanIn)).squareRoot()
    }
    layers.insert(named, at: position)
  }

  /// An unused name: the kind's prefix with the number of the layer before (`norm5` after `relu5`),
  /// or else with the first unused number.
  private func newName(_ kind: Layer.Kind, after: String) -> String {
    let prefix = kind.prefix
    if kind == .flatten || kind == .softmax, index(of: prefix) == nil { return prefix }
    let number = after.drop { !$0.isNumber }
    if !number.isEmpty, number.count <= 6, index(of: prefix + number) == nil {
      return prefix + number
    }
    var next = 1
    while index(of: "\(prefix)\(next)") != nil { next += 1 }
    return "\(prefix)\(next)"
  }
}
