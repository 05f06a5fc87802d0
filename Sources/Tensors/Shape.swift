/// The size of a tensor along each of its axes, outermost first.
///
/// Activations are N×C×H×W (batch, channels, rows, columns) or, after a flatten, N×F. Convolution
/// weights are O×I×K×K (output channels, input channels of one group, kernel rows and columns).
public struct Shape: Hashable, Sendable {
  /// The size along each axis, outermost first.
  public let dimensions: [Int]

  /// The shape with the given sizes.
  ///
  /// - Parameter dimensions: sizes along each axis, each at least 0.
  public init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 >= 0 }, "A shape has no negative size: \(dimensions).")
    self.dimensions = dimensions
  }

  /// The number of axes.
  public var rank: Int { dimensions.count }

  /// The number of elements: the product of all sizes (1 for a scalar).
  public var count: Int { dimensions.contains(0) ? 0 : dimensions.reduce(1, *) }

  /// The size along one axis.
  public subscript(axis: Int) -> Int { dimensions[axis] }

  /// N, the batch size of an activation.
  public var n: Int { dimensions[0] }

  /// C, the channels of an N×C×H×W activation, or F, the features of an N×F one.
  public var c: Int { dimensions[1] }

  /// H, the rows of an N×C×H×W activation; 1 for N×F.
  public var h: Int { rank > 2 ? dimensions[2] : 1 }

  /// W, the columns of an N×C×H×W activation; 1 for N×F.
  public var w: Int { rank > 3 ? dimensions[3] : 1 }

  /// The shape of one element of the batch: without the N axis.
  public var withoutBatch: Shape { Shape(Array(dimensions.dropFirst())) }

  /// The position in row-major order of the element at `index`.
  ///
  /// - Parameter index: one coordinate per axis, each within its size.
  public func offset(of index: [Int]) -> Int {
    precondition(index.count == rank, "An index into \(self) takes \(rank) coordinates.")
    var offset = 0
    for (coordinate, size) in zip(index, dimensions) {
      precondition((0..<size).contains(coordinate), "The index \(index) lies outside \(self).")
      offset = offset * size + coordinate
    }
    return offset
  }

  /// The index of the element at a position in row-major order: the inverse of `offset(of:)`.
  public func index(at offset: Int) -> [Int] {
    var rest = offset
    var index = [Int](repeating: 0, count: rank)
    for axis in stride(from: rank - 1, through: 0, by: -1) {
      index[axis] = rest % dimensions[axis]
      rest /= dimensions[axis]
    }
    return index
  }
}

extension Shape: CustomStringConvertible {
  /// The sizes joined by a multiplication sign: `96×55×55`.
  public var description: String {
    rank == 0 ? "scalar" : dimensions.map(String.init).joined(separator: "×")
  }
}

extension Shape: ExpressibleByArrayLiteral {
  /// The shape with the listed sizes.
  public init(arrayLiteral elements: Int...) { self.init(elements) }
}
