import Basics
import Networks
import RealModule

/// The bound of a loss. It is a Double, so only the errors of the logits count.
struct LossBound: ElementBound {
  let deviation: Double
  let depth: Int

  func bound(at i: Int, expected: Double) -> Double { NetworkBound.factor(1) * deviation }

  func reason(at i: Int, expected: Double) -> String {
    "\(depth) roundings before the logits deviate by \(NumberFormat.short(deviation)) nats, "
      + "and a deviation stays below \(NumberFormat.short(NetworkBound.factor(1))) times its size"
  }
}

/// The bounds of the losses of training. Before step t there are t forward passes, t − 1 backward
/// passes and t − 1 updates of two roundings each; all of them count as if each moved the logits.
/// The logits' size isn't stored; the loss plus that of equal logits, ln F, is used for it.
struct StepsBound: ElementBound {
  let layers: Int
  let classes: Int
  let arithmetic: Arithmetic
  let geometry: [LayerGeometry]

  init(_ example: TrainingCase, _ arithmetic: Arithmetic) {
    geometry = example.network.geometry
    layers = geometry.count
    classes = geometry[layers - 1].output.c
    self.arithmetic = arithmetic
  }

  private func passes(_ step: Int, _ expected: Double) -> (deviation: Double, depth: Int) {
    let size = abs(expected) + Double.log(Double(classes))
    let one = NetworkDeviations(geometry, arithmetic, logitsRMS: size).loss()
    let depth = layers + step * (2 * layers + 2)
    return (one.deviation * (Double(depth) / Double(layers)).squareRoot(), depth)
  }

  func bound(at i: Int, expected: Double) -> Double {
    NetworkBound.factor(1) * passes(i, expected).deviation
  }

  func reason(at i: Int, expected: Double) -> String {
    let (deviation, depth) = passes(i, expected)
    return LossBound(deviation: deviation, depth: depth).reason(at: i, expected: expected)
  }
}

/// The bounds of parameters after steps of training. The case says how far each element would move
/// if the gradients were off by their root mean square, R. Their actual error is their relative
/// deviation, which grows with the steps like that of the losses; and each step rounds the
/// parameter and the optimizer's memory.
///
///     bound = c(m) · σ · √(1 + 2·T) · R + (T + 1) · u · (|e| + R)
struct FinalBound: ElementBound {
  let reach: [Double]
  let deviation: Double
  let steps: Int
  let rounding: Double

  init(
    _ example: TrainingCase, _ final: TrainingCase.Final, layer: Int, _ arithmetic: Arithmetic
  ) {
    reach = final.reach
    steps = example.losses.count
    rounding = arithmetic.result
    let geometry = example.network.geometry
    let size = abs(example.losses[0]) + Double.log(Double(geometry[geometry.count - 1].output.c))
    deviation =
      NetworkDeviations(geometry, arithmetic, logitsRMS: size).gradient(of: layer).deviation
      * Double(1 + 2 * steps).squareRoot()
  }

  func bound(at i: Int, expected: Double) -> Double {
    NetworkBound.factor(reach.count) * deviation * reach[i]
      + Double(steps + 1) * rounding * (abs(expected) + reach[i])
  }

  func reason(at i: Int, expected: Double) -> String {
    "\(steps) steps move it by up to \(NumberFormat.short(reach[i])), whose gradients deviate by "
      + "\(NumberFormat.short(deviation)), the largest of \(reach.count) by "
      + "\(NumberFormat.short(NetworkBound.factor(reach.count))) times as much"
  }
}
