import Tensors

/// How exact the operands of an engine's products are: the inputs and the weights of convolutions,
/// shared or not, and of fully connected layers. Sums, biases and all other operations use Float or
/// better in any precision.
///
/// This is the one place that says what is rounded. An engine takes a precision when it is made, and
/// asks here for the operands of each layer.
public enum Precision: String, Hashable, Sendable, CaseIterable {
  /// Operands as they are.
  case float
  /// Operands rounded to bfloat16, for inference only: half the bytes, and 8 significant bits instead
  /// of 24. The product of two such numbers is exact in Float.
  case bfloat16

  /// u: the largest relative error of a rounded operand. Rounding to nearest, that is half the distance
  /// of two numbers with 8 significant bits, 2⁻⁷, relative to the smaller.
  package var roundoff: Double {
    switch self {
    case .float: 0
    case .bfloat16: 0x1p-8
    }
  }

  /// The largest absolute error of an operand below 2⁻¹²⁶: half the least bfloat16.
  package var underflow: Double {
    switch self {
    case .float: 0
    case .bfloat16: 0x1p-134
    }
  }

  /// How far rounding both factors may move a product: with |δx| ≤ u·|x| + η and the same for w,
  ///
  ///     |x̂·ŵ − x·w| ≤ |w|·|δx| + |δw|·|x| + |δw|·|δx|
  ///
  /// which is (2u + u²)·|x·w| apart from η, the `underflow`.
  package func error(ofProduct x: Double, _ w: Double) -> Double {
    let (dx, dw) = (roundoff * abs(x) + underflow, roundoff * abs(w) + underflow)
    return abs(w) * dx + dw * abs(x) + dw * dx
  }

  /// An operand.
  package func operand(_ value: Float) -> Float {
    switch self {
    case .float: value
    case .bfloat16: value.roundedToBFloat16
    }
  }

  /// An operand's tensor.
  package func operand(_ tensor: Tensor) -> Tensor {
    guard self != .float else { return tensor }
    return Tensor(shape: tensor.shape, values: tensor.values.map(operand))
  }

  /// A layer's input, as it computes with it.
  package func input(_ x: Tensor, of layer: Layer) -> Tensor {
    layer.sumsProducts ? operand(x) : x
  }

  /// A layer's parameters, as it computes with them: weights are operands, biases aren't.
  package func parameters(_ parameters: [Tensor], of layer: Layer) -> [Tensor] {
    guard self != .float, layer.sumsProducts else { return parameters }
    return [operand(parameters[0])] + parameters.dropFirst()
  }

  /// Refuses to train in any precision but Float.
  ///
  /// - Parameter engine: the name of the engine that refuses.
  /// - Throws: `Unsupported`.
  package func requireInference(_ mode: Mode, engine: String) throws(Unsupported) {
    guard self == .float || mode == .inference else {
      throw Unsupported(
        engine: engine, layer: 0, reason: "\(rawValue) is for inference; training uses Float")
    }
  }
}
