import Basics
import TensorFiles
import Tensors

/// The elements of a tensor where a file has them: any order of the axes, either byte order.
struct StoredArray: Sendable {
  let bytes: ByteRange
  let type: ElementType
  let shape: Shape
  /// How many elements apart neighbours along each axis are.
  let strides: [Int]
  let isBigEndian: Bool

  /// Elements in row-major order, or with the given strides, from the element `offset` on.
  ///
  /// - Parameter place: the tensor in messages.
  /// - Throws: `WeightFileError` if the shape needs more bytes than there are.
  init(
    _ bytes: ByteRange, _ type: ElementType, _ sizes: [Int], strides: [Int]? = nil,
    offset: Int = 0, isBigEndian: Bool = false, place: String
  ) throws {
    func fail(_ reason: String) -> WeightFileError {
      WeightFileError(bytes.file, "\(place): \(reason)")
    }
    guard sizes.count <= 32, sizes.allSatisfy({ $0 >= 0 }) else {
      throw fail("its shape can't be right")
    }
    var rowMajor: [Int] = []
    var count = 1
    for size in sizes.reversed() {
      rowMajor.insert(count, at: 0)
      let (product, overflow) = count.multipliedReportingOverflow(by: max(1, size))
      guard !overflow, product <= Int.max / 16 else {
        throw fail("its shape is larger than any memory")
      }
      count = product
    }
    let steps = strides ?? rowMajor
    guard steps.count == sizes.count, steps.allSatisfy({ $0 >= 0 }), offset >= 0 else {
      throw fail("its strides can't be right")
    }
    // The last element's place; an empty tensor has none.
    var last = offset
    for (size, step) in zip(sizes, steps) where size > 0 {
      let (way, overflow) = step.multipliedReportingOverflow(by: size - 1)
      let (sum, tooFar) = last.addingReportingOverflow(way)
      guard !overflow, !tooFar else { throw fail("its strides can't be right") }
      last = sum
    }
    let isEmpty = sizes.contains(0)
    let capacity = bytes.count / type.size
    guard isEmpty || last < capacity else {
      throw fail(
        "its shape \(Shape(sizes)) needs \(NumberFormat.grouped(count)) elements, and the file has "
          + NumberFormat.grouped(max(0, capacity - offset)))
    }
    // A small file may describe a large tensor by strides of 0; weights have no use for that.
    guard isEmpty || count <= last - offset + 1 else {
      throw fail("its elements overlap, so it isn't a tensor of weights")
    }
    self.bytes = try bytes.part(
      isEmpty ? 0 : offset * type.size, isEmpty ? 0 : (last - offset + 1) * type.size)
    (self.type, shape, self.strides) = (type, Shape(sizes), steps)
    self.isBigEndian = isBigEndian && type.size > 1
    isContiguous =
      isEmpty || zip(sizes, zip(steps, rowMajor)).allSatisfy { $0 == 1 || $1.0 == $1.1 }
  }

  private let isContiguous: Bool

  /// The elements as Floats, in row-major order; Doubles are rounded to the nearest.
  func floats() throws -> [Float] {
    let count = shape.count
    let needed = ByteCount(floats: count)
    if needed > .worthChecking {
      do {
        try Memory.require(needed, for: "a tensor of \(shape)", hint: "")
      } catch {
        throw WeightFileError(bytes.file, error.message)
      }
    }
    return isContiguous ? try inOrder(count) : try gathered(count)
  }

  /// Reads the elements a piece at a time, to avoid a second copy in memory.
  private func inOrder(_ count: Int) throws -> [Float] {
    let source = try bytes.unpacked()
    var values: [Float] = []
    values.reserveCapacity(count)
    var piece = [UInt8](repeating: 0, count: min(count, 1 << 17) * type.size)
    while values.count < count {
      let elements = min(count - values.count, 1 << 17)
      try piece.withUnsafeMutableBytes { piece in
        let buffer = UnsafeMutableRawBufferPointer(rebasing: piece.prefix(elements * type.size))
        try source.read(into: buffer, at: values.count * type.size)
        if isBigEndian { Self.swap(buffer, type.size) }
        for i in 0..<elements {
          values.append(Float(type.double(at: buffer.baseAddress! + i * type.size)))
        }
      }
    }
    return values
  }

  /// Reads everything, then takes the elements in the order of the shape.
  private func gathered(_ count: Int) throws -> [Float] {
    var all = try bytes.unpacked().bytes()
    return all.withUnsafeMutableBytes { all in
      if isBigEndian { Self.swap(all, type.size) }
      var index = [Int](repeating: 0, count: shape.rank)
      var place = 0
      return (0..<count).map { _ in
        let value = Float(type.double(at: all.baseAddress! + place * type.size))
        for axis in index.indices.reversed() {
          index[axis] += 1
          place += strides[axis]
          if index[axis] < shape[axis] { break }
          place -= strides[axis] * shape[axis]
          index[axis] = 0
        }
        return value
      }
    }
  }

  private static func swap(_ bytes: UnsafeMutableRawBufferPointer, _ size: Int) {
    for start in stride(from: 0, to: bytes.count - size + 1, by: size) {
      for i in 0..<size / 2 { bytes.swapAt(start + i, start + size - 1 - i) }
    }
  }
}
