import Layers
import ReferenceEngine
import Tensors

/// An engine with a planted mistake, for tests that the mistake is found: a layer replaced by
/// another, or a value altered after computing it.
package struct MutantEngine: Engine {
  package let name = "mutant"
  private let base: any Engine
  private let layers: @Sendable ([Layer]) -> [Layer]
  private let wrap: @Sendable (any Plan, Retention) -> any Plan

  /// An engine whose plans are wrapped in plans that make a mistake. The wrapped plan keeps all
  /// values, so that any of them can be read.
  package init(
    base: any Engine = ReferenceEngine(),
    layers: @escaping @Sendable ([Layer]) -> [Layer] = { $0 },
    wrap: @escaping @Sendable (any Plan, Retention) -> any Plan
  ) {
    (self.base, self.layers, self.wrap) = (base, layers, wrap)
  }

  /// An engine that alters a layer's results: the first argument is the layer's index.
  package init(
    base: any Engine = ReferenceEngine(),
    layers: @escaping @Sendable ([Layer]) -> [Layer] = { $0 },
    output: @escaping @Sendable (Int, Tensor) -> Tensor = { $1 },
    inputGradient: @escaping @Sendable (Int, Tensor) -> Tensor = { $1 },
    parameterGradients: @escaping @Sendable (Int, [Tensor]) -> [Tensor] = { $1 }
  ) {
    self.init(base: base, layers: layers) { plan, _ in
      AlteringPlan(plan, output, inputGradient, parameterGradients)
    }
  }

  package func prepare(
    _ layers: [Layer], input: Shape, mode: Mode, keeping: Retention
  ) throws -> any Plan {
    wrap(try base.prepare(self.layers(layers), input: input, mode: mode), keeping)
  }
}

private final class AlteringPlan: ForwardingPlan {
  private let output: (Int, Tensor) -> Tensor
  private let inputGradient: (Int, Tensor) -> Tensor
  private let parameterGradients: (Int, [Tensor]) -> [Tensor]

  init(
    _ base: any Plan, _ output: @escaping (Int, Tensor) -> Tensor,
    _ inputGradient: @escaping (Int, Tensor) -> Tensor,
    _ parameterGradients: @escaping (Int, [Tensor]) -> [Tensor]
  ) {
    (self.output, self.inputGradient) = (output, inputGradient)
    self.parameterGradients = parameterGradients
    super.init(base)
  }

  override func output(of layer: Int) -> Tensor? {
    base.output(of: layer).map { output(layer, $0) }
  }
  override func inputGradient(of layer: Int) -> Tensor? {
    base.inputGradient(of: layer).map { inputGradient(layer, $0) }
  }
  override func parameterGradients(of layer: Int) -> [Tensor] {
    parameterGradients(layer, base.parameterGradients(of: layer))
  }
}
