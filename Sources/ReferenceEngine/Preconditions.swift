import Layers
import Tensors

/// The shape that leaves a layer; stops the program where a kernel is called with an input or with
/// parameters that do not fit, which `Layer` would have said before.
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

/// Stops the program where a gradient is not in the shape of what it is the gradient of.
func requireGradient(_ g: Tensor, of shape: Shape) {
  precondition(g.shape == shape, "The gradient is \(g.shape), and what it belongs to is \(shape).")
}
