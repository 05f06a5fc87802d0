/// What happens if the distance that a window can move isn't a multiple of the stride.
public enum Rounding: String, CaseIterable, Hashable, Sendable {
  /// ⌊(in + 2·padding − kernel) / stride⌋ + 1: a remainder at the far edge isn't read.
  case floor
  /// ⌈(in + 2·padding − kernel) / stride⌉ + 1: the last window runs past the far edge (the authors'
  /// 2012 program, cuda-convnet, Caffe's pooling).
  case ceil
}

/// A square window that slides over the rows and columns of a map.
public struct Window: Hashable, Sendable {
  /// The window's side.
  public var kernel: Int
  /// How far the window moves from one output to the next.
  public var stride: Int
  /// Zeros added around the map: rows and columns on each side.
  public var padding: Int
  /// What happens if the stride doesn't divide that distance.
  public var rounding: Rounding

  /// A window of side `kernel`, moved by `stride`, over a map with `padding` on each side.
  public init(kernel: Int, stride: Int = 1, padding: Int = 0, rounding: Rounding = .floor) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.rounding = rounding
  }

  /// How far the window can move along an axis of `input` elements with its padding; negative if it
  /// doesn't fit.
  public func way(_ input: Int) -> Int { input + 2 * padding - kernel }

  /// What remains of an axis of `input` elements after the last window: 0 if the stride divides
  /// `way(input)`.
  public func remainder(_ input: Int) -> Int { way(input) % stride }

  /// How many of the ⌈way / stride⌉ + 1 windows of an axis are left out because they would start beyond
  /// the map; 0 if sizes are rounded down.
  ///
  /// - Parameters:
  ///   - input: the number of elements.
  ///   - outputs: the result of `outputs` for this axis.
  public func clippedWindows(_ input: Int, outputs: Int) -> Int {
    rounding == .ceil ? (way(input) + stride - 1) / stride + 1 - outputs : 0
  }

  /// The outputs along an axis of `input` elements.
  ///
  ///     ⌊(input + 2·padding − kernel) / stride⌋ + 1        or ⌈…⌉
  ///
  /// With rounding up, a last window that would start beyond the map (in its far padding) doesn't count.
  ///
  /// - Throws: `ShapeError` if not one window fits, or a number is out of its range.
  public func outputs(_ input: Int) throws(ShapeError) -> Int {
    try validate()
    let way = self.way(input)
    guard way >= 0, input > 0 else { throw .windowTooLarge(window: self, input: input) }
    let whole = way / stride
    guard rounding == .ceil, way % stride != 0 else { return whole + 1 }
    let startsInside = (whole + 1) * stride < input + padding
    return whole + (startsInside ? 2 : 1)
  }

  /// The inputs that output `o` reads along an axis of `input` elements, clipped to the map.
  @inline(__always)
  public func inputs(of o: Int, input: Int) -> Range<Int> {
    let start = o * stride - padding
    let low = max(0, start)
    return low..<max(low, min(input, start + kernel))
  }

  /// The outputs whose window holds input `i`, among `outputs` along that axis.
  public func outputs(holding i: Int, outputs: Int) -> Range<Int> {
    let first = max(0, (i + padding - kernel + stride) / stride)
    let low = i + padding - kernel < 0 ? 0 : first
    let high = min(outputs, (i + padding) / stride + 1)
    return low..<max(low, high)
  }

  /// Checks that kernel and stride are at least 1, and that padding leaves each window some input.
  func validate() throws(ShapeError) {
    guard (1...ShapeError.largest).contains(kernel) else {
      throw .range("kernel", kernel, least: 1)
    }
    guard (1...ShapeError.largest).contains(stride) else {
      throw .range("stride", stride, least: 1)
    }
    guard (0...ShapeError.largest).contains(padding) else {
      throw .range("padding", padding, least: 0)
    }
    guard padding < kernel else { throw .paddingTooLarge(window: self) }
  }
}
