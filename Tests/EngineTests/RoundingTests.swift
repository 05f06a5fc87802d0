import Layers
import ReferenceEngine
import Tensors
import Testing

/// Compares the kernels with the formulas written out again, term by term over all indices, without
/// hoisted bounds. Each output differs from the exact sum by at most half a unit in the last place,
/// and the sum has an error of m·2⁻⁵³ of the magnitudes of its m terms.
@Suite("Rounded once")
struct RoundingTests {
  static let windows: [Window] = (1...4).flatMap { kernel in
    (1...3).flatMap { stride in
      [0, kernel - 1].flatMap { padding in
        Rounding.allCases.map { rounding in
          Window(kernel: kernel, stride: stride, padding: padding, rounding: rounding)
        }
      }
    }
  }

  /// A sum of exact products in Double, with a bound for its error.
  struct Sum {
    var value = 0.0
    var magnitude = 0.0
    var terms = 0

    mutating func add(_ a: Float, _ b: Float) {
      value += Double(a) * Double(b)
      magnitude += abs(Double(a) * Double(b))
      terms += 1
    }

    func explains(_ stored: Float) -> Bool {
      let order = 2 * Double(terms) * 0x1p-53 * magnitude
      return abs(Double(stored) - value) <= Double(Float(value).ulp) / 2 + order
    }
  }

  static func pixel(_ x: Tensor, _ n: Int, _ c: Int, _ y: Int, _ ix: Int) -> Float? {
    (0..<x.shape.h).contains(y) && (0..<x.shape.w).contains(ix) ? x[n, c, y, ix] : nil
  }

  @Test(arguments: windows, [1, 2])
  func convolutionFormula(_ window: Window, groups: Int) throws {
    let layer = Convolution(filters: 4, window: window, groups: groups)
    let x = Tensor(uniform: [2, 4, 5, 4], scale: 1, random: CounterRandom("x", seed: 1))
    let parameters = try makeParameters(.convolution(layer), x.shape)
    let (w, b) = (parameters[0], parameters[1])
    let y = try convolution(x, weight: w, bias: b, layer)
    for offset in 0..<y.count {
      let at = y.shape.index(at: offset)
      var sum = Sum()
      sum.add(b.values[at[1]], 1)
      for i in 0..<4 / groups {
        for ky in 0..<window.kernel {
          for kx in 0..<window.kernel {
            let c = at[1] / (4 / groups) * (4 / groups) + i
            let iy = at[2] * window.stride + ky - window.padding
            let ix = at[3] * window.stride + kx - window.padding
            if let value = Self.pixel(x, at[0], c, iy, ix) { sum.add(value, w[at[1], i, ky, kx]) }
          }
        }
      }
      #expect(sum.explains(y.values[offset]), "\(at)")
    }
  }

  @Test(arguments: windows)
  func locallyConnectedFormula(_ window: Window) throws {
    let layer = LocallyConnected(filters: 2, window: window)
    let x = Tensor(uniform: [2, 3, 5, 4], scale: 1, random: CounterRandom("x", seed: 1))
    let parameters = try makeParameters(.locallyConnected(layer), x.shape)
    let (w, b) = (parameters[0], parameters[1])
    let y = try locallyConnected(x, weight: w, bias: b, layer)
    for offset in 0..<y.count {
      let at = y.shape.index(at: offset)
      var sum = Sum()
      sum.add(b[[at[2], at[3], at[1]]], 1)
      for c in 0..<3 {
        for ky in 0..<window.kernel {
          for kx in 0..<window.kernel {
            let iy = at[2] * window.stride + ky - window.padding
            let ix = at[3] * window.stride + kx - window.padding
            if let value = Self.pixel(x, at[0], c, iy, ix) {
              sum.add(value, w[[at[2], at[3], at[1], c, ky, kx]])
            }
          }
        }
      }
      #expect(sum.explains(y.values[offset]), "\(at)")
    }
  }

  /// Thousands of terms that a Float sum would get wrong: 2²⁴, then ones, then 2²⁴ subtracted.
  @Test func longSums() throws {
    let count = 4099
    var x = [Float](repeating: 1, count: count)
    x[0] = 16_777_216
    x[count - 1] = -16_777_216
    let y = try linear(
      Tensor(shape: [1, count], values: x), weight: Tensor(repeating: 1, shape: [1, count]),
      bias: Tensor(zeros: [1]), Linear(outputs: 1))
    #expect(y.values == [4097])
  }

  /// The sum stays in Double until it is added: 2²⁴ + (1 + 2⁻²⁶) is nearer to 2²⁴ + 2 than to 2²⁴,
  /// but would become 2²⁴ if the part in parentheses were rounded to Float first.
  @Test func parameterGradientsAreRoundedOnce() throws {
    var dw = Tensor(repeating: 0x1p24, shape: [1, 1])
    var db = Tensor(repeating: 0x1p24, shape: [1])
    let x = features([[1], [0x1p-13]])
    try linearParameterGradients(x, input: x, weight: &dw, bias: &db)
    #expect(dw.values == [16_777_218])
    #expect(db.values == [16_777_218])
  }

  private func makeParameters(_ layer: Layer, _ input: Shape) throws -> [Tensor] {
    try layer.parameters(for: input).map {
      Tensor(uniform: $0.shape, scale: 1, random: CounterRandom($0.name, seed: 1))
    }
  }
}
