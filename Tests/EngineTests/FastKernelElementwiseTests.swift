import CFastKernels
import Layers
import ReferenceEngine
import Tensors
import Testing

/// Compares fast activations, dropout and biases with the reference.
@Suite("Fast kernels: elementwise")
struct FastKernelElementwiseTests {
  /// Counts around the size of vectors, and of the stretches assigned to threads.
  static let counts = [1, 15, 16, 17, 100, 16_384, 16_385, 50_000]

  /// The kernels of an activation.
  static func run(
    _ activation: Activation, _ x: Tensor, g: Tensor
  ) -> (y: [Float], dx: [Float]) {
    let (count, xs, gs) = (x.count, x.values, g.values)
    switch activation {
    case .relu:
      return (
        written(count) { fk_relu(count, xs, $0) },
        written(count) { fk_relu_gradient(count, gs, xs, $0) }
      )
    case .tanh:
      return (
        written(count) { fk_tanh(count, xs, $0) },
        written(count) { fk_tanh_gradient(count, gs, xs, $0) }
      )
    case .elu(let alpha):
      return (
        written(count) { fk_elu(count, alpha, xs, $0) },
        written(count) { fk_elu_gradient(count, alpha, gs, xs, $0) }
      )
    }
  }

  /// The reference's, as a layer.
  static func reference(
    _ activation: Activation, _ x: Tensor, g: Tensor
  ) throws -> (y: [Float], dx: [Float]) {
    let plan = try ReferenceEngine().prepare(
      [.activation(activation)], input: x.shape, mode: .inference)
    plan.setInput(x)
    try plan.forward()
    try plan.backward(from: g, cancellation: .never)
    return (try #require(plan.output(of: 0)).values, try #require(plan.inputGradient(of: 0)).values)
  }

  @Test(arguments: Activation.Kind.allCases, counts)
  func activation(_ kind: Activation.Kind, _ count: Int) throws {
    let special: [Float] = [.nan, -0.0, 0, .infinity, -.infinity]
    let drawn = Tensor(drawn: [1, count], "x").values
    let x = Tensor(shape: [1, count], values: Array((special + drawn).prefix(count)))
    let g = Tensor(drawn: [1, count], "g")
    let expected = try Self.reference(Activation(kind), x, g: g)
    let got = Self.run(Activation(kind), x, g: g)
    let ulps: Double = kind == .relu ? 0 : 8
    let fault = firstFault(got.y, expected.y) { ulps * Double(expected.y[$0].magnitude.ulp) }
    #expect(fault == nil, "\(fault ?? "")")
    let faultGradient = firstFault(got.dx, expected.dx) {
      ulps * Double(expected.dx[$0].magnitude.ulp)
    }
    #expect(faultGradient == nil, "\(faultGradient ?? "")")
  }

  @Test(arguments: counts, Dropout.Convention.allCases)
  func dropping(_ count: Int, _ convention: Dropout.Convention) throws {
    let layer = Dropout(rate: 0.3, convention: convention)
    let x = Tensor(drawn: [1, count], "x")
    let random = CounterRandom("mask", seed: 1)
    let mask = Tensor(
      shape: [1, count], values: (0..<count).map { random.below(3, UInt64($0)) == 0 ? 0 : 1 })
    let dropped = try dropout(x, mask: mask, layer)
    let scaled = try dropout(x, layer)
    let got = written(count) {
      fk_dropout(count, x.values, mask.values, layer.factorInTraining, $0)
    }
    // The factor and the product are rounded.
    let fault = firstFault(got, dropped.values) {
      2 * rounding * abs(Double(dropped.values[$0]))
    }
    #expect(fault == nil)
    let gotScaled = written(count) { fk_scale(count, x.values, layer.factorInInference, $0) }
    let faultScaled = firstFault(gotScaled, scaled.values) {
      2 * rounding * abs(Double(scaled.values[$0]))
    }
    #expect(faultScaled == nil)
  }

  /// Magnitudes from the smallest to the largest Float, at bit patterns a prime stride apart, and a
  /// dense range around 0.625, where the formula changes.
  static let tanhInputs: [Float] =
    stride(from: UInt32(0), through: Float.infinity.bitPattern, by: 10_007)
    .map { Float(bitPattern: $0) }
    + (0..<20_000).map { Float(bitPattern: (0.625 as Float).bitPattern - 10_000 + $0) }
    + [.infinity, .nan]

  @Test func hyperbolicTangent() throws {
    let inputs = Self.tanhInputs + Self.tanhInputs.map(-)
    let x = Tensor(shape: [1, inputs.count], values: inputs)
    let got = written(x.count) { fk_tanh(x.count, x.values, $0) }
    // Two units in the last place, including half a unit for the rounding of the expected value.
    let y = try tanh(x).values
    let fault = firstFault(got, y) { 2 * Double(y[$0].magnitude.ulp) }
    #expect(fault == nil, "\(fault ?? "")")
    #expect(zip(inputs, got).allSatisfy { $0.isNaN || $0.sign == $1.sign })
    // Four roundings of the formula, and four of the exponential, doubled; values below 2⁻¹²³ may
    // be 0.
    let g = Tensor(repeating: 1, shape: x.shape)
    let dx = try tanhGradient(g, input: x).values
    let gotGradient = written(x.count) { fk_tanh_gradient(x.count, g.values, x.values, $0) }
    let faultGradient = firstFault(gotGradient, dx) { 12 * rounding * Double(dx[$0]) + 0x1p-122 }
    #expect(faultGradient == nil, "\(faultGradient ?? "")")
  }

  @Test(arguments: [1, 0.1, 1.75] as [Double])
  func exponentialLinearUnit(_ alpha: Double) throws {
    let inputs = Self.tanhInputs + Self.tanhInputs.map(-)
    let x = Tensor(shape: [1, inputs.count], values: inputs)
    let g = Tensor(repeating: 1, shape: x.shape)
    let activation = Activation.elu(alpha: alpha)
    let expected = try Self.reference(activation, x, g: g)
    let got = Self.run(activation, x, g: g)
    // Four units in the last place, of which the expected value has half of one.
    let fault = firstFault(got.y, expected.y) { 4 * Double(expected.y[$0].magnitude.ulp) }
    #expect(fault == nil, "\(fault ?? "")")
    // 0 instead of less than α · 2⁻¹²⁴.
    let faultGradient = firstFault(got.dx, expected.dx) {
      4 * Double(expected.dx[$0].magnitude.ulp) + 0x1p-123
    }
    #expect(faultGradient == nil, "\(faultGradient ?? "")")
  }

  static let shapes: [Shape] = [
    [3, 5], [20, 16], [7, 37], [2, 3, 5, 3], [3, 18, 4, 4], [9, 1, 1, 1],
  ]

  @Test(arguments: shapes)
  func bias(_ shape: Shape) {
    let x = Tensor(drawn: shape, "x"), b = Tensor(drawn: [shape.c], "b")
    let plane = shape.h * shape.w
    let channel = (0..<x.count).map { $0 / plane % shape.c }
    var sums = [Double](repeating: 0, count: shape.c)
    for (i, c) in channel.enumerated() { sums[c] += Double(x.values[i]) }
    for layout in FastLayout.all(shape) {
      let floats = layout.floats(x)
      let y = layout.tensor { fk_add_bias(layout.map, floats, b.values, $0) }
      #expect(y.values == zip(x.values, channel).map { $0 + b.values[$1] }, "\(layout)")
      let db = written(shape.c) { fk_bias_gradient(layout.map, floats, false, $0) }
      // Summed in Double and rounded once, so only the order can affect the last place.
      #expect(firstFault(db, sums.map { Float($0) }) { _ in 1e-12 } == nil, "\(layout)")
      var added = b.values
      fk_bias_gradient(layout.map, floats, true, &added)
      let expected = zip(b.values, sums).map { Float(Double($0) + $1) }
      #expect(firstFault(added, expected) { _ in 1e-12 } == nil, "\(layout)")
    }
  }
}
