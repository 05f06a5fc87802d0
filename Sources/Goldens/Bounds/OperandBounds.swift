import Layers
import Tensors

/// The errors that come from rounding the operands of products, before anything is summed.
///
/// Rounding moves an operand by at most u of its size, or by η if it is below the least normal number
/// (u = 2⁻⁸ and η = 2⁻¹³⁴ in bfloat16), so a product moves by at most (2u + u²) of its size: see
/// `Precision.error(ofProduct:_:)`. A sum of products moves by at most the sum of these,
///
///     (2u + u²) · Σ|w·x|
///
/// which is the worst case, for any signs of the errors.
struct OperandBounds {
  private let example: OperationCase
  private let precision: Precision

  init(_ example: OperationCase, _ precision: Precision) {
    (self.example, self.precision) = (example, precision)
  }

  /// The largest error of each element of y.
  func errors() -> [Double] {
    var errors = [Double](repeating: 0, count: example.outputShape.count)
    let (xs, ws) = (example.x.values, example.parameters[0].values)
    ProductBounds(example).forEachProduct { y, x, w in
      errors[y] += precision.error(ofProduct: Double(xs[x]), Double(ws[w]))
    }
    return errors
  }
}

extension OperationCase {
  /// The case of the rounded operands, which expects what exact arithmetic gives for them, up to the
  /// rounding of float64. Nil if the operation sums no products.
  func rounded(to precision: Precision) -> OperationCase? {
    guard precision != .float, layer.sumsProducts else { return nil }
    let x = precision.input(x, of: layer)
    let parameters = precision.parameters(parameters, of: layer)
    return OperationCase(
      layer, mode: mode, x: x, parameters: parameters, gradient: nil, outputShape: outputShape,
      expected: [
        .y: ProductBounds(layer, x: x, parameters: parameters, output: outputShape).outputs()
      ])
  }
}
