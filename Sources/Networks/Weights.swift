import Layers
import Tensors

/// The parameters of a network, made when they are first asked for.
///
/// A layer's initial weights depend on its name, its initialization and the seed alone, so that
/// changing one layer of a network leaves the weights of the others as they were.
public struct Weights: Sendable {
  /// The seed of the weights that are drawn.
  public let seed: UInt64
  /// What was made, or loaded, so far: by layer name, in the order of `Layer.parameters(for:)`.
  private var made: [String: [Tensor]] = [:]
  /// The layers whose weights came from a file or from training.
  public private(set) var loaded: Set<String> = []

  /// Weights drawn from this seed.
  public init(seed: UInt64) { self.seed = seed }

  /// Whether every layer of the network that has parameters got them from a file or from training.
  public func isTrained(_ geometry: [LayerGeometry]) -> Bool {
    let names = geometry.filter { !$0.parameters.isEmpty }.map(\.name)
    return !names.isEmpty && names.allSatisfy(loaded.contains)
  }

  /// The parameters of a layer, drawn now if they have not been before.
  ///
  /// - Throws: `Cancelled`.
  public mutating func parameters(
    of layer: LayerGeometry, initialization: Initialization?, cancellation: Cancellation = .never
  ) throws(Cancelled) -> [Tensor] {
    if let existing = made[layer.name], existing.map(\.shape) == layer.parameters.map(\.shape) {
      return existing
    }
    var tensors: [Tensor] = []
    for parameter in layer.parameters {
      tensors.append(
        try initial(parameter, of: layer, initialization, cancellation: cancellation))
    }
    made[layer.name] = tensors
    loaded.remove(layer.name)
    return tensors
  }

  /// Replaces the parameters of a layer by values from a file or from training.
  public mutating func set(_ parameters: [Tensor], of layer: String) {
    made[layer] = parameters
    loaded.insert(layer)
  }

  /// Forgets the parameters of a layer, so that they are drawn anew.
  public mutating func forget(_ layer: String) {
    made[layer] = nil
    loaded.remove(layer)
  }

  private func initial(
    _ parameter: Parameter, of layer: LayerGeometry, _ initialization: Initialization?,
    cancellation: Cancellation
  ) throws(Cancelled) -> Tensor {
    if case .batchNormalization = layer.layer {
      let isOne = parameter.role == .weight || parameter.role == .runningVariance
      return Tensor(repeating: isOne ? 1 : 0, shape: parameter.shape)
    }
    let initialization = initialization ?? Initialization(deviation: 0.01)
    switch parameter.role {
    case .weight:
      let stream = CounterRandom("\(layer.name).\(parameter.name)", seed: seed)
      return try Tensor(
        normal: parameter.shape, deviation: initialization.deviation, random: stream,
        cancellation: cancellation)
    case .bias: return Tensor(repeating: Float(initialization.bias), shape: parameter.shape)
    case .runningMean, .runningVariance:
      preconditionFailure("Only batch normalization keeps running statistics.")
    }
  }
}
