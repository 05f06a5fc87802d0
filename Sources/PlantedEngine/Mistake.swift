import Layers
import Tensors

/// One kernel computed wrongly on purpose. Each function gives nil where it leaves a layer to the
/// reference.
protocol Mistake: Sendable {
  /// What leaves a layer.
  ///
  /// - Parameters:
  ///   - x: what arrived at the layer.
  ///   - parameters: the layer's, in the order of `Layer.parameters(for:)`.
  ///   - shape: of what leaves.
  func output(
    of layer: Layer, _ x: Tensor, parameters: [Tensor], shape: Shape, cancellation: Cancellation
  ) throws(Cancelled) -> Tensor?

  /// ∂L/∂x.
  ///
  /// - Parameters:
  ///   - g: ∂L/∂y, in the shape of what left the layer.
  ///   - x: what arrived at it.
  ///   - parameters: the layer's.
  func inputGradient(
    of layer: Layer, _ g: Tensor, input x: Tensor, parameters: [Tensor], cancellation: Cancellation
  ) throws(Cancelled) -> Tensor?

  /// ∂L/∂bias, of this batch alone.
  ///
  /// - Parameter g: ∂L/∂y, in the shape of what left the layer.
  func biasGradient(
    of layer: Layer, _ g: Tensor, cancellation: Cancellation
  ) throws(Cancelled) -> Tensor?

  /// A parameter and what the optimizer keeps for it, after one step.
  ///
  /// - Parameters:
  ///   - w: the parameter.
  ///   - memory: what was kept, in its shape; empty before the first step.
  ///   - g: ∂L/∂w.
  func step(
    _ rule: UpdateRule, _ w: Tensor, memory: [Tensor], gradient g: Tensor
  ) -> (weights: Tensor, memory: [Tensor])?
}

extension Mistake {
  func output(
    of layer: Layer, _ x: Tensor, parameters: [Tensor], shape: Shape, cancellation: Cancellation
  ) throws(Cancelled) -> Tensor? { nil }

  func inputGradient(
    of layer: Layer, _ g: Tensor, input x: Tensor, parameters: [Tensor], cancellation: Cancellation
  ) throws(Cancelled) -> Tensor? { nil }

  func biasGradient(
    of layer: Layer, _ g: Tensor, cancellation: Cancellation
  ) throws(Cancelled) -> Tensor? { nil }

  func step(
    _ rule: UpdateRule, _ w: Tensor, memory: [Tensor], gradient g: Tensor
  ) -> (weights: Tensor, memory: [Tensor])? { nil }
}
