import Layers
import Tensors

/// A plan that forwards everything to another plan. Subclasses override what they should get wrong.
open class ForwardingPlan: Plan {
  /// The plan that computes.
  public let base: any Plan

  /// A plan that forwards to `base`.
  public init(_ base: any Plan) { self.base = base }

  open var layers: [Layer] { base.layers }
  open var outputShapes: [Shape] { base.outputShapes }
  open func setParameters(_ parameters: [Tensor], of layer: Int) {
    base.setParameters(parameters, of: layer)
  }
  open func parameters(of layer: Int) -> [Tensor] { base.parameters(of: layer) }
  open func freeze(_ layers: Set<Int>) { base.freeze(layers) }
  open func setMask(_ mask: Tensor, of layer: Int) { base.setMask(mask, of: layer) }
  open func setInput(_ input: Tensor) { base.setInput(input) }
  open func forward(_ range: Range<Int>, cancellation: Cancellation) throws {
    try base.forward(range, cancellation: cancellation)
  }
  open func output(of layer: Int) -> Tensor? { base.output(of: layer) }
  open func loss(labels: [Int]) -> Double { base.loss(labels: labels) }
  open func backward(labels: [Int], cancellation: Cancellation) throws {
    try base.backward(labels: labels, cancellation: cancellation)
  }
  open func backward(from gradient: Tensor, cancellation: Cancellation) throws {
    try base.backward(from: gradient, cancellation: cancellation)
  }
  open func inputGradient(of layer: Int) -> Tensor? { base.inputGradient(of: layer) }
  open func parameterGradients(of layer: Int) -> [Tensor] { base.parameterGradients(of: layer) }
  open func withParameterGradients(
    of layer: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Void
  ) { base.withParameterGradients(of: layer, body) }
  open func clearGradients() { base.clearGradients() }
  open func update(_ rules: [[UpdateRule?]]) { base.update(rules) }
  open func optimizerMemory(of layer: Int) -> [[Tensor]] { base.optimizerMemory(of: layer) }
  open func setOptimizerMemory(_ memory: [[Tensor]], of layer: Int) {
    base.setOptimizerMemory(memory, of: layer)
  }
}
