import Layers
import Tensors

/// What an element of a dropout was computed from.
package struct DropoutDetail: Hashable, Sendable {
  /// Training, where a mask decides, or inference, where every element passes.
  package let mode: Mode
  /// When kept elements are rescaled: at test time or in training.
  package let convention: Dropout.Convention
  /// The probability that an element is dropped.
  package let rate: Double
  /// The input value.
  package let x: Float
  /// Whether the element was kept: 0 or 1; nil in inference, which has no mask.
  package let mask: Float?
  /// The factor: 1 − rate, 1 or 1 / (1 − rate), depending on convention and mode.
  package let factor: Double
}

/// Where an element of a flatten came from.
package struct FlattenDetail: Hashable, Sendable {
  /// Channel, row and column; or the feature, if the input is a row of features.
  package let from: [Int]
  /// The input shape, without the batch.
  package let shape: Shape
  /// The value.
  package let x: Float
}

extension ElementContext {
  /// An activation, by its formula.
  func activation(_ activation: Activation) -> Derivation {
    let (detail, formula) = activationDetail(activation)
    return Derivation(
      detail: .activation(detail), steps: [Step("y", formula.y)], value: formula.y.value,
      operations: formula.operations)
  }

  func activationDetail(_ activation: Activation) -> (ActivationDetail, ActivationFormula) {
    let x = value(x)
    let formula = ActivationFormula(activation, x: Double(x))
    let detail = ActivationDetail(
      x: x, words: activation.formulaWords, gradientWords: activation.gradientWords,
      remark: formula.remark, slope: formula.slope.value)
    return (detail, formula)
  }

  /// Dropout (paper, section 4.2).
  func dropout(_ dropout: Dropout) throws(ExplanationError) -> Derivation {
    let detail = try dropoutDetail(dropout)
    let x = Formula.symbol("x", Double(detail.x))
    var formula = x * .symbol("factor", detail.factor)
    if let mask = detail.mask {
      formula = .symbol("mask", Double(mask)) * formula
    }
    return Derivation(
      detail: .dropout(detail), steps: [Step("y", formula)], value: formula.value, operations: 2)
  }

  func dropoutDetail(_ dropout: Dropout) throws(ExplanationError) -> DropoutDetail {
    var mask: Float?
    if trace.mode == .training {
      guard let given = trace.masks[geometry.index] else { throw .noMask(layer: name) }
      mask = value(given)
    }
    return DropoutDetail(
      mode: trace.mode, convention: dropout.convention, rate: dropout.rate, x: value(x), mask: mask,
      factor: mask == nil ? dropout.factorInInference : dropout.factorInTraining)
  }

  /// A flatten: the element at c, y, x becomes feature (c·H + y)·W + x.
  func flatten() -> Derivation {
    let shape = x.shape.withoutBatch
    let from = shape.index(at: c)
    let value = x[[n] + from]
    return Derivation(
      detail: .flatten(FlattenDetail(from: from, shape: shape, x: value)),
      steps: [
        Step("y", .symbol("x[\(from.map(String.init).joined(separator: ", "))]", Double(value)))
      ],
      value: Double(value), operations: 0)
  }
}
