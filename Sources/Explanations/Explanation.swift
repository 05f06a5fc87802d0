import Layers
import Networks
import Tensors

/// Where one number came from: what it was computed of, the formula with the numbers put in, and whether
/// the value that the engine stored is the one that the formula gives.
///
/// The value is computed here a second time, from the definition of the layer and in Double; no engine
/// takes part.
public struct Explanation: Sendable {
  /// What kind of number is explained.
  public enum Subject: Hashable, Sendable {
    /// An element of what left a layer.
    case output
    /// ∂L/∂ an element of what left a layer.
    case gradient
    /// ∂L/∂ an element of a layer's parameter.
    case parameterGradient(Parameter.Role)
  }

  /// What kind of number is explained.
  public let subject: Subject
  /// The position of the layer; −1 is the picture.
  public let layer: Int
  /// The layer's name; `image` for the picture.
  public let layerName: String
  /// The element: channel, row, column; or the feature; or a parameter's own coordinates.
  public let index: [Int]
  /// Which picture of the batch.
  public let picture: Int
  /// The shape of what the element stands in, without the batch axis.
  public let shape: Shape
  /// The name of what arrived at the layer that did the work: `image`, or the layer before.
  public let source: String
  /// What the number was computed of, by kind of layer.
  public let detail: Detail
  /// The formula with the numbers put in, a line at a time; the last gives the value.
  public let steps: [Step]
  /// The value held against what the engine stored.
  public let check: Check

  /// The value that the engine stored.
  public var stored: Float { check.stored }
}

extension Explanation {
  /// What an element was computed of.
  public enum Detail: Hashable, Sendable {
    /// Σ x·w over a window of the input's channels, plus a bias.
    case convolution(ConvolutionDetail)
    /// The same with weights of its own at every position.
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
    /// A value brought to mean 0 and variance 1, then scaled and shifted.
    case batchNormalization(BatchNormalizationDetail)
    /// max(0, x).
    case relu(x: Float)
    /// The hyperbolic tangent.
    case tanh(x: Float)
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

/// What a kind of layer found out about an element: the parts, the formula, the value and how exactly it
/// is known.
struct Reckoning {
  var detail: Explanation.Detail
  var steps: [Step]
  /// The value, in Double.
  var value: Double
  /// Operations behind the value, for the bound of the check.
  var operations: Int = 1
  /// The sum of the absolute values of what was added up; 0 where nothing cancels.
  var magnitude: Double = 0

  /// The value held against what the engine stored.
  func check(stored: Float) -> Check {
    Check(recomputed: value, stored: stored, operations: operations, magnitude: magnitude)
  }
}
