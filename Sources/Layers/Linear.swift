import Tensors

/// A fully connected layer: y = W·x + b, from N×I to N×O. Weights are O×I.
public struct Linear: Hashable, Sendable {
  /// O, the number of outputs.
  public var outputs: Int
  /// I, the number of inputs that the layer was declared for; nil accepts any.
  public var inputs: Int?

  /// A fully connected layer with `outputs` outputs.
  public init(outputs: Int, inputs: Int? = nil) {
    self.outputs = outputs
    self.inputs = inputs
  }

  func outputShape(for input: Shape) throws(ShapeError) -> Shape {
    guard input.rank == 2 else { throw .rank(needs: 2, arriving: input) }
    try requireCount("outputs", outputs)
    try requireInputs(declared: inputs, arriving: input.c)
    _ = try Shape([outputs, input.c]).checked()
    return try Shape([input.n, outputs]).checked()
  }

  func parameters(for input: Shape) -> [Parameter] {
    [
      Parameter(.weight, [outputs, input.c], fanIn: input.c),
      Parameter(.bias, [outputs], fanIn: input.c),
    ]
  }
}
