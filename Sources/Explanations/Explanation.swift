import Layers
import Networks
import Tensors

/// Where one number came from: its inputs, the formula with numbers, and whether the engine's value
/// agrees with the formula.
///
/// The value is computed here a second time, from the definition of the layer, in Double and
/// without any engine.
package struct Explanation: Sendable {
  /// The kind of number explained.
  package enum Subject: Hashable, Sendable {
    /// An element of a layer's output.
    case output
    /// The gradient of an element of a layer's output.
    case gradient
    /// The gradient of an element of a layer's parameter.
    case parameterGradient(Parameter.Role)
  }

  /// The kind of number explained.
  package let subject: Subject
  /// The position of the layer; −1 is the input image.
  package let layer: Int
  /// The layer's name; `image` for the input image.
  package let layerName: String
  /// The element: channel, row, column; or the feature; or a parameter's coordinates.
  package let index: [Int]
  /// Which image of the batch.
  package let picture: Int
  /// The shape of the element's tensor, without the batch axis.
  package let shape: Shape
  /// The name of the computing layer's input: `image`, or the layer before.
  package let source: String
  /// What the number was computed from, by kind of layer.
  package let detail: Detail
  /// The formula with numbers, line by line; the last gives the value.
  package let steps: [Step]
  /// The comparison with the engine's value.
  package let check: Check
  /// What rounding its operands did, if the engine rounds them and the layer sums products.
  package internal(set) var rounding: RoundedSum?

  /// The engine's value.
  package var stored: Float { check.stored }
}

extension Explanation {
  /// What an element was computed from.
  package enum Detail: Hashable, Sendable {
    /// Σ x·w over a window of the input's channels, plus a bias.
    case convolution(ConvolutionDetail)
    /// The same with different weights at every position.
    case locallyConnected(ConvolutionDetail)
    /// Σ x·w over all inputs, plus a bias.
    case linear(ProductSum)
    /// The largest of a window.
    case maxPooling(MaxPoolingDetail)
    /// The mean of a window.
    case averagePooling(AveragePoolingDetail)
    /// a over a power of the sum of its neighbouring channels' squares.
    case localResponseNormalization(NormalizationDetail)
    /// a over a power of the sum of the squares around it.
    case spatialNormalization(NormalizationDetail)
    /// A value normalized to mean 0 and variance 1, then scaled and shifted.
    case batchNormalization(BatchNormalizationDetail)
    /// A function of one number.
    case activation(ActivationDetail)
    /// The input times a factor, and in training times 0 or 1.
    case dropout(DropoutDetail)
    /// The same value in another place.
    case flatten(FlattenDetail)
    /// e^x over the sum of all.
    case softmax(SoftmaxDetail)
    /// A gradient with respect to an activation.
    case gradient(GradientDetail)
    /// A gradient with respect to a weight: Σ g·x.
    case weightGradient(ProductSum)
    /// A gradient with respect to a bias, or to β of a batch normalization: Σ g.
    case biasGradient(GradientSum)
    /// A gradient with respect to γ of a batch normalization: Σ g·x̂.
    case scaleGradient(GradientSum)
  }
}

/// The computation of an element: the parts, the formula, the value and its precision.
struct Derivation {
  var detail: Explanation.Detail
  var steps: [Step]
  /// The value, in Double.
  var value: Double
  /// Operations behind the value, for the bound of the check.
  var operations: Int = 1
  /// The sum of the terms' absolute values; 0 if nothing cancels.
  var magnitude: Double = 0

  /// The comparison with the engine's value.
  func check(stored: Float) -> Check {
    Check(recomputed: value, stored: stored, operations: operations, magnitude: magnitude)
  }
}
