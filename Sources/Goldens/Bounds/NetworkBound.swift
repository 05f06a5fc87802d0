import Basics
import Networks
import RealModule
import Tensors

/// How far the elements of a whole network's tensors may be from their expected values.
///
/// Each layer's output is rounded, so each layer adds an error of at most u = 2⁻²⁴ of its size. A
/// sum of n terms in an accumulator of roundoff ε adds about ε·√n (its roundings have different
/// signs). Errors of different layers are independent, and a layer passes on error and value alike,
/// so after d roundings the relative deviation is
///
///     σ = √(Σ (u² + ε² · n))        over the layers behind: √d · u for an accumulator in Double
///
/// relative to the tensor's root mean square, or to the element if that is larger:
///
///     bound = c(m) · σ · √(rms² + e²) + u · |e|        c(m) = √(2 · ln(m / p))
///
/// The largest of m normal deviations exceeds c(m) · σ with a probability of at most p, since the
/// probability beyond c on both sides is at most e^(−c²/2). p is 10⁻⁹ for each tensor.
///
/// In bfloat16 both operands of each product are rounded, by at most u of their size each, and a layer
/// that sums products adds 2·u² under the root, with u = 2⁻⁸.
///
/// A gradient has the roundings of the whole forward pass behind it, and of the backward pass down
/// to its layer. It starts with p − y at the logits, and an error δ in each logit changes an
/// element of it by up to 2δ of itself: (2 · σ · rms of the logits)² is added under the root.
struct NetworkBound: ElementBound {
  /// σ: the relative deviation.
  let deviation: Double
  /// d: the roundings behind it.
  let depth: Int
  /// The root mean square of the tensor.
  let rms: Double
  /// m: how many elements are compared.
  let count: Int
  /// u: the roundoff of the last step.
  let rounding: Double

  /// p: the largest probability that a correct engine fails in one tensor.
  static let falseAlarm = 1e-9

  /// c(m): the limit of the largest of m normal deviations.
  static func factor(_ m: Int) -> Double {
    (2 * Double.log(Double(max(1, m)) / falseAlarm)).squareRoot()
  }

  func bound(at i: Int, expected: Double) -> Double {
    let size = (rms * rms + expected * expected).squareRoot()
    return Self.factor(count) * deviation * size + rounding * abs(expected)
  }

  func reason(at i: Int, expected: Double) -> String {
    "\(depth) roundings deviate by \(NumberFormat.short(deviation)) of the tensor's size \(NumberFormat.short(rms)), "
      + "the largest of \(count) by \(NumberFormat.short(Self.factor(count))) times as much"
  }
}

/// The bounds of minimum, mean, maximum, root mean square and share of zeros.
///
/// Minimum and maximum are elements, the extreme ones of all. The mean and the root mean square
/// change by at most the root mean square of the errors (Cauchy and Schwarz; the triangle
/// inequality), one normal deviation. No element becomes or stops being zero, since the inputs of
/// every ReLU and maximum in the case differ by more than a few roundings of a plain sum.
/// Winograd's algorithm and bfloat16 have larger errors. If a layer may have them, elements within c(m) ·
/// σ of zero may change sides: 2 · c(m) · σ of all, for a density of a ReLU's inputs of at most one
/// there (a normal distribution's is 0.4). The algorithm also leaves rounding errors where every product is
/// zero, so zeros may become nonzero; the elements' own bounds then judge their size.
struct StatisticsBound: ElementBound {
  let elements: NetworkBound
  /// How many elements the tensor has.
  let count: Int
  /// Whether a sum of zeros is zero.
  var keepsZeros = true
  /// Whether elements near zero may change sides.
  var crossesZero = false

  static let labels = ["minimum", "mean", "maximum", "root mean square", "share of zeros"]

  private func spread(_ i: Int) -> NetworkBound {
    NetworkBound(
      deviation: elements.deviation, depth: elements.depth, rms: elements.rms,
      count: i == 0 || i == 2 ? count : 1, rounding: elements.rounding)
  }

