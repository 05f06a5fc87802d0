import Tensors

/// A convolution without sharing: each output position has its own filters and biases (`local` in
/// cuda-convnet). Weights are H×W×O×C×K×K and biases H×W×O, with the output's rows and columns.
public struct LocallyConnected: Hashable, Sendable {
  /// O, the filters at each position: the output channels.
  public var filters: Int
  /// The geometry. Rounded up, the last window runs past the far edge over zeros.
  public var window: Window

  /// A locally connected layer of `filters` filters per position with this geometry.
  public init(filters: Int, window: Window) {
    self.filters = filters
    self.window = window
  }

  func outputShape(for input: Shape) throws(ShapeError) -> Shape {
    try input.requireMap()
    try requireCount("filters", filters)
    let (height, width) = (try window.outputs(input.h), try window.outputs(input.w))
    let k = window.kernel
    _ = try Shape([height, width, filters, input.c, k, k]).checked()
    return try Shape([input.n, filters, height, width]).checked()
  }

  func parameters(for input: Shape, output: Shape) -> [Parameter] {
    let (k, fanIn) = (window.kernel, input.c * window.kernel * window.kernel)
    return [
      Parameter(.weight, [output.h, output.w, filters, input.c, k, k], fanIn: fanIn),
      Parameter(.bias, [output.h, output.w, filters], fanIn: fanIn),
    ]
  }

  func multiplyAdds(input: Shape, output: Shape) -> Int {
    output.count * input.c * window.kernel * window.kernel
  }
}
