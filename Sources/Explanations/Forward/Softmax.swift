import Basics
import Layers
import RealModule
import Tensors

/// What a probability was computed from.
///
///     e[i] = e^(x[i] − max)        p[i] = e[i] / Σ e
///
/// The largest logit is subtracted first, which changes no probability and keeps every power at most 1.
package struct SoftmaxDetail: Hashable, Sendable {
  /// One class.
  package struct Class: Hashable, Sendable {
    /// Which class.
    package let number: Int
    /// Its logit.
    package let logit: Float
    /// e^(logit − max)
    package let exponential: Double
    /// The exponential over the sum of all.
    package let probability: Double
  }

  /// The class to explain.
  package let asked: Int
  /// Every class, in order.
  package let classes: [Class]
  /// The largest logit.
  package let largestLogit: Float
  /// Σ e^(x − max)
  package let sum: Double

  /// The `count` most likely classes, most likely first; of equal ones, the earlier first.
  package func mostLikely(_ count: Int) -> [Class] {
    let order = classes.map(\.exponential).indicesFromLargest
    return order.prefix(max(0, count)).map { classes[$0] }
  }

  init(asked: Int, logits: [Float]) {
    let largest = logits.indexOfLargest.map { logits[$0] } ?? 0
    let exponentials = logits.map { Double.exp(Double($0) - Double(largest)) }
    let sum = exponentials.reduce(0, +)
    self.asked = asked
    self.sum = sum
    largestLogit = largest
    classes = logits.indices.map {
      Class(
        number: $0, logit: logits[$0], exponential: exponentials[$0],
        probability: exponentials[$0] / sum)
    }
  }
}

extension ElementContext {
  /// What the softmax of this image's logits is computed from.
  func softmaxDetail() -> SoftmaxDetail {
    SoftmaxDetail(asked: c, logits: (0..<x.shape.c).map { x[[n, $0]] })
  }

  /// Softmax over the features.
  func softmax() -> Derivation {
    let detail = softmaxDetail()
    let logit = Formula.symbol("x", Double(detail.classes[c].logit))
    let e = Step("e", .exponential(logit - .symbol("max", Double(detail.largestLogit))))
    let p = Step("p", e.result / .symbol("Σe", detail.sum))
    return Derivation(
      detail: .softmax(detail), steps: [e, p], value: p.value,
      operations: detail.classes.count + 4)
  }
}
