import Layers
import Tensors

/// An engine with something wrong in it: a layer taken for another, or a value altered on its way out.
struct MutantEngine: Engine {
  let base: any Engine
  var layers: @Sendable ([Layer]) -> [Layer] = { $0 }
  var output: @Sendable (Int, Tensor) -> Tensor = { $1 }
  var inputGradient: @Sendable (Int, Tensor) -> Tensor = { $1 }
  var parameterGradients: @Sendable (Int, [Tensor]) -> [Tensor] = { $1 }

  var name: String { "mutant" }

  func prepare(
    _ layers: [Layer], input: Shape, mode: Mode, keeping: Keeping
  ) throws -> any Plan {
    MutantPlan(
      try base.prepare(self.layers(layers), input: input, mode: mode, keeping: keeping), self)
  }
}

private final class MutantPlan: Plan {
  private let base: any Plan
  private let mutant: MutantEngine

  init(_ base: any Plan, _ mutant: MutantEngine) { (self.base, self.mutant) = (base, mutant) }

  var layers: [Layer] { base.layers }
  var outputShapes: [Shape] { base.outputShapes }
  func setParameters(_ parameters: [Tensor], of layer: Int) {
    base.setParameters(parameters, of: layer)
  }
  func parameters(of layer: Int) -> [Tensor] { base.parameters(of: layer) }
  func setMask(_ mask: Tensor, of layer: Int) { base.setMask(mask, of: layer) }
  func setInput(_ input: Tensor) { base.setInput(input) }
  func forward(_ range: Range<Int>, cancellation: Cancellation) throws {
    try base.forward(range, cancellation: cancellation)
  }
  func output(of layer: Int) -> Tensor? {
    base.output(of: layer).map { mutant.output(layer, $0) }
  }
  func loss(labels: [Int]) -> Double { base.loss(labels: labels) }
  func backward(labels: [Int], cancellation: Cancellation) throws {
    try base.backward(labels: labels, cancellation: cancellation)
  }
  func backward(from gradient: Tensor, cancellation: Cancellation) throws {
    try base.backward(from: gradient, cancellation: cancellation)
  }
  func inputGradient(of layer: Int) -> Tensor? {
    base.inputGradient(of: layer).map { mutant.inputGradient(layer, $0) }
  }
  func parameterGradients(of layer: Int) -> [Tensor] {
    mutant.parameterGradients(layer, base.parameterGradients(of: layer))
  }
  func clearGradients() { base.clearGradients() }
  func update(_ rules: [[UpdateRule?]]) { base.update(rules) }
  func optimizerMemory(of layer: Int) -> [[Tensor]] { base.optimizerMemory(of: layer) }
  func setOptimizerMemory(_ memory: [[Tensor]], of layer: Int) {
    base.setOptimizerMemory(memory, of: layer)
  }
}
