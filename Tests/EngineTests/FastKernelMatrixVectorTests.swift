import CFastKernels
import Tensors
import Testing

/// The product of a matrix and a vector, and reading memory.
@Suite struct FastKernelMatrixVectorTests {
  /// Sizes around the kernel's 16 lanes and 4 rows.
  static let sizes: [(inputs: Int, outputs: Int)] = [
    (1, 1), (15, 3), (16, 4), (17, 5), (33, 9), (64, 7), (1000, 10), (259, 33),
  ]

  /// W·x + b, added up in Double, and how far each element may be from it.
  static func products(_ w: Tensor, _ x: Tensor, _ bias: Tensor) -> ([Float], bounds: [Double]) {
    var (expected, bounds): ([Float], [Double]) = ([], [])
    for o in 0..<bias.count {
      let products = x.values.indices.map {
        Double(x.values[$0]) * Double(w.values[o * x.count + $0])
      }
      expected.append(Float(products.reduce(Double(bias.values[o]), +)))
      // In any order, every term is rounded at most once as a product and once in each sum.
      bounds.append(
        Double(x.count + 2) * rounding
          * products.reduce(abs(Double(bias.values[o]))) { $0 + abs($1) })
    }
    return (expected, bounds)
  }

  @Test(arguments: sizes, [Int32(1), 2, 3])
  func multiplies(_ size: (inputs: Int, outputs: Int), _ threads: Int32) {
    fk_set_threads(threads)
    defer { fk_set_threads(0) }
    let (inputs, outputs) = size
    let x = Tensor(drawn: [1, inputs], "x")
    let w = Tensor(drawn: [outputs, inputs], "w")
    let bias = Tensor(drawn: [1, outputs], "bias")
    let (expected, bounds) = Self.products(w, x, bias)
    let got = written(outputs) {
      fk_matrix_vector(Int32(inputs), Int32(outputs), x.values, w.values, bias.values, $0)
    }
    let fault = firstFault(got, expected) { bounds[$0] }
    #expect(fault == nil, "\(inputs) to \(outputs), \(threads) threads: \(fault ?? "")")
  }

  /// A NaN or an infinity in a row shows in that row's output only.
  @Test(arguments: [Float.nan, .infinity])
  func keepsOthersApart(_ value: Float) {
    var w = [Float](repeating: 0.5, count: 6 * 20)
    w[20 * 2 + 18] = value
    let got = written(6) {
      fk_matrix_vector(20, 6, [Float](repeating: 1, count: 20), w, [0, 1, 2, 3, 4, 5], $0)
    }
    for (o, y) in got.enumerated() {
      #expect(o == 2 ? !y.isFinite : y == 10 + Float(o), "output \(o) is \(y)")
    }
  }

  /// The sum shows that all of it is read, once.
  @Test(arguments: [Int32(1), 2, 5]) func readsAll(_ threads: Int32) {
    fk_set_threads(threads)
    defer { fk_set_threads(0) }
    let count = 3 * 16384
    #expect(fk_read(count, [Float](repeating: 1, count: count + 100)) == Float(count))
    #expect(fk_read(100, [Float](repeating: 1, count: 100)) == 0)
  }
}
