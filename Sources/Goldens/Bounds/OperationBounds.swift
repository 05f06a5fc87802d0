import Layers
import Tensors

extension OperationCase {
  /// The largest error of a result of this case in this arithmetic.
  package func bound(of result: Result, _ arithmetic: Arithmetic) -> ErrorBound {
    if result == .y, let rounded = rounded(to: arithmetic.precision) {
      var bound = rounded.bound(of: result, arithmetic.with(.float))
      bound.operands = OperandBounds(self, arithmetic.precision).errors()
      return bound
    }
    switch layer {
    case .convolution, .locallyConnected, .linear:
      let products = ProductBounds(self).sums(of: result)
      guard case .convolution(let convolution) = layer, result != .biasGradient,
        let transforms = arithmetic.winograd?.transforms(of: convolution, channels: x.shape.c)
      else { return ErrorBound(products, of: "products", arithmetic) }
      // The engine may use either method for a layer.
      return ErrorBound(
        sums: products, scattered: WinogradBounds(self, transforms).scattered(of: result),
        arithmetic: arithmetic, rounding: arithmetic.result, terms: "products")
    case .maxPooling(let pooling), .averagePooling(let pooling):
      let bounds = PoolingBounds(
        example: self, window: pooling.window, isAverage: layer.kind == .averagePooling)
      guard let sums = bounds.sums(of: result) else { return .exact(arithmetic) }
      return ErrorBound(sums, of: result == .y ? "inputs" : "gradients", arithmetic)
    case .localResponseNormalization(let lrn):
      let (C, plane) = (x.shape.c, x.shape.h * x.shape.w)
      func elements(_ i: Int, _ channels: Range<Int>) -> [Int] {
        let c = i / plane % C
        return channels.map { i + ($0 - c) * plane }
      }
      return ErrorBound(
        NormalizationBounds(
          example: self, k: lrn.k, s: lrn.s, beta: lrn.beta,
          window: { elements($0, lrn.window(around: $0 / plane % C, channels: C)) },
          windows: { elements($0, lrn.windows(containing: $0 / plane % C, channels: C)) }
        ).sums(of: result), of: "terms of the normalization", arithmetic)
    case .spatialNormalization(let normalization):
      let (H, W) = (x.shape.h, x.shape.w)
      func elements(_ i: Int, _ window: (Int, Int) -> Range<Int>) -> [Int] {
        let first = i - i % (H * W)
        let columns = window(i % W, W)
        return window(i / W % H, H).flatMap { y in columns.map { first + y * W + $0 } }
      }
      return ErrorBound(
        NormalizationBounds(
          example: self, k: normalization.k, s: normalization.s, beta: normalization.beta,
          window: { elements($0) { normalization.window(around: $0, size: $1) } },
          windows: { elements($0) { normalization.windows(containing: $0, size: $1) } }
        ).sums(of: result), of: "terms of the normalization", arithmetic)
    case .batchNormalization(let normalization):
      return ErrorBound(
        BatchNormalizationBounds(self, normalization).sums(of: result),
        of: "terms of the normalization", arithmetic)
    case .activation(let activation): return self.bound(of: result, activation, arithmetic)
    case .flatten: return .exact(arithmetic)
    case .dropout(let dropout):
      let factor = mode == .training ? dropout.factorInTraining : dropout.factorInInference
      let values = (result == .y ? x : gradient ?? x).values
      return ErrorBound(
        TermSums(values.map { abs(Double($0) * factor) }, roundings: 4), of: "one product",
        arithmetic)
    case .softmax:
      let sums = SoftmaxBounds(example: self).sums(of: result)
      // A loss is a Double, so it isn't rounded further than its sums.
      let rounding = result == .loss ? 0 : arithmetic.result
      return ErrorBound(
        sums: sums, arithmetic: arithmetic, rounding: rounding, terms: "exponentials and logits")
    }
  }
}
