import CFastKernels
import Layers
import ReferenceEngine
import Tensors
import Testing

/// Compares fast pooling with the reference.
@Suite("Fast kernels: pooling")
struct FastKernelPoolingTests {
  static let windows: [Window] = (1...5).flatMap { kernel in
    (1...3).flatMap { stride in
      [0, kernel - 1].flatMap { padding in
        Rounding.allCases.map { rounding in
          Window(kernel: kernel, stride: stride, padding: padding, rounding: rounding)
        }
      }
    }
  }

  static let shapes: [Shape] = [[2, 3, 5, 7], [1, 16, 8, 5], [2, 33, 6, 6]]

  /// A window with more places than fit into a byte.
  @Test func largeWindow() throws {
    try maximum(Window(kernel: 17, stride: 5, padding: 3, rounding: .ceil), [1, 2, 24, 33])
  }

  @Test(arguments: windows, shapes)
  func maximum(_ window: Window, _ shape: Shape) throws {
    let pooling = Pooling(window: window)
    // Multiples of an eighth, so that many maxima tie.
    let x = Tensor(
      shape: shape,
      values: Tensor(drawn: shape, "x").values.map { ($0 * 8).rounded(.down) / 8 })
    for relu in [false, true] {
      let input = relu ? x.rectified : x
      let y = try maxPooling(input, pooling)
      let g = Tensor(drawn: y.shape, "g")
      var dx = try maxPoolingGradient(g, input: input, pooling)
      let magnitudes = try maxPoolingGradient(g.magnitudes, input: input, pooling)
      // Includes the gradient of the fused ReLU.
      if relu { dx = try reluGradient(dx, input: x) }
      for (from, to) in zip(FastLayout.all(shape), FastLayout.all(y.shape)) {
        var winners = [UInt8](
          repeating: 0xcc, count: fk_max_pooling_winners(to.map, fast(window)))
        let floats = from.floats(x)
        let got = to.tensor {
          fk_max_pooling(from.map, to.map, fast(window), floats, relu, $0, &winners)
        }
        #expect(got == y, "\(from), relu \(relu)")
        let again = to.tensor {
          fk_max_pooling(from.map, to.map, fast(window), floats, relu, $0, nil)
        }
        #expect(again == y, "without winners, \(from), relu \(relu)")
        let gotGradient = from.tensor {
          fk_max_pooling_gradient(from.map, to.map, fast(window), to.floats(g), winners, $0)
        }
        let fault = firstFault(gotGradient.values, dx.values) { i in
          Double(window.kernel * window.kernel) * rounding * Double(magnitudes.values[i])
        }
        #expect(fault == nil, "\(from), relu \(relu): \(fault ?? "")")
      }
    }
  }

  @Test(arguments: windows, shapes)
  func average(_ window: Window, _ shape: Shape) throws {
    let pooling = Pooling(window: window)
    let x = Tensor(drawn: shape, "x")
    let y = try averagePooling(x, pooling)
    let bound = try averagePooling(x.magnitudes, pooling)
    let g = Tensor(drawn: y.shape, "g")
    let dx = try averagePoolingGradient(g, input: shape, pooling)
    let boundGradient = try averagePoolingGradient(g.magnitudes, input: shape, pooling)
    // A rounding for each addition, and two for 1/m and the product.
    let terms = Double(window.kernel * window.kernel + 2)
    for (from, to) in zip(FastLayout.all(shape), FastLayout.all(y.shape)) {
      let floats = from.floats(x)
      let got = to.tensor { fk_average_pooling(from.map, to.map, fast(window), floats, $0) }
      let fault = firstFault(got.values, y.values) { terms * rounding * Double(bound.values[$0]) }
      #expect(fault == nil, "\(from): \(fault ?? "")")
      for relu in [false, true] {
        let got = from.tensor {
          fk_average_pooling_gradient(
            from.map, to.map, fast(window), to.floats(g), relu ? floats : nil, $0)
        }
        let expected = relu ? try reluGradient(dx, input: x) : dx
        let fault = firstFault(got.values, expected.values) {
          terms * rounding * Double(boundGradient.values[$0])
        }
        #expect(fault == nil, "gradient, \(from), relu \(relu): \(fault ?? "")")
      }
    }
  }

  /// NaN wins, the first one before others, and the sum of an average doesn't overflow.
  @Test(arguments: [1, 16])
  func nonFinite(_ block: Int) throws {
    let shape: Shape = [1, 1, 2, 6]
    let (nan, infinity) = (Float.nan, Float.infinity)
    let x = Tensor(
      shape: shape, values: [infinity, nan, 1, -infinity, 3e38, 3e38, nan, 2, 3, nan, 3e38, 3e38])
    let from = FastLayout(shape: shape, block: block)
    let to = FastLayout(shape: [1, 1, 1, 3], block: block)
    let window = fk_window(kernel: 2, stride: 2, padding: 0)
    let floats = from.floats(x)
    let g = to.floats(Tensor(shape: to.shape, values: [5, 6, 7]))
    for relu in [false, true] {
      var winners = [UInt8](repeating: 0, count: fk_max_pooling_winners(to.map, window))
      let y = to.tensor { fk_max_pooling(from.map, to.map, window, floats, relu, $0, &winners) }
      #expect(y.values[0].isNaN && y.values[1].isNaN && y.values[2] == 3e38)
      let dx = from.tensor {
        fk_max_pooling_gradient(from.map, to.map, window, g, winners, $0)
      }
      #expect(dx.values == [0, 5, 0, 0, 7, 0, 0, 0, 0, 6, 0, 0])
    }
    let mean = to.tensor { fk_average_pooling(from.map, to.map, window, floats, $0) }
    #expect(mean.values[0].isNaN && mean.values[1].isNaN && mean.values[2] == 3e38)
  }

  private func fast(_ window: Window) -> fk_window {
    fk_window(
      kernel: Int32(window.kernel), stride: Int32(window.stride), padding: Int32(window.padding))
  }
}
