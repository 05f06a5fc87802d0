import Basics
import Networks
import Tensors

/// Compares two engines on one network, within the bounds of golden networks; the errors of both
/// are independent.
package struct NetworkAgreement: Sendable {
  private let deviations: [NetworkDeviations]

  /// A comparison of engines with these arithmetics.
  ///
  /// - Parameters:
  ///   - geometry: the network's layers.
  ///   - arithmetics: how each of the two rounds.
  ///   - logits: the logits of one of them.
  package init(_ geometry: [LayerGeometry], between arithmetics: [Arithmetic], logits: Tensor) {
    let rms = logits.values.rootMeanSquare
    deviations = arithmetics.map { NetworkDeviations(geometry, $0, logitsRMS: rms) }
  }

  /// Compares a layer's output on the two engines.
  package func output(of layer: Int, _ got: Tensor, _ expected: Tensor) -> GoldenComparison {
    precondition(got.shape == expected.shape, "Outputs of one layer have one shape.")
    let both = deviations.map { $0.output(of: layer) }
    let square = both.reduce(0) { $0 + $1.deviation * $1.deviation }
    return GoldenComparison(
      tensor: "output", got: got.values.map(Double.init),
      expected: expected.values.map(Double.init),
      bound: NetworkBound(
        deviation: square.squareRoot(), depth: both[0].depth, rms: expected.values.rootMeanSquare,
        count: expected.count, rounding: 0x1p-24),
      place: { (expected.shape.index(at: $0), nil) })
  }
}
