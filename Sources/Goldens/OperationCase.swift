import Layers
import Networks
import TensorFiles
import Tensors

/// One operation with inputs from the file, and its expected results.
package struct OperationCase: Sendable {
  /// The results of an operation, in the order of comparison.
  package enum Result: String, CaseIterable, Hashable, Sendable {
    /// The output.
    case y
    /// The loss: one number, in nats.
    case loss
    /// ∂L/∂x.
    case xGradient = "x_gradient"
    /// ∂L/∂weight.
    case weightGradient = "weight_gradient"
    /// ∂L/∂bias.
    case biasGradient = "bias_gradient"
    /// The running mean after the batch.
    case runningMean = "running_mean"
    /// The running variance after the batch.
    case runningVariance = "running_var"

    /// Whether it takes a backward pass.
    var isGradient: Bool {
      switch self {
      case .xGradient, .weightGradient, .biasGradient: true
      case .y, .loss, .runningMean, .runningVariance: false
      }
    }
  }

  /// The operation; a softmax if there are `labels`, for the cross-entropy after it.
  package let layer: Layer
  /// Whether the operation behaves as in training or as in inference.
  package let mode: Mode
  /// x, N×C×H×W or N×F.
  package let x: Tensor
  /// The parameters, in the order of `Layer.parameters(for:)`.
  package let parameters: [Tensor]
  /// Dropout's mask of zeros and ones.
  package let mask: Tensor?
  /// ∂L/∂y, from which the gradients start; nil if none is expected, and for a cross-entropy.
  package let gradient: Tensor?
  /// The labels of a cross-entropy.
  package let labels: [Int]?
  /// The shape of y.
  package let outputShape: Shape
  /// The expected values, in row-major order.
  package let expected: [Result: [Double]]

  init(
    _ layer: Layer, mode: Mode, x: Tensor, parameters: [Tensor], mask: Tensor? = nil,
    gradient: Tensor?, outputShape: Shape, expected: [Result: [Double]]
  ) {
    (self.layer, self.mode, self.x, self.parameters) = (layer, mode, x, parameters)
    (self.mask, self.gradient, labels) = (mask, gradient, nil)
    (self.outputShape, self.expected) = (outputShape, expected)
  }

  /// The name of the operation whose cases have labels.
  static let crossEntropy = "softmax_cross_entropy"

  init(
    operation: String, parameters text: String, file: SafeTensors
  ) throws(GoldenError) {
    let path = file.file
    var parameters = try CaseParameters(text: text, path: path)
    var tensors = CaseTensors(file)
    let isLoss = operation == Self.crossEntropy
    guard let kind = isLoss ? .softmax : Layer.Kind(rawValue: operation) else {
      let known = Layer.Kind.allCases.map(\.rawValue) + [Self.crossEntropy, "network", "training"]
      throw GoldenError(
        path,
        "the operation \(printable(operation)) is unknown (known are "
          + known.joined(separator: ", ") + ")")
    }
    let x = try tensors.input("x")
    guard x.count > 0 else { throw GoldenError(path, "input.x is empty") }
    let weight = kind.weightRank > 0 ? try tensors.input("weight", rank: kind.weightRank) : nil
    layer = try parameters.layer(kind, weight: weight?.shape)
    if kind.dependsOnMode {
      mode = try parameters.bool("training") ? .training : .inference
    } else {
      mode = .inference
    }
    try parameters.finish()

    let output: Shape
    let declared: [Parameter]
    do throws(ShapeError) {
      output = try layer.outputShape(for: x.shape)
      declared = try layer.parameters(for: x.shape)
    } catch {
      throw GoldenError(path, "input.x \(x.shape) does not fit the parameters: \(error.words)")
    }
    var given: [Tensor] = []
    for parameter in declared {
      let tensor = parameter.role == .weight ? weight : nil
      given.append(try tensors.input(parameter.name, read: tensor, shape: parameter.shape))
    }
    mask = kind == .dropout ? try tensors.input("mask", shape: x.shape) : nil
    if let other = mask?.values.first(where: { $0 != 0 && $0 != 1 }) {
      throw GoldenError(path, "input.mask holds \(other), but a mask has only zeros and ones")
    }
    labels = isLoss ? try tensors.labels(count: x.shape.n, classes: output.c) : nil
    gradient = tensors.has("input.gradient") ? try tensors.input("gradient", shape: output) : nil

    var expected: [Result: [Double]] = [:]
    for result in Result.allCases where tensors.has("expected.\(result.rawValue)") {
      guard let shape = Self.shape(of: result, x.shape, output, declared, isLoss: isLoss) else {
        throw GoldenError(path, "\(operation) has no expected.\(result.rawValue)")
      }
      expected[result] = try tensors.expected(result.rawValue, shape: shape)
    }
    guard !expected.isEmpty else { throw GoldenError(path, "it has no expected values") }
    let gradients: [Result] = [.xGradient, .weightGradient, .biasGradient]
    if !isLoss, gradient == nil, let wanting = gradients.first(where: { expected[$0] != nil }) {
      throw GoldenError(path, "expected.\(wanting.rawValue) needs an input.gradient")
    }
    try tensors.finish()
    (self.x, self.parameters, self.outputShape) = (x, given, output)
    self.expected = expected
  }

  /// The shape of a result, or nil if the operation doesn't have it.
  private static func shape(
    of result: Result, _ x: Shape, _ output: Shape, _ parameters: [Parameter], isLoss: Bool
  ) -> Shape? {
    func shape(_ role: Parameter.Role) -> Shape? { parameters.first { $0.role == role }?.shape }
    return switch result {
    case .y: isLoss ? nil : output
    case .loss: isLoss ? [1] : nil
    case .xGradient: x
    case .weightGradient: shape(.weight)
    case .biasGradient: shape(.bias)
    case .runningMean: shape(.runningMean)
    case .runningVariance: shape(.runningVariance)
    }
  }

  /// The shape of an expected result.
  package func shape(of result: Result) -> Shape {
    switch result {
    case .y: outputShape
    case .loss: [1]
    case .xGradient: x.shape
    case .weightGradient: parameters[0].shape
    case .biasGradient: parameters[1].shape
    case .runningMean: parameters[2].shape
    case .runningVariance: parameters[3].shape
    }
  }
}
