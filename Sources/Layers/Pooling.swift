import Tensors

/// Pooling: one number from each window of each channel. Windows overlap if the stride is less than
/// the kernel (paper, section 3.4: kernel 3, stride 2).
///
/// Padding never wins a maximum and never counts in an average; rounded up, the last window is
/// clipped to the map. Of several equal maxima, the first in row-major order wins.
public struct Pooling: Hashable, Sendable {
  /// The geometry.
  public var window: Window

  /// Pooling with this geometry.
  public init(window: Window) { self.window = window }

  func outputShape(for input: Shape) throws(ShapeError) -> Shape {
    try input.requireMap()
    return try Shape([input.n, input.c, window.outputs(input.h), window.outputs(input.w)]).checked()
  }
}
