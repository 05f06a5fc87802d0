import Layers
import Tensors

extension ElementContext {
  /// ∂L/∂x = g · f′(x). Where the slope is 1 or 0, g itself or 0, so that a NaN or an infinity passes
  /// as it does in kernels.
  func activationGradient(_ g: Tensor, _ activation: Activation) -> Derivation {
    let (detail, formula) = activationDetail(activation)
    let g = value(g)
    let gradient: Formula
    var steps: [Step] = []
    switch formula.slope {
    case .zero: gradient = .number(0)
    case .one: gradient = .symbol("g", Double(g))
    case .steps(let slope):
      steps = slope
      gradient = .symbol("g", Double(g)) * slope[slope.count - 1].result
    }
    return gradientDerivation(
      .activation(detail, g: g), steps + [Step(gradientSymbol, gradient)],
      operations: formula.slope.operations)
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
