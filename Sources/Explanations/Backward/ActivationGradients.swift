import Layers
import Tensors

extension ElementContext {
  /// ∂L/∂x = g where x > 0, else 0.
  func reluGradient(_ g: Tensor) -> Derivation {
    let (x, g) = (value(x), value(g))
    // A NaN passes, as it does forward.
    let formula: Formula =
      x <= 0 ? .number(0) : .symbol("g", Double(g))
    return gradientDerivation(.gate(x: x, g: g), [Step(gradientSymbol, formula)], operations: 0)
  }

  /// ∂L/∂x = g · (1 − tanh²x) = g · 4q / (1 + q)² with q = e^(−2·|x|), which keeps its digits when
  /// tanh x is near 1.
  func tanhGradient(_ g: Tensor) -> Derivation {
    let (x, g) = (value(x), value(g))
    let q = Step(
      "q", .exponential(.number(-2) * .symbol("|x|", Double(x.magnitude))))
    let slope = Step(
      "slope", .number(4) * q.result / .power(.number(1) + q.result, .number(2)))
    let result = Step(gradientSymbol, .symbol("g", Double(g)) * slope.result)
    return gradientDerivation(
      .tanh(x: x, g: g, slope: slope.value), [q, slope, result], operations: 8)
  }

  /// ∂L/∂x = g times the factor of x.
  func dropoutGradient(_ g: Tensor, _ dropout: Dropout) throws(ExplanationError) -> Derivation {
    let detail = try dropoutDetail(dropout)
    var formula = Formula.symbol("g", Double(value(g))) * .symbol("factor", detail.factor)
    if let mask = detail.mask { formula = .symbol("mask", Double(mask)) * formula }
    return gradientDerivation(
      .dropout(detail, g: value(g)), [Step(gradientSymbol, formula)], operations: 2)
  }

  /// ∂L/∂x = g of the feature that the element became.
  func flattenGradient(_ g: Tensor) -> Derivation {
    let feature = x.shape.withoutBatch.offset(of: index)
    let value = g[[n, feature]]
    return gradientDerivation(
      .flatten(feature: feature, g: value),
      [Step(gradientSymbol, .symbol("g[\(feature)]", Double(value)))], operations: 0)
  }

  /// ∂L/∂x = p · (g − Σ g·p), for a softmax that isn't the last layer.
  func softmaxGradient(_ g: Tensor) -> Derivation {
    let forward = softmaxDetail()
    let gradients = forward.classes.map { g[[n, $0.number]] }
    let products = zip(gradients, forward.classes).map { Double($0) * $1.probability }
    let sum = products.reduce(0, +)
    let p = forward.classes[c].probability
    let own = Double(gradients[c])
    let formula = .symbol("p", p) * (Formula.symbol("g", own) - .symbol("Σ g·p", sum))
    return gradientDerivation(
      .softmax(SoftmaxGradientDetail(forward: forward, g: gradients, sum: sum)),
      [Step(gradientSymbol, formula)], operations: 2 * forward.classes.count + 4,
      magnitude: p * products.reduce(own.magnitude) { $0 + $1.magnitude })
  }

  /// ∂L/∂x = (p − target) / N, of softmax and cross-entropy together, averaged over N images.
  func lossGradient(label: Int) -> Derivation {
    let detail = LossGradientDetail(forward: softmaxDetail(), label: label, batch: x.shape.n)
    let p = detail.forward.classes[c].probability
    let (target, batch) = (Double(detail.target), Double(detail.batch))
    let formula =
      (Formula.symbol("p", p) - .symbol("target", target)) / .symbol("N", batch)
    return gradientDerivation(
      .loss(detail), [Step(gradientSymbol, formula)],
      operations: detail.forward.classes.count + 4, magnitude: (p + target) / batch)
  }
}
