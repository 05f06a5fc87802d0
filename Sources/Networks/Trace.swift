import Layers
import Tensors

/// One picture on its way through a network, a layer at a time.
///
/// A trace owns an engine's plan and hands it each layer's weights just before they are needed.
public final class Trace {
  /// The network.
  public let network: Network
  /// Its layers in their places, for the batch of the input.
  public let geometry: [LayerGeometry]
  /// What arrived at the first layer, N×C×H×W.
  public let input: Tensor
  /// Whether layers behave as while learning, or as at test.
  public let mode: Mode
  /// The masks of zeros and ones that dropout layers were given, by the layer's position.
  public private(set) var masks: [Int: Tensor] = [:]
  /// How many layers have run: the position of the next one.
  public private(set) var position = 0
  /// The class whose loss was followed backward, once `backward` has run.
  public private(set) var backwardLabels: [Int]?

  private let plan: any Plan
  /// Layers whose weights the plan has.
  private var supplied: Set<Int> = []

  /// A trace of `input` through a network, nothing run yet.
  ///
  /// - Throws: `NetworkMisfit`, or `Unsupported` where the engine cannot compute a layer.
  public init(network: Network, engine: any Engine, input: Tensor, mode: Mode = .inference) throws {
    precondition(
      input.shape == network.input.shape(batch: input.shape.n),
      "\(network.name) takes \(network.input.shape()), not \(input.shape).")
    geometry = try network.geometry(batch: input.shape.n)
    plan = try engine.prepare(network.layers.map(\.layer), input: input.shape, mode: mode)
    plan.setInput(input)
    self.network = network
    self.input = input
    self.mode = mode
  }

  /// Gives a dropout layer the mask it applies in training, in the shape of its input.
  public func setMask(_ mask: Tensor, of layer: Int) {
    plan.setMask(mask, of: layer)
    masks[layer] = mask
  }

  /// The layer that runs next, or nil after the last.
  public var next: LayerGeometry? { position < geometry.count ? geometry[position] : nil }

  /// Runs the next layer.
  ///
  /// - Returns: the layer that ran, or nil where all have.
  /// - Throws: `Cancelled`, and whatever the engine throws; the position then stays.
  @discardableResult
  public func step(
    weights: inout Weights, cancellation: Cancellation = .never
  ) throws -> LayerGeometry? {
    guard let layer = next else { return nil }
    try supply(layer, weights: &weights, cancellation: cancellation)
    try plan.forward(position..<position + 1, cancellation: cancellation)
    position += 1
    return layer
  }

  /// Makes a layer that has run the last one that has: those after it run again when asked.
  public func rewind(to position: Int) {
    precondition((0...self.position).contains(position), "A trace rewinds to a layer that has run.")
    self.position = position
    backwardLabels = nil
  }

  /// Runs all layers backward from the softmax cross-entropy of the labels.
  ///
  /// - Throws: `Cancelled`, and whatever the engine throws.
  public func backward(labels: [Int], cancellation: Cancellation = .never) throws {
    precondition(position == geometry.count, "Backward follows a whole forward pass.")
    backwardLabels = nil
    plan.clearGradients()
    try plan.backward(labels: labels, cancellation: cancellation)
    backwardLabels = labels
  }

  /// The softmax cross-entropy of the labels, in nats.
  public func loss(labels: [Int]) -> Double {
    precondition(position == geometry.count, "A loss follows a whole forward pass.")
    return plan.loss(labels: labels)
  }

  /// What left a layer; nil where it has not run.
  public func output(of layer: Int) -> Tensor? {
    layer < position ? plan.output(of: layer) : nil
  }

  /// What arrived at a layer; nil where the one before it has not run.
  public func input(of layer: Int) -> Tensor? { layer == 0 ? input : output(of: layer - 1) }

  /// A layer's parameters, in the order of `Layer.parameters(for:)`; nil before it has run.
  public func parameters(of layer: Int) -> [Tensor]? {
    supplied.contains(layer) ? plan.parameters(of: layer) : nil
  }

  /// ∂L/∂ what arrived at a layer; nil before `backward`.
  public func inputGradient(of layer: Int) -> Tensor? {
    backwardLabels == nil ? nil : plan.inputGradient(of: layer)
  }

  /// ∂L/∂ what left a layer; nil before `backward`, and for the last layer.
  public func outputGradient(of layer: Int) -> Tensor? {
    layer + 1 < geometry.count ? inputGradient(of: layer + 1) : nil
  }

  /// ∂L/∂ a layer's trainable parameters; nil before `backward`.
  public func parameterGradients(of layer: Int) -> [Tensor]? {
    backwardLabels == nil ? nil : plan.parameterGradients(of: layer)
  }

  private func supply(
    _ layer: LayerGeometry, weights: inout Weights, cancellation: Cancellation
  ) throws {
    guard !layer.parameters.isEmpty, !supplied.contains(layer.index) else { return }
    let tensors = try weights.parameters(
      of: layer, initialization: network.layers[layer.index].initialization,
      cancellation: cancellation)
    plan.setParameters(tensors, of: layer.index)
    supplied.insert(layer.index)
  }
}
