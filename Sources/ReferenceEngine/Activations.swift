import Layers
import Tensors

/// The activation of each element, by its kernel.
func activate(
  _ x: Tensor, _ activation: Activation, cancellation: Cancellation
) throws(Cancelled) -> Tensor {
  switch activation {
  case .relu: try relu(x, cancellation: cancellation)
  case .tanh: try tanh(x, cancellation: cancellation)
  case .elu(let alpha): try elu(x, alpha: alpha, cancellation: cancellation)
  }
}

/// The gradient of `activate` with respect to its input.
///
/// - Parameters:
///   - g: ∂L/∂y, in the shape of x.
///   - x: the input of the activation.
/// - Returns: ∂L/∂x; assigned, not accumulated.
func activationGradient(
  _ g: Tensor, input x: Tensor, _ activation: Activation, cancellation: Cancellation
) throws(Cancelled) -> Tensor {
  switch activation {
  case .relu: try reluGradient(g, input: x, cancellation: cancellation)
  case .tanh: try tanhGradient(g, input: x, cancellation: cancellation)
  case .elu(let alpha):
    try eluGradient(g, input: x, alpha: alpha, cancellation: cancellation)
  }
}
