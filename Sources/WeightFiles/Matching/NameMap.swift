import Layers
import Networks

/// How other programs name a network's parameters and lay them out. The maps are data: one entry of
/// `all` for each way that is known.
package struct NameMap: Sendable {
  /// The program whose conventions hold: what its layers compute, and the order of elements.
  enum Program: Sendable {
    /// This one.
    case own
    /// Kernels O×I×H×W, dense weights outputs×inputs.
    case pytorch
    /// PyTorch's layout; the first convolution takes blue, green, red.
    case caffe
    /// Caffe's weights for TensorFlow: Keras's layout, and blue, green, red.
    case caffeInTensorFlow
    /// Kernels H×W×I×O, dense weights inputs×outputs, maps flattened as rows, columns, channels.
    case keras
  }

  /// How layers are named.
  enum Places: Sendable {
    /// By this project's names.
    case own
    /// By their positions before the flatten and after it, within these containers.
    case positions(features: String, classifier: String)
    /// By their positions in one chain.
    case chain
    /// The k-th convolution, fully connected layer and batch normalization by the k-th name.
    case lists(convolutions: [String], linears: [String], normalizations: [String])
  }

  /// The map's name in messages.
  package let name: String
  let program: Program
  let places: Places
  /// The name of each parameter, after its layer's.
  let roles: [Parameter.Role: String]

  private init(
    _ name: String, _ program: Program, _ places: Places,
    roles: [Parameter.Role: String] = NameMap.ownRoles
  ) {
    (self.name, self.program, self.places, self.roles) = (name, program, places, roles)
  }

  private static let ownRoles = Dictionary(
    uniqueKeysWithValues: Parameter.Role.allCases.map { ($0, $0.rawValue) })
  private static let numbers: [Parameter.Role: String] = [.weight: "0", .bias: "1"]
  private static let words: [Parameter.Role: String] = [.weight: "weights", .bias: "biases"]
  private static let kerasKernels: [Parameter.Role: String] = [.weight: "kernel", .bias: "bias"]

  private static func five(_ name: String, _ numbers: [Int]) -> [String] {
    numbers.map { "\(name)\($0)" }
  }
  private static func keras(_ name: String, _ count: Int, from first: Int) -> [String] {
    (first..<first + count).map { $0 == 0 ? name : "\(name)_\($0)" }
  }

  private static let paperConvolutions = five("conv", [1, 2, 3, 4, 5])
  private static let paperLinears = five("fc", [6, 7, 8])

  /// Every map, the most usual first.
  package static let all: [NameMap] = [
    NameMap("our names", .own, .own),
    NameMap("torchvision", .pytorch, .positions(features: "features.", classifier: "classifier.")),
    // Sequential ports, whose classifier starts with a dropout whatever our network does.
    NameMap(
      "nn.Sequential", .pytorch,
      .lists(
        convolutions: five("net.", [0, 4, 8, 10, 12]), linears: five("classifier.", [1, 4, 6]),
        normalizations: [])),
    NameMap(
      "nn.Sequential", .pytorch,
      .lists(
        convolutions: five("feature_extractor.", [0, 4, 8, 10, 12]),
        linears: five("classifier.", [1, 4, 6]), normalizations: [])),
    NameMap(
      "nn.Sequential", .pytorch,
      .lists(
        convolutions: five("features.", [0, 4, 8, 10, 12]),
        linears: five("classifier.", [1, 4, 6]), normalizations: [])),
    NameMap("nn.Sequential", .pytorch, .chain),
    NameMap(
      "PyTorch, c1 to fc3", .pytorch,
      .lists(
        convolutions: five("c", [1, 2, 3, 4, 5]), linears: five("fc", [1, 2, 3]),
        normalizations: [])),
    NameMap(
      "PyTorch, conv1 to fc3", .pytorch,
      .lists(
        convolutions: paperConvolutions, linears: five("fc", [1, 2, 3]),
        normalizations: five("bn", [1, 2, 3, 4, 5]))),
    NameMap(
      "Caffe", .caffe,
      .lists(
        convolutions: paperConvolutions, linears: paperLinears, normalizations: []), roles: numbers),
    NameMap(
      "Caffe's weights for TensorFlow", .caffeInTensorFlow,
      .lists(
        convolutions: paperConvolutions, linears: paperLinears, normalizations: []), roles: numbers),
    NameMap(
      "Caffe's weights for TensorFlow", .caffeInTensorFlow,
      .lists(
        convolutions: paperConvolutions, linears: paperLinears, normalizations: []), roles: words),
    kerasMap(from: 0), kerasMap(from: 1),
    NameMap(
      "Keras", .keras,
      .lists(
        convolutions: paperConvolutions, linears: paperLinears, normalizations: []),
      roles: kerasKernels),
  ]

  private static func kerasMap(from first: Int) -> NameMap {
    NameMap(
      "Keras", .keras,
      .lists(
        convolutions: keras("conv2d", 5, from: first), linears: keras("dense", 3, from: first),
        normalizations: keras("batch_normalization", 5, from: first)),
      roles: [:])
  }

  /// torchvision's names, which `save weights --names torchvision` writes.
  package static let torchvision = all[1]

  /// Whether a network's layers have the places that they have in torchvision's AlexNet.
  package static func isTorchvision(_ geometry: [LayerGeometry]) -> Bool {
    let names = geometry.flatMap { layer in
      layer.parameters.compactMap { torchvision.name(of: $0, in: layer, geometry) }
    }
    let places = five("features.", [0, 3, 6, 8, 10]) + five("classifier.", [1, 4, 6])
    return names == places.flatMap { ["\($0).weight", "\($0).bias"] }
  }

  /// The name of a parameter; nil if the map has none for it.
  package func name(
    of parameter: Parameter, in layer: LayerGeometry, _ geometry: [LayerGeometry]
  ) -> String? {
    guard let place = place(of: layer, geometry) else { return nil }
    if roles.isEmpty { return "\(place).\(Self.kerasName(parameter.role, layer))" }
    return roles[parameter.role].map { "\(place).\($0)" }
  }

  private static func kerasName(_ role: Parameter.Role, _ layer: LayerGeometry) -> String {
    let isNormalization = layer.layer.kind == .batchNormalization
    return switch role {
    case .weight: isNormalization ? "gamma" : "kernel"
    case .bias: isNormalization ? "beta" : "bias"
    case .runningMean: "moving_mean"
    case .runningVariance: "moving_variance"
    }
  }

  private func place(of layer: LayerGeometry, _ geometry: [LayerGeometry]) -> String? {
    let flatten = geometry.firstIndex { $0.layer == .flatten } ?? geometry.count
    switch places {
    case .own: return layer.name
    case .chain: return "\(layer.index)"
    case .positions(let features, let classifier):
      return layer.index < flatten
        ? "\(features)\(layer.index)" : "\(classifier)\(layer.index - flatten - 1)"
    case .lists(let convolutions, let linears, let normalizations):
      let kind = layer.layer.kind
      let number = geometry[..<layer.index].count { $0.layer.kind == kind }
      let names: [String] =
        switch kind {
        case .convolution: convolutions
        case .linear: linears
        case .batchNormalization: normalizations
        default: []
        }
      return number < names.count ? names[number] : nil
    }
  }
}
