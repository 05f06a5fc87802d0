import Networks
import Tensors

/// How far the elements of a whole network's tensors may lie from their expected values.
///
/// Each layer's output is rounded, so that each adds an error of its own, of at most u = 2⁻²⁴ of its
/// size. A sum of n terms in an accumulator of roundoff ε adds about ε·√n besides (its roundings have
/// no common sign). Errors of different layers are independent, and a layer passes on error and value
/// alike, so after d roundings the relative deviation is
///
///     σ = √(Σ (u² + ε² · n))        over the layers behind: √d · u for an accumulator in Double
///
/// relative to the tensor's root mean square, or to the element where that is larger:
///
///     bound = c(m) · σ · √(rms² + e²) + u · |e|        c(m) = √(2 · ln(m / p))
///
/// c(m) · σ is what the largest of m normal deviations exceeds with probability p at most, for the tail
/// beyond c on both sides holds at most e^(−c²/2). p is 10⁻⁹ for each tensor.
///
/// A gradient has the roundings of the whole forward pass behind it, and of the backward pass down to
/// its layer. It begins with p − y at the logits, of which an error δ in each logit changes an element
/// by up to 2δ of itself: (2 · σ · rms of the logits)² is added under the root.
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

  /// p: how likely a sound engine may fail in one tensor.
  static let falseAlarm = 1e-9

  /// c(m): what the largest of m normal deviations stays below.
  static func factor(_ m: Int) -> Double {
    (2 * logarithm(Double(max(1, m)) / falseAlarm)).squareRoot()
  }

  func bound(at i: Int, expected: Double) -> Double {
    let size = (rms * rms + expected * expected).squareRoot()
    return Self.factor(count) * deviation * size + rounding * abs(expected)
  }

  func reason(at i: Int, expected: Double) -> String {
    "\(depth) roundings deviate by \(short(deviation)) of the tensor's size \(short(rms)), "
      + "the largest of \(count) by \(short(Self.factor(count))) times as much"
  }
}

/// The bounds of minimum, mean, maximum, root mean square and share of zeros.
///
/// Minimum and maximum are elements, the extreme ones of all. The mean and the root mean square move by
/// the root mean square of the errors at most (Cauchy and Schwarz; the triangle inequality), one normal
/// deviation. No element becomes or stops being zero: the case keeps its distance from every switch, which
/// is a few roundings of a plain sum. Winograd's algorithm has larger ones. Where it may have computed a
/// layer, elements within c(m) · σ of zero may change sides: 2 · c(m) · σ of all where a ReLU's inputs
/// have a density of at most one there (a normal distribution's is 0.4). And it leaves rounding errors
/// where every product is zero: there the zeros may go, and how large they have become is what the
/// elements' own bounds judge.
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
    // The deviation of element e is measured by √(rms² + e²), so of all together by √2 · rms.
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
  /// The transforms by which Winograd's algorithm may compute a layer; nil where it cannot.
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

  /// Whether Winograd's algorithm may compute a layer.
  var mayTransform: Bool { geometry.contains { arithmetic.transforms(of: $0) != nil } }

  /// The square of what one rounded sum of `terms` terms adds in a layer. Winograd's algorithm makes the
  /// errors of products grow, and rounds in its transforms besides.
  private func added(_ terms: Int, _ layer: LayerGeometry) -> Double {
    var sum = arithmetic.accumulator * arithmetic.accumulator * Double(terms)
    if let transforms = arithmetic.transforms(of: layer) {
      let (ofMaps, ofFilters) = transforms.roundings
      let transformed = Double(
        terms / (transforms.taps * transforms.taps) + 2 * ofMaps + ofFilters + 2)
      sum = max(
        sum, arithmetic.accumulator * arithmetic.accumulator * transforms.variance * transformed)
    }
    return arithmetic.result * arithmetic.result + sum
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

  /// Of a layer's output.
  func output(of layer: Int) -> (deviation: Double, depth: Int) {
    let isSoftmax = geometry[layer].layer == .softmax
    let square = forward(through: layer) + (isSoftmax ? fromLogits() : 0)
    return (square.squareRoot(), layer + 1)
  }

  /// Of the gradients at a layer: of what arrives there, and of its parameters.
  func gradient(of layer: Int) -> (deviation: Double, depth: Int) {
    var square = forward(through: geometry.count - 1) + fromLogits()
    for passed in geometry[layer...] {
      let parameters = passed.parameters.map(\.shape.count).min() ?? passed.input.count
      square += added(terms(passed, per: min(passed.input.count, parameters)), passed)
    }
    return (square.squareRoot(), 2 * geometry.count - layer)
  }

  /// Of the loss, in nats: Σ (p − y) · δ over the logits, whose factors have a size of √2 at most.
  func loss() -> (deviation: Double, depth: Int) {
    let square = forward(through: geometry.count - 1)
    return ((2 * square).squareRoot() * logitsRMS, geometry.count)
  }
}
