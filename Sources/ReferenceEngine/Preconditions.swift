import Layers
import Tensors

/// A layer's output shape; stops the program if a kernel is called with an input or parameters that
/// don't fit, which `Layer` would have reported.
func outputShape(of layer: Layer, _ input: Shape, parameters: [Shape] = []) -> Shape {
  do {
    let needed = try layer.parameters(for: input).map(\.shape)
    precondition(
      parameters == needed,
      "A layer of the kind \(layer.kind) on \(input) takes parameters \(needed), not \(parameters)."
    )
    return try layer.outputShape(for: input)
  } catch {
    preconditionFailure("A layer of the kind \(layer.kind) cannot take \(input): \(error).")
  }
}

/// Stops the program if a gradient doesn't have the shape of its tensor.
func requireGradient(_ g: Tensor, of shape: Shape) {
  precondition(g.shape == shape, "The gradient is \(g.shape), but its tensor is \(shape).")
}
