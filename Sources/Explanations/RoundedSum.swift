import Basics
import Layers
import Networks
import Tensors

/// A sum of products computed twice: from the operands as they are, and from the operands rounded as an
/// engine of some precision rounds them.
package struct RoundedSum: Hashable, Sendable {
  /// The precision of the rounded operands.
  package let precision: Precision
  /// The sum of the operands as they are.
  package let exact: ProductSum
  /// The sum of the rounded operands, term by term the same products.
  package let rounded: ProductSum

  /// How far rounding moved the sum; both sums are in Double.
  package var difference: Double { rounded.total - exact.total }

  /// How far it may move the sum, whatever the signs of the errors: (2u + u²)·Σ|x·w|, apart from operands
  /// below the least normal number.
  package var bound: Double {
    exact.terms.reduce(0) {
      $0 + precision.error(ofProduct: Double($1.first), Double($1.second))
    }
  }

  /// The products with the largest absolute values, each with the same product of rounded operands.
  package func largest(_ count: Int) -> [(exact: ProductSum.Term, rounded: ProductSum.Term)] {
    exact.terms.map(\.product.magnitude).indicesFromLargest.prefix(max(0, count))
      .map { (exact.terms[$0], rounded.terms[$0]) }
  }
}

extension Explanation {
  /// Explains one element of a layer's output in a precision. If the layer sums products, it is computed
  /// from rounded operands, and `rounding` compares them with the operands as they are.
  ///
  /// - Parameters:
  ///   - trace: a trace of an engine in this precision in which the layer has run.
  ///   - layer: the position of the layer.
  ///   - index: channel, row and column, or the feature.
  ///   - parameters: the layer's parameters as they are; the trace's may be rounded.
  /// - Throws: `ExplanationError` if the element doesn't exist or hasn't been computed.
  package static func explain(
    _ trace: Trace, layer: Int, at index: [Int], in precision: Precision, parameters: [Tensor]
  ) throws(ExplanationError) -> Explanation {
    var place = try ElementContext(trace, leaving: layer, at: index)
    let operation = place.geometry.layer
    guard precision != .float, operation.sumsProducts else {
      return try explain(trace, layer: layer, at: index)
    }
    place.parameters = parameters
    let exact = try place.reckon()
    place.x = precision.input(place.x, of: operation)
    place.parameters = precision.parameters(parameters, of: operation)
    let rounded = try place.reckon()
    var explanation = try place.explanation(rounded)
    if let exact = exact.detail.products, let rounded = rounded.detail.products {
      explanation.rounding = RoundedSum(precision: precision, exact: exact, rounded: rounded)
    }
    return explanation
  }
}

extension Explanation.Detail {
  /// The products that an output sums; nil if it sums none.
  fileprivate var products: ProductSum? {
    switch self {
    case .convolution(let detail), .locallyConnected(let detail): detail.sum
    case .linear(let sum): sum
    case .maxPooling, .averagePooling, .localResponseNormalization, .spatialNormalization,
      .batchNormalization, .activation, .dropout, .flatten, .softmax, .gradient, .weightGradient,
      .biasGradient, .scaleGradient:
      nil
    }
  }
}
