import Networks
import Tensors

/// Holds what two engines make of one network against each other, within the bounds that golden networks
/// have: the errors of both are independent.
public struct NetworkAgreement: Sendable {
  private let deviations: [NetworkDeviations]

  /// An agreement between engines of these arithmetics.
  ///
  /// - Parameters:
  ///   - geometry: the layers in their places.
  ///   - arithmetics: how each of the two rounds.
  ///   - logits: what one of them gives for the logits.
  public init(_ geometry: [LayerGeometry], between arithmetics: [Arithmetic], logits: Tensor) {
    let rms = rootMeanSquare(logits)
    deviations = arithmetics.map { NetworkDeviations(geometry, $0, logitsRMS: rms) }
  }

  /// Compares what left a layer on the one engine with what left it on the other.
  public func output(of layer: Int, _ got: Tensor, _ expected: Tensor) -> GoldenComparison {
    precondition(got.shape == expected.shape, "Outputs of one layer have one shape.")
    let both = deviations.map { $0.output(of: layer) }
    let square = both.reduce(0) { $0 + $1.deviation * $1.deviation }
    return GoldenComparison(
      tensor: "output", got: got.values.map(Double.init),
      expected: expected.values.map(Double.init),
      bound: NetworkBound(
        deviation: square.squareRoot(), depth: both[0].depth, rms: rootMeanSquare(expected),
        count: expected.count, rounding: 0x1p-24),
      place: { (expected.shape.index(at: $0), nil) })
  }
}

private func rootMeanSquare(_ tensor: Tensor) -> Double {
  let squares = tensor.values.reduce(0.0) { $0 + Double($1) * Double($1) }
  return (squares / Double(max(1, tensor.count))).squareRoot()
}
