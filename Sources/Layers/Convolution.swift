import Tensors

/// A convolution (cross-correlation) of O filters over the rows and columns of N×C×H×W.
public struct Convolution: Hashable, Sendable {
  /// O, the number of filters: the output channels.
  public var filters: Int
  /// The geometry. Rounded up, the last window runs past the far edge over zeros.
  public var window: Window
  /// How many groups the channels are split into; each group of filters sees one group of inputs.
  public var groups: Int
  /// The input channels that the layer was declared for; nil accepts any number.
  public var inputs: Int?

  /// A convolution of `filters` filters with this geometry.
  public init(filters: Int, window: Window, groups: Int = 1, inputs: Int? = nil) {
    self.filters = filters
    self.window = window
    self.groups = groups
    self.inputs = inputs
  }

  func outputShape(for input: Shape) throws(ShapeError) -> Shape {
    try input.requireMap()
    try requireCount("filters", filters)
    try requireInputs(declared: inputs, arriving: input.c)
    guard (1...ShapeError.largest).contains(groups) else {
      throw .range("groups", groups, least: 1)
    }
    guard input.c % groups == 0 else { throw .groups(groups, channels: input.c, of: .input) }
    guard filters % groups == 0 else { throw .groups(groups, channels: filters, of: .output) }
    let output = Shape([input.n, filters, try window.outputs(input.h), try window.outputs(input.w)])
    // The weights are checked too, so that no product of their sizes overflows later.
    _ = try Shape([filters, input.c / groups, window.kernel, window.kernel]).checked()
    return try output.checked()
  }

  func parameters(for input: Shape) -> [Parameter] {
    let perGroup = input.c / groups
    let fanIn = perGroup * window.kernel * window.kernel
    return [
      Parameter(.weight, [filters, perGroup, window.kernel, window.kernel], fanIn: fanIn),
      Parameter(.bias, [filters], fanIn: fanIn),
    ]
  }

  func multiplyAdds(input: Shape, output: Shape) -> Int {
    output.count * (input.c / groups) * window.kernel * window.kernel
  }
}

/// Checks a number of filters, outputs or channels.
func requireCount(_ name: String, _ value: Int) throws(ShapeError) {
  guard (1...ShapeError.largest).contains(value) else { throw .range(name, value, least: 1) }
}

/// Checks the input channels, or features, that a layer was declared for.
func requireInputs(declared: Int?, arriving: Int) throws(ShapeError) {
  if let declared, declared != arriving { throw .inputs(declared: declared, arriving: arriving) }
}
