import CFastKernels
import Tensors
import Testing

/// Activations of one shape in one of the fast kernels' layouts: plain, or in blocks of 16
/// channels.
struct FastLayout: CustomStringConvertible, Sendable {
  let shape: Shape
  let block: Int

  /// Both layouts of maps; features are always plain.
  static func all(_ shape: Shape) -> [FastLayout] {
    (shape.rank == 2 ? [1] : [1, 16]).map { FastLayout(shape: shape, block: $0) }
  }

  var description: String { "\(shape) in blocks of \(block)" }

  var map: fk_map {
    fk_map(
      n: Int32(shape.n), c: Int32(shape.c), h: Int32(shape.h), w: Int32(shape.w),
      block: Int32(block))
  }

  var count: Int { fk_count(map) }

  /// The offset of element n, c, y, x.
  func offset(_ n: Int, _ c: Int, _ y: Int, _ x: Int) -> Int {
    let blocks = (shape.c + block - 1) / block
    return (((n * blocks + c / block) * shape.h + y) * shape.w + x) * block + c % block
  }

  /// The offsets of all elements, in the order of a tensor's values.
  var offsets: [Int] {
    var all: [Int] = []
    for n in 0..<shape.n {
      for c in 0..<shape.c {
        for y in 0..<shape.h {
          for x in 0..<shape.w { all.append(offset(n, c, y, x)) }
        }
      }
    }
    return all
  }

  /// A tensor's values in this layout, with zeros in the lanes beyond C.
  func floats(_ tensor: Tensor) -> [Float] {
    var floats = [Float](repeating: 0, count: count)
    for (offset, value) in zip(offsets, tensor.values) { floats[offset] = value }
    return floats
  }

  /// The output of a kernel in this layout. The memory contains NaNs before; afterwards the lanes
  /// beyond C must be zeros.
  func tensor(_ kernel: (UnsafeMutablePointer<Float>) -> Void) -> Tensor {
    var floats = written(count, kernel)
    let values = offsets.map { offset in
      defer { floats[offset] = 0 }
      return floats[offset]
    }
    #expect(floats.allSatisfy { $0 == 0 }, "The lanes beyond C are zeros in \(self).")
    return Tensor(shape: shape, values: values)
  }
}

/// The output of a kernel that writes `count` floats, which are NaNs before.
func written(_ count: Int, _ kernel: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
  var floats = [Float](repeating: .nan, count: count)
  floats.withUnsafeMutableBufferPointer { kernel($0.baseAddress!) }
  return floats
}

/// Half the distance of Floats near 1: the relative error of one rounding.
let rounding = 0x1p-24

/// Describes the first element whose error exceeds its bound, or that is NaN on only one side.
///
/// - Parameter bound: the accepted error of each element, in addition to the smallest normal Float.
func firstFault(
  _ got: [Float], _ expected: [Float], bound: (Int) -> Double
) -> String? {
  guard got.count == expected.count else { return "\(got.count) elements, not \(expected.count)" }
  for i in got.indices where got[i] != expected[i] && !(got[i].isNaN && expected[i].isNaN) {
    let error = abs(Double(got[i]) - Double(expected[i]))
    let allowed = bound(i) + Double(Float.leastNormalMagnitude)
    // The expected value itself was rounded once.
    if !(error <= allowed + rounding * abs(Double(expected[i]))) {
      return "element \(i) is \(got[i]), not \(expected[i]): off by \(error), allowed \(allowed)"
    }
  }
  return nil
}

extension Tensor {
  /// Random values from −1 to 1, or from `offset` − 1 to `offset` + 1, from the stream named
  /// `name`.
  init(drawn shape: Shape, _ name: String, offset: Float = 0) {
    self.init(
      uniform: shape, scale: 1, offset: offset, random: CounterRandom(name, seed: 1))
  }

  /// The absolute values.
  var magnitudes: Tensor { Tensor(shape: shape, values: values.map(abs)) }

  /// The values after a ReLU: about half of them are zeros.
  var rectified: Tensor { Tensor(shape: shape, values: values.map { max(0, $0) }) }
}
