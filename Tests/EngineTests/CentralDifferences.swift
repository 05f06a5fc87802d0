import Layers
import Tensors
import TestSupport

/// An element where a gradient and the central differences disagree.
struct Disagreement: CustomStringConvertible {
  let name: String
  let what: String
  let index: [Int]
  let expected: Double
  let got: Double
  let bound: Double

  var description: String {
    "\(name): ∂L/∂\(what)\(index) is \(got), and by central differences \(expected) ± \(bound)"
  }
}

/// Checks an engine's backward kernels against central differences of its forward kernels. The same
/// code checks every engine and every layer.
///
/// With L = Σ g·y in Double and D(h) = (L(x + h) − L(x − h)) / 2h, the estimate is Richardson's
///
///     R = (4·D(h) − D(2h)) / 3
///
/// which removes the term h²/6·L‴ of D(h). The bound is the sum of
///
///  1. truncation: |D(h) − R| = |D(2h) − D(h)|/3, which is that removed term. The remaining error,
///     of the order h⁴, is even smaller. Except for rounding, it is 0 if L is linear in x.
///  2. rounding: each y is a Float with an error of at most halfULPs·2⁻²⁴·|y|, so that of L is at
///     most e = halfULPs·2⁻²⁴·Σ|g·y|. Two of them over 2h make e/h in D(h) and e/2h in D(2h), so
///     (4/h + 1/2h)/3·e = 1.5·e/h in R. Twice that, since |y| at the shifted points differs a little.
///  3. the gradient's own rounding, halfULPs·2⁻²⁴·|R|.
///  4. a floor of 2⁻³⁰ for the Double sums, whose errors are some 2⁻⁴⁰.
///
/// x ± h and x ± 2h are exact in Float: h is a power of 2, and x is a multiple of 2⁻²³ with |x| <
/// 1, or a multiple of 1/16 for values that are apart.
struct CentralDifferences {
  let plan: any Plan
  let gradientCase: GradientCase
  let halfULPs: Double
  /// The step h. Values that are apart are 1/8 from each other and 1/16 from 0, so 2h is less than
  /// half.
  let h = 0x1p-6

  private let input: Tensor
  private let parameters: [Tensor]
  private let g: Tensor

  init(_ tested: EngineUnderTest, _ gradientCase: GradientCase) throws {
    self.gradientCase = gradientCase
    halfULPs = tested.halfULPs
    plan = try tested.engine.prepare(
      [gradientCase.layer], input: gradientCase.input, mode: gradientCase.mode)
    input = gradientCase.makeInput()
    parameters = try gradientCase.makeParameters()
    g = Tensor(
      uniform: plan.outputShapes[0], scale: 1,
      random: CounterRandom("g of \(gradientCase.name)", seed: 1))
    if gradientCase.layer.kind == .dropout, gradientCase.mode == .training {
      plan.setMask(gradientCase.makeMask(), of: 0)
    }
  }

  /// Every element of every gradient that disagrees, and the largest bound used, as a fraction of
  /// the largest gradient: a bound that isn't a small fraction would prove nothing.
  func check() throws -> (disagreements: [Disagreement], loosest: Double) {
    _ = try loss(input, parameters)
    try plan.backward(from: g, cancellation: .never)
    let gradients =
      [("x", plan.inputGradient(of: 0)!, input)]
      + zip(plan.parameterGradients(of: 0), parameters).enumerated().map { index, pair in
        (index == 0 ? "w" : "b", pair.0, pair.1)
      }
    var (disagreements, loosest) = ([Disagreement](), 0.0)
    for (position, (what, gradient, at)) in gradients.enumerated() {
      let largest = gradient.values.map { Double($0.magnitude) }.max() ?? 0
      for i in 0..<at.count {
        let (expected, bound) = try estimate(position: position, i, at)
        let got = Double(gradient.values[i])
        if !(abs(got - expected) <= bound) {
          disagreements.append(
            Disagreement(
              name: gradientCase.name, what: what, index: at.shape.index(at: i),
              expected: expected, got: got, bound: bound))
        }
        loosest = max(loosest, bound / largest)
      }
    }
    return (disagreements, loosest)
  }

  /// R and its bound for element `i` of the input (position 0) or of a parameter (positions from
  /// 1).
  private func estimate(
    position: Int, _ i: Int, _ at: Tensor
  ) throws -> (expected: Double, bound: Double) {
    func loss(shiftedBy shift: Double) throws -> (L: Double, magnitude: Double) {
      var shifted = at
      shifted.withUnsafeMutableBufferPointer { $0[i] += Float(shift) }
      var parameters = parameters
      if position > 0 { parameters[position - 1] = shifted }
      return try self.loss(position == 0 ? shifted : input, parameters)
    }
    let (up, down) = (try loss(shiftedBy: h), try loss(shiftedBy: -h))
    let (up2, down2) = (try loss(shiftedBy: 2 * h), try loss(shiftedBy: -2 * h))
    let (D, D2) = ((up.L - down.L) / (2 * h), (up2.L - down2.L) / (4 * h))
    let R = (4 * D - D2) / 3
    let e = halfULPs * 0x1p-24 * max(up.magnitude, down.magnitude)
    let bound = abs(D2 - D) / 3 + 2 * 1.5 * e / h + halfULPs * 0x1p-24 * abs(R) + 0x1p-30
    return (R, bound)
  }

  /// L = Σ g·y in Double, and Σ|g·y|.
  private func loss(
    _ input: Tensor, _ parameters: [Tensor]
  ) throws -> (L: Double, magnitude: Double) {
    if !parameters.isEmpty { plan.setParameters(parameters, of: 0) }
    plan.setInput(input)
    try plan.forward()
    let terms = zip(g.values, plan.output(of: 0)!.values).map { Double($0) * Double($1) }
    return (terms.reduce(0, +), terms.reduce(0) { $0 + abs($1) })
  }
}
