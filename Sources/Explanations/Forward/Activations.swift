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
  /// The rectified linear unit, max(0, x) (paper, section 3.1).
  func relu() -> Derivation {
    let x = value(x)
    let formula = Formula.largest([.number(0), .symbol("x", Double(x))])
    return Derivation(
      detail: .relu(x: x), steps: [Step("y", formula)], value: formula.value, operations: 0)
  }

  /// The hyperbolic tangent, written with the exponential that doesn't overflow.
  ///
  ///     tanh x = (1 − e^−2x) / (1 + e^−2x)    x ≥ 0
  ///     tanh x = (e^2x − 1) / (e^2x + 1)      x < 0
  func tanh() -> Derivation {
    let x = value(x)
    let double = Formula.number(x >= 0 ? -2 : 2) * .symbol("x", Double(x))
    let formula =
      x >= 0
      ? .oneLessExponential(double) / (.number(1) + .exponential(double))
      : .exponentialLessOne(double) / (.exponential(double) + .number(1))
    return Derivation(
      detail: .tanh(x: x), steps: [Step("y", formula)], value: formula.value, operations: 4)
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
