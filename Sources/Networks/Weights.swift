import Basics
import Layers
import Tensors

/// The parameters of a network, drawn when they are first needed.
///
/// A layer's initial weights depend only on its name, its initialization and the seed, so changing
/// one layer of a network doesn't change the weights of the others. Copies are cheap: to return to
/// earlier weights, keep a copy.
public struct Weights: Sendable {
  /// The parameters of one layer, in the order of `Layer.parameters(for:)`.
  private struct Entry {
    var tensors: [Tensor]
    /// Their initialization; nil if it wasn't given with them.
    var initialization: Initialization??
    /// Whether they came from a file or from training.
    var isLoaded: Bool

    func fits(_ layer: LayerGeometry, _ initialization: Initialization?) -> Bool {
      guard tensors.map(\.shape) == layer.parameters.map(\.shape) else { return false }
      return self.initialization.map { $0 == initialization } ?? true
    }
  }

  /// The seed that weights are drawn from.
  public private(set) var seed: UInt64
  /// What has been drawn or loaded so far, by the layers' names.
  private var entries: [String: Entry] = [:]

  /// Weights drawn from this seed.
  public init(seed: UInt64) { self.seed = seed }

  /// Draws from another seed from now on. What came from a file or from training stays.
  public mutating func reseed(_ seed: UInt64) {
    self.seed = seed
    entries = entries.filter(\.value.isLoaded)
  }

  /// The layers whose weights came from a file or from training.
  public var loaded: Set<String> { Set(entries.filter(\.value.isLoaded).keys) }

  /// Whether every layer of the network that has parameters got them from a file or from training.
  public func isTrained(_ geometry: [LayerGeometry]) -> Bool {
    geometry.contains { !$0.parameters.isEmpty } && untrained(geometry).isEmpty
  }

  /// The layers whose parameters are drawn: those with parameters that have none from a file or from
  /// training, or of another shape.
  public func untrained(_ geometry: [LayerGeometry]) -> [LayerGeometry] {
    geometry.filter { layer in
      guard !layer.parameters.isEmpty else { return false }
      guard let entry = entries[layer.name], entry.isLoaded else { return true }
      return entry.tensors.map(\.shape) != layer.parameters.map(\.shape)
    }
  }

  /// The parameters of a layer, drawn now if they haven't been, or if its shapes or its
  /// initialization have changed.
  ///
  /// - Throws: `Cancelled`; `MemoryShortage` if they wouldn't fit in memory.
  public mutating func parameters(
    of layer: LayerGeometry, initialization: Initialization?, cancellation: Cancellation = .never
  ) throws -> [Tensor] {
    if let made = made(of: layer, initialization) { return made }
    var tensors: [Tensor] = []
    for parameter in layer.parameters {
      tensors.append(
        try initial(parameter, of: layer, initialization, cancellation: cancellation))
    }
    entries[layer.name] = Entry(
      tensors: tensors, initialization: .some(initialization), isLoaded: false)
    return tensors
  }

  /// The drawn or loaded parameters of a layer; nil if it has none so far.
  func made(of layer: LayerGeometry, _ initialization: Initialization?) -> [Tensor]? {
    guard let entry = entries[layer.name], entry.fits(layer, initialization) else { return nil }
    return entry.tensors
  }

  /// Gives a plan of the whole network the parameters of every layer, drawing the missing ones.
  ///
  /// - Throws: `Cancelled`, `MemoryShortage`.
  public mutating func supply(
    _ plan: any Plan, of network: Network, _ geometry: [LayerGeometry],
    cancellation: Cancellation = .never
  ) throws {
    for layer in geometry where !layer.parameters.isEmpty {
      plan.setParameters(
        try parameters(
          of: layer, initialization: network.layers[layer.index].initialization,
          cancellation: cancellation),
        of: layer.index)
    }
  }

  /// Replaces the parameters of a layer by values from a file or from training; a later change of
  /// its initialization doesn't affect them.
  public mutating func set(_ parameters: [Tensor], of layer: String) {
    entries[layer] = Entry(tensors: parameters, initialization: nil, isLoaded: true)
  }

  /// Replaces the parameters of a layer by values from a file or from training; if its
  /// initialization changes later, new ones are drawn instead.
  public mutating func set(_ parameters: [Tensor], of layer: NamedLayer) {
    entries[layer.name] = Entry(
      tensors: parameters, initialization: .some(layer.initialization), isLoaded: true)
  }

  /// Puts one number into a parameter that has been drawn or loaded; where the others came from stays known.
  public mutating func put(
    _ value: Float, at index: [Int], ofParameter place: Int, of layer: String
  ) {
    entries[layer]?.tensors[place][index] = value
  }

  /// A parameter's initial values.
  func initial(
    _ parameter: Parameter, of layer: LayerGeometry, _ initialization: Initialization?,
    cancellation: Cancellation
  ) throws -> Tensor {
    let needed = ByteCount(floats: parameter.shape.count)
    if needed > .worthChecking {
      try Memory.require(
        needed, for: "\(layer.name(of: parameter)), \(parameter.shape),",
        hint: "fewer outputs or a smaller network need less")
    }
    if case .batchNormalization = layer.layer {
      let isOne = parameter.role == .weight || parameter.role == .runningVariance
      return Tensor(repeating: isOne ? 1 : 0, shape: parameter.shape)
    }
    let initialization = initialization ?? .standard
    switch parameter.role {
    case .weight:
      let stream = CounterRandom("untrained \(layer.name(of: parameter))", seed: seed)
      return try Tensor(
        normal: parameter.shape, deviation: initialization.deviation, random: stream,
        cancellation: cancellation)
    case .bias: return Tensor(repeating: Float(initialization.bias), shape: parameter.shape)
    case .runningMean, .runningVariance:
      preconditionFailure("Only batch normalization keeps running statistics.")
    }
  }
}
