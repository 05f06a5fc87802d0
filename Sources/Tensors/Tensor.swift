/// A shape and its elements, contiguous and in row-major order.
///
/// A value without strides, views or broadcasting. Copies are cheap until one of them is written
/// to.
public struct Tensor: Equatable, Sendable {
  /// The size along each axis.
  public let shape: Shape

  /// The elements in row-major order, `shape.count` of them.
  public private(set) var values: [Float]

  /// The tensor with the given elements.
  ///
  /// - Parameters:
  ///   - shape: the size along each axis.
  ///   - values: the elements in row-major order, as many as the shape holds.
  public init(shape: Shape, values: [Float]) {
    precondition(
      values.count == shape.count, "\(shape) holds \(shape.count) values, not \(values.count).")
    self.shape = shape
    self.values = values
  }

  /// A tensor of zeros.
  public init(zeros shape: Shape) { self.init(repeating: 0, shape: shape) }

  /// A tensor with the same value everywhere.
  public init(repeating value: Float, shape: Shape) {
    self.shape = shape
    values = [Float](repeating: value, count: shape.count)
  }

  /// The number of elements.
  public var count: Int { values.count }

  /// The element at an index with one coordinate per axis.
  public subscript(index: [Int]) -> Float {
    get { values[shape.offset(of: index)] }
    set { values[shape.offset(of: index)] = newValue }
  }

  /// The element of an N×C×H×W tensor at batch `n`, channel `c`, row `y`, column `x`.
  public subscript(n: Int, c: Int, y: Int, x: Int) -> Float {
    get { values[((n * shape.c + c) * shape.h + y) * shape.w + x] }
    set { values[((n * shape.c + c) * shape.h + y) * shape.w + x] = newValue }
  }

  /// The same elements in another shape with the same number of elements.
  public func reshaped(to shape: Shape) -> Tensor { Tensor(shape: shape, values: values) }

  /// Reads the elements through a buffer without bounds checks; the caller must stay within bounds.
  public func withUnsafeBufferPointer<R, E: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(E) -> R
  ) throws(E) -> R {
    try values.withUnsafeBufferPointer(body)
  }

  /// Writes the elements through a buffer without bounds checks; the caller must stay within bounds.
  public mutating func withUnsafeMutableBufferPointer<R, E: Error>(
    _ body: (inout UnsafeMutableBufferPointer<Float>) throws(E) -> R
  ) throws(E) -> R {
    try values.withUnsafeMutableBufferPointer(body)
  }
}
