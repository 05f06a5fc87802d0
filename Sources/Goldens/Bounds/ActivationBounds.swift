import Layers
import RealModule
import Tensors

extension OperationCase {
  /// The bounds of an activation: the size of the largest term of each element, and how many
  /// roundings it goes through.
  func bound(
    of result: Result, _ activation: Activation, _ arithmetic: Arithmetic
  ) -> ErrorBound {
    switch activation {
    case .relu: return .exact(arithmetic)
    case .tanh:
      // The gradient may be computed as g · (1 − y²), whose two terms cancel if y is near 1.
      return bound(arithmetic, roundings: 2 * Arithmetic.function + 3) { x, g in
        let y = Double.tanh(x)
        return result == .y ? abs(y) : abs(g) * (1 + y * y)
      }
    case .elu(let alpha):
      // The gradient may be computed as g · (y + α), whose two terms cancel if y is near −α.
      return bound(arithmetic, roundings: Arithmetic.function + 4) { x, g in
        let y = x > 0 ? x : alpha * Double.expMinusOne(x)
        return result == .y ? abs(y) : abs(g) * (x > 0 ? 1 : alpha - y)
      }
    }
  }

  private func bound(
    _ arithmetic: Arithmetic, roundings: Int, size: (_ x: Double, _ g: Double) -> Double
  ) -> ErrorBound {
    let g = gradient?.values
    let sizes = x.values.indices.map { size(Double(x.values[$0]), Double(g?[$0] ?? 0)) }
    return ErrorBound(
      TermSums(sizes, roundings: roundings), of: "the function and its derivative", arithmetic)
  }
}
