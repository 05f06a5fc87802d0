import Layers
import Tensors

/// One input (an image or a batch) run through a network, a layer at a time.
///
/// A trace owns an engine's plan and hands it each layer's weights just before they are needed.
public final class Trace {
  /// The network.
  public let network: Network
  /// The shapes and parameters of its layers, for the input's batch.
  public let geometry: [LayerGeometry]
  /// The first layer's input, N×C×H×W.
  public let input: Tensor
  /// Whether layers behave as in training or as at test time.
  public let mode: Mode
  /// The masks (zeros and ones) of dropout layers, by the layer's position.
  public private(set) var masks: [Int: Tensor] = [:]
  /// How many layers have run: the position of the next one.
  public private(set) var position = 0
  /// The classes whose loss the gradients belong to, once `backward` has run.
  public private(set) var backwardLabels: [Int]?

  private let plan: any Plan
  /// Layers whose weights the plan has.
  private var supplied: Set<Int> = []

  /// A trace of `input` through a network; no layer has run so far.
  ///
  /// - Throws: `NetworkShapeError`, or `Unsupported` if the engine can't compute a layer.
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
  /// - Returns: the layer that ran, or nil if all have.
  /// - Throws: `Cancelled`, and whatever the engine throws; the position then stays the same.
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

  /// Goes back to a layer that has run: later steps run it and the following layers again.
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

  /// A layer's output; nil if it hasn't run.
  public func output(of layer: Int) -> Tensor? {
    layer < position ? plan.output(of: layer) : nil
  }

  /// A layer's input; nil if the layer before hasn't run.
  public func input(of layer: Int) -> Tensor? { layer == 0 ? input : output(of: layer - 1) }

  /// A layer's parameters, in the order of `Layer.parameters(for:)`; nil before it has run.
  public func parameters(of layer: Int) -> [Tensor]? {
    supplied.contains(layer) ? plan.parameters(of: layer) : nil
  }

  /// The gradient with respect to a layer's input; nil before `backward`.
  public func inputGradient(of layer: Int) -> Tensor? {
    backwardLabels == nil ? nil : plan.inputGradient(of: layer)
  }

  /// The gradient with respect to a layer's output; nil before `backward`, and for the last layer.
  public func outputGradient(of layer: Int) -> Tensor? {
    layer + 1 < geometry.count ? inputGradient(of: layer + 1) : nil
  }

  /// The gradients of a layer's trainable parameters; nil before `backward`.
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
