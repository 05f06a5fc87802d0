import Layers
import Tensors

/// What the gradient of an activation was computed from: the gradients of everything that used the
/// activation.
package struct GradientDetail: Hashable, Sendable {
  /// The position of the layer that used the activation: the one after it.
  package let consumer: Int
  /// That layer's name.
  package let consumerName: String
  /// The parts, by what the layer does.
  package let parts: Parts

  /// The parts of the gradient.
  package enum Parts: Hashable, Sendable {
    /// Σ g·w over the outputs that used the activation: convolution, locally connected, linear.
    case products(ProductSum)
    /// An activation: g times its slope at x.
    case activation(ActivationDetail, g: Float)
    /// Max pooling: g of each window that the activation won.
    case maxPooling([MaxPoolingShare])
    /// Average pooling: g over the count of each window that holds the activation.
    case averagePooling([AveragePoolingShare])
    /// Local response normalization, across channels or within one.
    case normalization(NormalizationGradientDetail)
    /// Batch normalization.
    case batchNormalization(BatchNormalizationGradientDetail)
    /// Dropout: g times the activation's factor.
    case dropout(DropoutDetail, g: Float)
    /// Flatten: g of the feature that the activation became.
    case flatten(feature: Int, g: Float)
    /// Softmax that isn't the last layer: p·(g − Σ g·p).
    case softmax(SoftmaxGradientDetail)
    /// Softmax and cross-entropy together: (p − 1 for the labelled class, else p) over the batch
    /// size.
    case loss(LossGradientDetail)
  }
}

/// A pooling window that holds an activation, and whether the activation won it.
package struct MaxPoolingShare: Hashable, Sendable {
  /// The output of the window.
  package let output: Position
  /// ∂L/∂ that output.
  package let g: Float
  /// The position of the window's winner.
  package let winner: Position
  /// The winner's value.
  package let largest: Float
  /// Whether the winner is the activation: then it gets all of g, else 0.
  package let isWon: Bool
}

/// An averaging window that holds an activation.
package struct AveragePoolingShare: Hashable, Sendable {
  /// The output of the window.
  package let output: Position
  /// ∂L/∂ that output.
  package let g: Float
  /// How many values the window averages.
  package let count: Int
  /// g / count
  package var share: Double { Double(g) / Double(count) }
}

/// What the gradient of a local response normalization is computed from.
///
///     ∂L/∂a[i] = g[i] / S[i]^β − 2·s·β · a[i] · Σ t[j]        t[j] = g[j] · a[j] / S[j]^(β+1)
///
/// over every j whose window holds i.
package struct NormalizationGradientDetail: Hashable, Sendable {
  /// An output whose window holds the activation.
  package struct Neighbour: Hashable, Sendable {
    /// Channel, row and column.
    package let index: [Int]
    /// ∂L/∂ the output there.
    package let g: Float
    /// The input there.
    package let a: Float
    /// S there.
    package let scale: Double
    /// g · a / S^(β+1)
    package let term: Double
  }

  /// Whose definition of the formula.
  package let convention: NormalizationConvention
  /// The side of the window.
  package let n: Int
  /// What is added to the sum of squares.
  package let k: Double
  /// The factor before the sum of squares.
  package let s: Double
  /// The power.
  package let beta: Double
  /// The activation.
  package let a: Float
  /// Every output whose window holds the activation, including its own.
  package let neighbours: [Neighbour]
  /// Which of `neighbours` is the activation's own output.
  package let own: Int
  /// g / S^β: the gradient if the scales didn't depend on the activation.
  package let direct: Double
  /// −2·s·β · a · Σ t: the part through the scales of its neighbours and its own.
  package let inhibition: Double
}

/// What the gradient of a batch normalization is computed from.
///
///     in inference   γ / √(variance + ε) · g
///     in training    γ / √(variance + ε) · (g − mean of g − x̂ · mean of g·x̂)
package struct BatchNormalizationGradientDetail: Hashable, Sendable {
  /// What the output was computed from.
  package let forward: BatchNormalizationDetail
  /// ∂L/∂ the output.
  package let g: Float
  /// The mean of g over the channel; nil in inference.
  package let meanOfG: Double?
  /// The mean of g·x̂ over the channel; nil in inference.
  package let meanOfGX: Double?
}

/// What the gradient of a softmax that isn't the last layer is computed from: p·(g − Σ g·p).
package struct SoftmaxGradientDetail: Hashable, Sendable {
  /// The probabilities.
  package let forward: SoftmaxDetail
  /// ∂L/∂ each probability.
  package let g: [Float]
  /// Σ g·p
  package let sum: Double
}

/// What the gradient of the loss with respect to a logit is computed from: (p − target) / N.
package struct LossGradientDetail: Hashable, Sendable {
  /// The probabilities.
  package let forward: SoftmaxDetail
  /// The label.
  package let label: Int
  /// N, the images over which the loss is averaged.
  package let batch: Int

  /// 1 for the labelled class, else 0.
  package var target: Int { forward.asked == label ? 1 : 0 }
}
