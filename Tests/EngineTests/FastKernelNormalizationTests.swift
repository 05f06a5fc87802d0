import CFastKernels
import Layers
import ReferenceEngine
import Tensors
import Testing

/// Compares fast local response normalization with the reference.
@Suite("Fast kernels: response normalization")
struct FastKernelNormalizationTests {
  static let betas = [0.75, 0.5, 1, 0, 0.6]

  static let shapes: [Shape] = [
    [2, 5, 3, 2], [1, 16, 1, 1], [2, 18, 4, 5], [1, 48, 3, 7], [3, 70, 1, 2], [1, 200, 5, 17],
    [2, 96, 3, 2],
  ]

  static let across: [LocalResponseNormalization] = [
    (5, 1), (1, 1), (2, 1), (4, 2), (9, 1), (99, 1),
  ]
  .flatMap { n, groups in
    NormalizationConvention.allCases.filter { $0 != .caffe || n % 2 == 1 }.map {
      LocalResponseNormalization(n: n, k: 2, alpha: 0.5, convention: $0, groups: groups)
    }
  }

  @Test(arguments: shapes, across)
  func acrossChannels(_ shape: Shape, _ drawn: LocalResponseNormalization) throws {
    var lrn = drawn
    lrn.beta = Self.betas[(shape.c + drawn.n) % Self.betas.count]
    guard shape.c % lrn.groups == 0 else { return }
    let (below, above) = lrn.convention.reach(lrn.n)
    let by = fk_normalization(
      below: Int32(below), above: Int32(above), groups: Int32(lrn.groups), k: lrn.k, s: lrn.s,
      beta: lrn.beta)
    let a = Tensor(drawn: shape, "a").rectified, g = Tensor(drawn: shape, "g")
    let b = try localResponseNormalization(a, lrn)
    let da = try localResponseNormalizationGradient(g, input: a, lrn)
    let difference = try localResponseNormalizationGradient(g.magnitudes, input: a, lrn)
    let reached = Double(min(shape.c, below + 1 + above))
    for layout in FastLayout.all(shape) {
      check(
        layout, a, g, b, da, difference: difference, terms: reached,
        beta: lrn.beta,
        forward: { fk_local_response_normalization(layout.map, by, $0, $1) },
        backward: { fk_local_response_normalization_gradient(layout.map, by, $0, $1, $2, $3) })
    }
  }

  static let within: [SpatialNormalization] = [1, 2, 3, 5, 30].flatMap { n in
    SpatialNormalization.conventions.filter { $0 != .caffe || n % 2 == 1 }.map {
      SpatialNormalization(n: n, k: 1, alpha: 0.5, convention: $0)
    }
  }

  @Test(arguments: shapes, within)
  func withinChannels(_ shape: Shape, _ drawn: SpatialNormalization) throws {
    var normalization = drawn
    normalization.beta = Self.betas[(shape.c + drawn.n) % Self.betas.count]
    let (below, above) = normalization.convention.reach(normalization.n)
    let by = fk_normalization(
      below: Int32(below), above: Int32(above), groups: 1, k: normalization.k, s: normalization.s,
      beta: normalization.beta)
    let a = Tensor(drawn: shape, "a").rectified, g = Tensor(drawn: shape, "g")
    let b = try spatialNormalization(a, normalization)
    let da = try spatialNormalizationGradient(g, input: a, normalization)
    let difference = try spatialNormalizationGradient(g.magnitudes, input: a, normalization)
    let reached = Double(min(shape.h, below + 1 + above) * min(shape.w, below + 1 + above))
    for layout in FastLayout.all(shape) {
      check(
        layout, a, g, b, da, difference: difference, terms: reached,
        beta: normalization.beta,
        forward: { fk_spatial_normalization(layout.map, by, $0, $1) },
        backward: { fk_spatial_normalization_gradient(layout.map, by, $0, $1, $2, $3) })
    }
  }

  /// Compares the forward and backward passes. S is a sum of squares, with a relative error of one
  /// rounding for each term and two more, and S^−β has β times that error; computing S^−β adds at
  /// most three roundings and the product one. The gradient is own − across, with own ≤ |g| since S
  /// ≥ 1, so own + across ≤ 2·|g| − `difference`, which is own − across for the magnitudes of g.
  /// Its t is computed like own with three more operations, and summed.
  private func check(
    _ layout: FastLayout, _ a: Tensor, _ g: Tensor, _ b: Tensor, _ da: Tensor,
    difference: Tensor, terms: Double, beta: Double,
    forward: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void,
    backward: (
      UnsafePointer<Float>, UnsafePointer<Float>, Bool, UnsafeMutablePointer<Float>
    ) -> Void
  ) {
    let (aFloats, gFloats) = (layout.floats(a), layout.floats(g))
    let gotB = layout.tensor { forward(aFloats, $0) }
    let fault = firstFault(gotB.values, b.values) { i in
      (beta * (terms + 2) + 4) * rounding * abs(Double(b.values[i]))
    }
    #expect(fault == nil, "forward of \(layout): \(fault ?? "")")
    for relu in [false, true] {
      let expected = zip(da.values, a.values).map { relu && $1 <= 0 ? 0 : $0 }
      let got = layout.tensor { backward(gFloats, aFloats, relu, $0) }
      let fault = firstFault(got.values, expected) { i in
        let magnitude = 2 * abs(Double(g.values[i])) - Double(difference.values[i])
        return ((beta + 1) * (terms + 2) + terms + 10) * rounding * magnitude
      }
      #expect(fault == nil, "backward of \(layout), relu \(relu): \(fault ?? "")")
      var inPlace = gFloats
      inPlace.withUnsafeMutableBufferPointer {
        backward($0.baseAddress!, aFloats, relu, $0.baseAddress!)
      }
      #expect(layout.offsets.map { inPlace[$0] } == got.values, "in place, \(layout)")
    }
  }

  /// A NaN spreads as far as the window reaches, and an infinity sets its neighbours to 0.
  @Test(arguments: [1, 16])
  func nonFinite(_ block: Int) {
    let layout = FastLayout(shape: [1, 18, 1, 1], block: block)
    let by = fk_normalization(below: 1, above: 1, groups: 1, k: 1, s: 1, beta: 0.75)
    var values = [Float](repeating: 1, count: 18)
    (values[0], values[17]) = (.nan, .infinity)
    let a = layout.floats(Tensor(shape: layout.shape, values: values))
    let b = layout.tensor { fk_local_response_normalization(layout.map, by, a, $0) }.values
    #expect(b[0].isNaN && b[1].isNaN && !b[2].isNaN)
    #expect(b[17].isNaN && b[16] == 0 && b[15] > 0)
  }
}
