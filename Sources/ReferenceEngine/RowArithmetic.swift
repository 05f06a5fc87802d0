import Tensors

// Shared by the kernels: sums in Double over rows of Floats, rounded once when they are stored.
//
// A product of two Floats is exact in Double (24 + 24 bits of 53), so the error of a sum of m
// products is at most m·2⁻⁵³ of the sum of their magnitudes, and rounding adds half a unit in the
// last place.

/// `sum[to + toStep·i] += factor · x[from + fromStep·i]` for i in 0..<count.
///
/// The ends are checked once, so the loop can read and write through buffers.
@inline(__always)
func addRow(
  _ factor: Float, times x: [Float], from: Int, fromStep: Int = 1,
  to sum: inout [Double], at to: Int = 0, toStep: Int = 1, count: Int
) {
  guard count > 0 else { return }
  precondition(from >= 0 && from + fromStep * (count - 1) < x.count, "A row ends inside x.")
  precondition(to >= 0 && to + toStep * (count - 1) < sum.count, "A row ends inside the sum.")
  let factor = Double(factor)
  x.withUnsafeBufferPointer { x in
    sum.withUnsafeMutableBufferPointer { sum in
      for i in 0..<count {
        sum[to &+ toStep &* i] += factor * Double(x[from &+ fromStep &* i])
      }
    }
  }
}

/// `Σ a[aFrom + i] · b[bFrom + bStep·i]` for i in 0..<count.
@inline(__always)
func dot(
  _ a: [Float], aFrom: Int, _ b: [Float], bFrom: Int, bStep: Int = 1, count: Int
) -> Double {
  guard count > 0 else { return 0 }
  precondition(aFrom >= 0 && aFrom + count <= a.count, "A row ends inside a.")
  precondition(bFrom >= 0 && bFrom + bStep * (count - 1) < b.count, "A row ends inside b.")
  var sum = 0.0
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      for i in 0..<count { sum += Double(a[aFrom &+ i]) * Double(b[bFrom &+ bStep &* i]) }
    }
  }
  return sum
}

extension Tensor {
  /// Assigns a row of sums, each rounded once, to the elements starting at `offset`.
  mutating func store(_ sums: [Double], at offset: Int) {
    withUnsafeMutableBufferPointer { values in
      for i in sums.indices { values[offset + i] = Float(sums[i]) }
    }
  }

  /// Adds a row of sums to the elements starting at `offset`; each result is rounded once.
  mutating func add(_ sums: [Double], at offset: Int) {
    withUnsafeMutableBufferPointer { values in
      for i in sums.indices { values[offset + i] = Float(Double(values[offset + i]) + sums[i]) }
    }
  }

  /// A tensor of this shape whose element i is `body(i)`, rounded once.
  init(
    shape: Shape, cancellation: Cancellation, _ body: (Int) -> Double
  ) throws(Cancelled) {
    var values = [Float](repeating: 0, count: shape.count)
    for start in stride(from: 0, to: values.count, by: 16_384) {
      try cancellation.check()
      for i in start..<min(start + 16_384, values.count) { values[i] = Float(body(i)) }
    }
    self.init(shape: shape, values: values)
  }
}