  func bound(at i: Int, expected: Double) -> Double {
    switch i {
    case 0, 2: spread(i).bound(at: i, expected: expected)
    // The deviation of element e is relative to √(rms² + e²), so that of all together is relative
    // to √2 · rms.
    case 1, 3: spread(i).bound(at: i, expected: elements.rms)
    default:
      0.5 / Double(count) + (keepsZeros ? 0 : expected)
        + (crossesZero ? 2 * NetworkBound.factor(count) * elements.deviation : 0)
    }
  }

  func reason(at i: Int, expected: Double) -> String {
    i < 4
      ? spread(i).reason(at: i, expected: expected)
      : keepsZeros
        ? "of \(count) elements "
          + (crossesZero ? "few" : "not one") + " may become zero, or stop being zero"
        : "Winograd's transforms may leave rounding errors for zeros"
  }
}

extension Arithmetic {
  /// The transforms with which Winograd's algorithm may compute a layer; nil if it can't.
  func transforms(of layer: LayerGeometry) -> Winograd.Transforms? {
    guard case .convolution(let convolution) = layer.layer else { return nil }
    return winograd?.transforms(of: convolution, channels: layer.input.c)
  }
}

/// The relative deviations of a network's tensors, layer by layer.
struct NetworkDeviations {
  private let geometry: [LayerGeometry]
  private let arithmetic: Arithmetic
  private let logitsRMS: Double

  init(_ geometry: [LayerGeometry], _ arithmetic: Arithmetic, logitsRMS: Double) {
    (self.geometry, self.arithmetic, self.logitsRMS) = (geometry, arithmetic, logitsRMS)
  }

  /// Whether an element near zero may change sides: by Winograd's algorithm, or in bfloat16.
  var mayCrossZero: Bool {
    arithmetic.precision != .float || geometry.contains { arithmetic.transforms(of: $0) != nil }
  }

  /// The square of the deviation that one rounded sum of `terms` terms adds in a layer. Winograd's
  /// algorithm increases the errors of products, and its transforms add roundings.
  private func added(_ terms: Int, _ layer: LayerGeometry) -> Double {
    var sum = arithmetic.accumulator * arithmetic.accumulator * Double(terms)
    if let transforms = arithmetic.transforms(of: layer) {
      let (ofMaps, ofFilters) = transforms.roundings
      let transformed = Double(
        terms / (transforms.taps * transforms.taps) + 2 * ofMaps + ofFilters + 2)
      sum = max(
        sum, arithmetic.accumulator * arithmetic.accumulator * transforms.variance * transformed)
    }
    let u = layer.layer.sumsProducts ? arithmetic.precision.roundoff : 0
    return arithmetic.result * arithmetic.result + sum + 2 * u * u
  }

  /// Sums over a window, a normalization or a softmax are short.
  private func terms(_ layer: LayerGeometry, per count: Int) -> Int {
    max(32, layer.multiplyAdds / max(1, count))
  }

  private func forward(through layer: Int) -> Double {
    geometry[...layer].reduce(0) { $0 + added(terms($1, per: $1.output.count), $1) }
  }

  private func fromLogits() -> Double {
    let relative = 2 * forward(through: geometry.count - 1).squareRoot() * logitsRMS
    return relative * relative
  }

  /// The deviation of a layer's output.
  func output(of layer: Int) -> (deviation: Double, depth: Int) {
    let isSoftmax = geometry[layer].layer == .softmax
    let square = forward(through: layer) + (isSoftmax ? fromLogits() : 0)
    return (square.squareRoot(), layer + 1)
  }

  /// The deviation of the gradients at a layer: of its input and its parameters.
  func gradient(of layer: Int) -> (deviation: Double, depth: Int) {
    var square = forward(through: geometry.count - 1) + fromLogits()
    for passed in geometry[layer...] {
      let parameters = passed.parameters.map(\.shape.count).min() ?? passed.input.count
      square += added(terms(passed, per: min(passed.input.count, parameters)), passed)
    }
    return (square.squareRoot(), 2 * geometry.count - layer)
  }

  /// The deviation of the loss, in nats: Σ (p − y) · δ over the logits, where the norm of p − y is
  /// at most √2.
  func loss() -> (deviation: Double, depth: Int) {
    let square = forward(through: geometry.count - 1)
    return ((2 * square).squareRoot() * logitsRMS, geometry.count)
  }
}
