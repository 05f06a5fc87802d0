import Basics
import Tensors

/// Whether layers behave as they do while learning, or as they do at test.
public enum Mode: String, Hashable, Sendable, CaseIterable {
  /// Dropout passes everything; batch normalization uses its running statistics.
  case inference
  /// Dropout applies its mask; batch normalization uses the batch's statistics.
  case training
}

/// What a plan lets one read after it has run.
public enum Keeping: String, Hashable, Sendable, CaseIterable {
  /// Every layer's output and input gradient.
  case everything
  /// The last layer's output and, in training, the parameter gradients: an engine may fuse the layers
  /// between, and need not compute the gradient of the chain's input. In inference there is no backward.
  case ends
}

/// A way to compute layers.
///
/// The reference engine says how each operation is defined; other engines are faster and are held
/// against it and against the golden values.
public protocol Engine: Sendable {
  /// The name people choose it by.
  var name: String { get }

  /// What computes, in a few words: the name with the version and threads where there are any.
  var title: String { get }

  /// Whether a plan that keeps only its ends computes in other ways than one that keeps everything, by
  /// fusing layers for example. Where it does, both ways are verified.
  var dependsOnKeeping: Bool { get }

  /// Makes ready to run a chain of layers.
  ///
  /// - Parameters:
  ///   - layers: the chain, each layer taking what the one before it gives.
  ///   - input: the shape that arrives at the first, N×C×H×W or N×F.
  ///   - mode: training or inference.
  ///   - keeping: what will be read.
  /// - Throws: `Misfit` where a layer cannot take what arrives, `Unsupported` where this engine
  ///   cannot compute one.
  func prepare(
    _ layers: [Layer], input: Shape, mode: Mode, keeping: Keeping
  ) throws -> any Plan
}

extension Engine {
  /// The name.
  public var title: String { name }

  /// True.
  public var dependsOnKeeping: Bool { true }

  /// Makes ready to run a chain of layers of which every output and gradient can be read.
  ///
  /// - Throws: `Misfit` where a layer cannot take what arrives, `Unsupported` where this engine
  ///   cannot compute one.
  public func prepare(_ layers: [Layer], input: Shape, mode: Mode) throws -> any Plan {
    try prepare(layers, input: input, mode: mode, keeping: .everything)
  }
}

/// Thrown by an engine that cannot compute a layer; another engine may.
public struct Unsupported: DescribedError, Hashable, Sendable {
  /// The engine's name.
  public let engine: String
  /// The position in the chain of the layer that it cannot compute.
  public let layer: Int
  /// Why, in words.
  public let reason: String

  /// The engine named cannot compute the layer at this position.
  public init(engine: String, layer: Int, reason: String) {
    self.engine = engine
    self.layer = layer
    self.reason = reason
  }

  /// `the onednn engine cannot compute this: …`.
  public var message: String { "the \(engine) engine cannot compute this: \(reason)" }
  /// Another network, or another engine, would do.
  public var kind: ErrorKind { .network }
}

/// A chain of layers made ready by an engine for one input shape: it runs them, owns the memory, and
/// hands out any layer's output or gradient in plain row-major order.
///
/// Layers are addressed by their position in the chain. The order of use: `setParameters` for each
/// layer that has some, `setInput`, `forward`, then (where wanted) `loss`, `backward`, gradients.
public protocol Plan: AnyObject {
  /// The chain.
  var layers: [Layer] { get }

  /// The shape that leaves each layer, with the batch.
  var outputShapes: [Shape] { get }

  /// Gives a layer its parameters, in the order of `Layer.parameters(for:)`.
  func setParameters(_ parameters: [Tensor], of layer: Int)

  /// A layer's parameters as they stand: running statistics move in training.
  func parameters(of layer: Int) -> [Tensor]

  /// Gives a dropout layer its mask of zeros and ones, in the shape of its input.
  func setMask(_ mask: Tensor, of layer: Int)

  /// Gives the first layer its input.
  func setInput(_ input: Tensor)

  /// Runs a range of layers; all layers before them must have run on this input.
  ///
  /// - Throws: `Cancelled`, after which the layer that was running has no output.
  func forward(_ range: Range<Int>, cancellation: Cancellation) throws

  /// What left a layer, or nil where it has not run, or where the engine fused it with its follower.
  func output(of layer: Int) -> Tensor?

  /// The softmax cross-entropy of the labels, averaged over the batch, in nats. The chain must end
  /// with a softmax, and must have run.
  ///
  /// - Parameter labels: one class for each element of the batch.
  func loss(labels: [Int]) -> Double

  /// Runs all layers backward from the loss of `loss(labels:)`. Parameter gradients accumulate,
  /// activation gradients are assigned.
  ///
  /// - Throws: `Cancelled`, after which every gradient is forgotten: some would be half accumulated.
  func backward(labels: [Int], cancellation: Cancellation) throws

  /// Runs all layers backward from a gradient with respect to the last layer's output.
  ///
  /// - Parameter gradient: ∂L/∂y, in the shape of the last output.
  /// - Throws: `Cancelled`, after which every gradient is forgotten.
  func backward(from gradient: Tensor, cancellation: Cancellation) throws

  /// The gradient with respect to what arrived at a layer: layer 0 gives the input's. Nil before
  /// `backward`.
  func inputGradient(of layer: Int) -> Tensor?

  /// The gradients of a layer's trainable parameters, in the order of `Layer.parameters(for:)`; empty
  /// where there are none, or before `backward`.
  func parameterGradients(of layer: Int) -> [Tensor]

  /// Forgets the parameter gradients that have accumulated.
  func clearGradients()

  /// Makes one step of an optimizer: moves every trainable parameter by the gradient that has
  /// accumulated. Outputs and gradients are those of before the step, until the layers run again.
  ///
  /// - Parameter rules: for each layer one rule for each trainable parameter, in the order of
  ///   `Layer.parameters(for:)`; nil leaves a parameter as it is.
  func update(_ rules: [[UpdateRule?]])

  /// What the optimizer keeps for each trainable parameter of a layer, `UpdateRule.memories` tensors
  /// in the parameter's shape; no tensors before the first step.
  func optimizerMemory(of layer: Int) -> [[Tensor]]

  /// Gives the optimizer what it kept for each trainable parameter of a layer, to go on from.
  func setOptimizerMemory(_ memory: [[Tensor]], of layer: Int)
}

extension Plan {
  /// Runs every layer.
  ///
  /// - Throws: `Cancelled`.
  public func forward(cancellation: Cancellation = .never) throws {
    try forward(layers.indices, cancellation: cancellation)
  }
}
