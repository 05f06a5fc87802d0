import Basics
import Tensors

/// Whether layers behave as in training or as at test time.
public enum Mode: String, Hashable, Sendable, CaseIterable {
  /// Dropout passes everything; batch normalization uses its running statistics.
  case inference
  /// Dropout applies its mask; batch normalization uses the batch's statistics.
  case training
}

/// What can be read from a plan after it has run.
public enum Retention: String, Hashable, Sendable, CaseIterable {
  /// Every layer's output and input gradient.
  case everything
  /// The last layer's output and, in training, the parameter gradients: an engine may fuse the
  /// layers between, and needn't compute the gradient of the chain's input. In inference it can't
  /// run backward.
  case outputsOnly
}

/// A way to compute layers.
///
/// The reference engine defines each operation; other engines are faster, and are checked against
/// it and against the golden values.
public protocol Engine: Sendable {
  /// The name that users choose it by.
  var name: String { get }

  /// The name with the version and threads, if it has any.
  var title: String { get }

  /// How exact the operands of its products are. In bfloat16 it makes plans for inference, which run
  /// forward only.
  var precision: Precision { get }

  /// Whether a plan that keeps only its last output computes differently from one that keeps
  /// everything, for example by fusing layers. If so, both are verified.
  var dependsOnRetention: Bool { get }

  /// Prepares a chain of layers to run.
  ///
  /// - Parameters:
  ///   - layers: the chain; the output of each layer is the input of the next.
  ///   - input: the shape of the first layer's input, N×C×H×W or N×F.
  ///   - mode: training or inference.
  ///   - keeping: what will be read.
  /// - Throws: `ShapeError` if a layer can't take its input, `Unsupported` if this engine can't compute
  ///   a layer.
  func prepare(
    _ layers: [Layer], input: Shape, mode: Mode, keeping: Retention
  ) throws -> any Plan
}

extension Engine {
  /// The name, with the precision unless it is Float.
  public var title: String { precision == .float ? name : "\(name), \(precision.rawValue)" }

  /// Float.
  public var precision: Precision { .float }

  /// True, so that both ways are verified unless an engine says otherwise.
  public var dependsOnRetention: Bool { true }

  /// Prepares a chain of layers to run; every output and gradient can be read.
  ///
  /// - Throws: `ShapeError` if a layer can't take its input, `Unsupported` if this engine can't compute
  ///   a layer.
  public func prepare(_ layers: [Layer], input: Shape, mode: Mode) throws -> any Plan {
    try prepare(layers, input: input, mode: mode, keeping: .everything)
  }
}

/// Thrown by an engine that can't compute a layer; another engine may be able to.
public struct Unsupported: DescribedError, Hashable, Sendable {
  /// The engine's name.
  public let engine: String
  /// The position in the chain of the layer that the engine can't compute.
  public let layer: Int
  /// Why, in words.
  public let reason: String

  /// The engine of this name can't compute the layer at this position.
  public init(engine: String, layer: Int, reason: String) {
    self.engine = engine
    self.layer = layer
    self.reason = reason
  }

  /// `the onednn engine can't compute this: …`.
  public var message: String { "the \(engine) engine can't compute this: \(reason)" }
  /// Always `.network`.
  public var kind: ErrorKind { .network }
}

/// A chain of layers that an engine has prepared for one input shape. It runs them, owns the
/// memory, and hands out any layer's output or gradient in plain row-major order.
///
/// Layers are addressed by their position in the chain. The order of use: `setParameters` for each
/// layer that has some, `setInput`, `forward`, then, if needed, `loss`, `backward`, gradients.
public protocol Plan: AnyObject {
  /// The chain.
  var layers: [Layer] { get }

  /// The output shape of each layer, with the batch.
  var outputShapes: [Shape] { get }

  /// Gives a layer its parameters, in the order of `Layer.parameters(for:)`.
  func setParameters(_ parameters: [Tensor], of layer: Int)

  /// A layer's current parameters: training also changes running statistics. A plan in bfloat16 may give
  /// them rounded.
  func parameters(of layer: Int) -> [Tensor]

  /// Freezes these layers and no others, from the next forward pass on. A frozen layer's parameters
  /// get no gradients; batch normalization then uses its running statistics, also in training, and
  /// leaves them as they are.
  ///
  /// The backward pass ends at the lowest layer with parameters that isn't frozen: neither its input
  /// nor layers below have gradients. If every layer with parameters is frozen, it runs to the chain's
  /// input as usual.
  ///
  /// - Parameter layers: positions in the chain; layers without parameters may be among them.
  func freeze(_ layers: Set<Int>)

  /// Gives a dropout layer its mask of zeros and ones, in the shape of its input.
  func setMask(_ mask: Tensor, of layer: Int)

  /// Gives the first layer its input.
  func setInput(_ input: Tensor)

  /// Runs a range of layers; all layers before them must have run on this input.
  ///
  /// - Throws: `Cancelled`, after which the layer that was running has no output.
  func forward(_ range: Range<Int>, cancellation: Cancellation) throws

  /// A layer's output; nil if it hasn't run, or if the engine fused it with the next layer.
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
  /// - Parameters:
  ///   - gradient: ∂L/∂y, in the shape of the last output.
  ///   - cancellation: polled while computing.
  /// - Throws: `Cancelled`, after which every gradient is forgotten.
  func backward(from gradient: Tensor, cancellation: Cancellation) throws

  /// The gradient with respect to a layer's input; that of layer 0 is the chain's input. Nil before
  /// `backward`.
  func inputGradient(of layer: Int) -> Tensor?

  /// The gradients of a layer's trainable parameters, in the order of `Layer.parameters(for:)`;
  /// empty if it has none or is frozen, or before `backward`.
  func parameterGradients(of layer: Int) -> [Tensor]

  /// Forgets the parameter gradients that have accumulated.
  func clearGradients()

  /// Makes one step of an optimizer: moves every trainable parameter by the gradient that has
  /// accumulated. Outputs and gradients stay as they were before the step until the layers run
  /// again.
  ///
  /// - Parameter rules: for each layer one rule for each trainable parameter, in the order of
  ///   `Layer.parameters(for:)`; nil leaves a parameter as it is. Frozen layers take only nil.
  func update(_ rules: [[UpdateRule?]])

  /// What the optimizer keeps for each trainable parameter of a layer, `UpdateRule.memories` tensors
  /// in the parameter's shape; no tensors before the first step.
  func optimizerMemory(of layer: Int) -> [[Tensor]]

  /// Restores what the optimizer kept for each trainable parameter of a layer.
  func setOptimizerMemory(_ memory: [[Tensor]], of layer: Int)

  /// Calls a closure with the gradient of each of a layer's trainable parameters, to change it in
  /// place; never if `parameterGradients(of:)` is empty.
  ///
  /// The order of the numbers in a gradient is the engine's own. It is the same in every plan of the
  /// same chain and input shape, so the gradients of several plans can be added number by number.
  func withParameterGradients(
    of layer: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Void)
}

extension Plan {
  /// Runs every layer.
  ///
  /// - Throws: `Cancelled`.
  public func forward(cancellation: Cancellation = .never) throws {
    try forward(layers.indices, cancellation: cancellation)
  }

  /// The layer at which the backward pass ends if these are frozen: the lowest of the others that has
  /// parameters. Nil if nothing is frozen, or everything: then it ends at the chain's input.
  package func lowestTrained(freezing frozen: Set<Int>) -> Int? {
    frozen.isEmpty
      ? nil : layers.indices.first { layers[$0].weighted != nil && !frozen.contains($0) }
  }
}
