import Layers
import Tensors

/// One kernel computed wrongly on purpose. A function returns nil to leave a layer to the
/// reference.
protocol Mistake: Sendable {
  /// A layer's output.
  ///
  /// - Parameters:
  ///   - x: the layer's input.
  ///   - parameters: the layer's parameters, in the order of `Layer.parameters(for:)`.
  ///   - shape: of the output.
  func output(
    of layer: Layer, _ x: Tensor, parameters: [Tensor], shape: Shape, cancellation: Cancellation
  ) throws(Cancelled) -> Tensor?

  /// ∂L/∂x.
  ///
  /// - Parameters:
  ///   - g: ∂L/∂y, in the shape of the layer's output.
  ///   - x: its input.
  ///   - parameters: the layer's.
  func inputGradient(
    of layer: Layer, _ g: Tensor, input x: Tensor, parameters: [Tensor], cancellation: Cancellation
  ) throws(Cancelled) -> Tensor?

  /// ∂L/∂bias of this batch alone.
  ///
  /// - Parameter g: ∂L/∂y, in the shape of the layer's output.
  func biasGradient(
    of layer: Layer, _ g: Tensor, cancellation: Cancellation
  ) throws(Cancelled) -> Tensor?

  /// A parameter and the optimizer's memory for it, after one step.
  ///
  /// - Parameters:
  ///   - w: the parameter.
  ///   - memory: the optimizer's memory, in the parameter's shape; empty before the first step.
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
