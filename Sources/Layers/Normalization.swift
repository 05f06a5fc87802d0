import Tensors

/// The definitions of local response normalization in use. They differ in s, the factor before the sum
/// of squares, and in which neighbours an even n takes.
public enum NormalizationConvention: String, CaseIterable, Hashable, Sendable {
  /// The paper's printed formula, section 3.3: s = α. For even n the printed bounds would give n +
  /// 1 neighbours; here it's n, one more below than above.
  case paper
  /// The authors' 2012 program: s = α/n; for even n, one more neighbour below than above.
  case source2012
  /// Caffe: s = α/n; odd n only.
  case caffe
  /// PyTorch's LocalResponseNorm: s = α/n, also at the edges; for even n, one more neighbour below.
  case pytorch
  /// TensorFlow's local_response_normalization: s = α over 2·⌊n/2⌋ + 1 neighbours.
  case tensorflow
  /// The ONNX operator LRN: s = α/n; for even n, one more neighbour above.
  case onnx
  /// oneDNN: s = α/n over ⌊(n−1)/2⌋ neighbours on each side, so n − 1 for even n.
  case onednn

  /// Whether α is divided by the size of the window.
  public var dividesAlpha: Bool { self != .paper && self != .tensorflow }

  /// How many neighbours below and above the middle a window of size `n` reaches.
  public func reach(_ n: Int) -> (below: Int, above: Int) {
    switch self {
    case .paper, .source2012, .pytorch: (n / 2, n - 1 - n / 2)
    case .onnx: (n - 1 - n / 2, n / 2)
    case .tensorflow: (n / 2, n / 2)
    case .caffe, .onednn: ((n - 1) / 2, (n - 1) / 2)
    }
  }
}

/// Local response normalization across channels (paper, section 3.3).
///
///     b[i] = a[i] / (k + s · Σ a[j]²)^β        j in the window of n channels around i
public struct LocalResponseNormalization: Hashable, Sendable {
  /// How many neighbouring channels are summed, the middle one included.
  public var n: Int
  /// What is added to the sum, so that the base of the power isn't 0.
  public var k: Double
  /// The factor before the sum; some conventions divide it by n.
  public var alpha: Double
  /// The power.
  public var beta: Double
  /// Whose definition of the formula.
  public var convention: NormalizationConvention
  /// The number of equal ranges of channels that are normalized separately; 2 for the two GPUs of
  /// the authors' 2012 program.
  public var groups: Int

  /// A normalization over `n` channels; the defaults are the paper's.
  public init(
    n: Int = 5, k: Double = 2, alpha: Double = 1e-4, beta: Double = 0.75,
    convention: NormalizationConvention = .paper, groups: Int = 1
  ) {
    (self.n, self.k, self.alpha, self.beta) = (n, k, alpha, beta)
    (self.convention, self.groups) = (convention, groups)
  }

  /// The factor before the sum of squares: α, or α/n.
  public var s: Double { convention.dividesAlpha ? alpha / Double(n) : alpha }

  /// The channels whose squares are summed for channel `i`, clipped to its group.
  public func window(around i: Int, channels: Int) -> Range<Int> {
    let (below, above) = convention.reach(n)
    let group = group(of: i, channels: channels)
    return max(group.lowerBound, i - below)..<min(group.upperBound, i + above + 1)
  }

  /// The channels j whose window holds channel `i`: the mirror image of `window(around:)`.
  public func windows(containing i: Int, channels: Int) -> Range<Int> {
    let (below, above) = convention.reach(n)
    let group = group(of: i, channels: channels)
    return max(group.lowerBound, i - above)..<min(group.upperBound, i + below + 1)
  }

  private func group(of i: Int, channels: Int) -> Range<Int> {
    let size = channels / groups
    return (i / size) * size..<(i / size + 1) * size
  }

  func outputShape(for input: Shape) throws(ShapeError) -> Shape {
    try input.requireMap()
    try requireNormalization(n: n, k: k, alpha: alpha, beta: beta)
    if convention == .caffe && n % 2 == 0 { throw .convention(convention, n: n) }
    guard (1...ShapeError.largest).contains(groups) else {
      throw .range("groups", groups, least: 1)
    }
    guard input.c % groups == 0 else { throw .groups(groups, channels: input.c, of: .input) }
    return input
  }
}

/// Normalization within a channel, over an n×n window of rows and columns ("within-map", used by
/// cuda-convnet and, in block 2, by the authors' 2012 program, though the paper does not mention it).
///
///     b[y, x] = a[y, x] / (k + s · Σ a²)^β        over the window around y, x, clipped to the map
///
/// s is α/n² in the program's definition and α as the paper writes it.
public struct SpatialNormalization: Hashable, Sendable {
  /// The definitions that exist within a channel: the authors' program and cuda-convnet, Caffe's
  /// `WITHIN_CHANNEL` and oneDNN's `lrn_within_channel`, which all divide α by n², and the formula
  /// as the paper writes it, which doesn't. The paper itself, PyTorch, TensorFlow and ONNX
  /// normalize across channels only.
  public static let conventions: [NormalizationConvention] = [.paper, .source2012, .caffe, .onednn]

  /// The side of the window.
  public var n: Int
  /// What is added to the sum.
  public var k: Double
  /// The factor before the sum; some conventions divide it by n².
  public var alpha: Double
  /// The power.
  public var beta: Double
  /// Whose definition: which neighbours an even n takes, and whether α is divided.
  public var convention: NormalizationConvention

  /// A normalization over n×n windows; the defaults are cuda-convnet's.
  public init(
    n: Int = 3, k: Double = 1, alpha: Double = 5e-5, beta: Double = 0.75,
    convention: NormalizationConvention = .source2012
  ) {
    (self.n, self.k, self.alpha, self.beta) = (n, k, alpha, beta)
    self.convention = convention
  }

  /// The factor before the sum of squares: α, or α/n².
  public var s: Double { convention.dividesAlpha ? alpha / Double(n * n) : alpha }

  /// The rows (or columns) summed for row `i` of `size`, clipped to the map.
  public func window(around i: Int, size: Int) -> Range<Int> {
    let (below, above) = convention.reach(n)
    return max(0, i - below)..<min(size, i + above + 1)
  }

  /// The rows (or columns) whose window holds row `i`.
  public func windows(containing i: Int, size: Int) -> Range<Int> {
    let (below, above) = convention.reach(n)
    return max(0, i - above)..<min(size, i + below + 1)
  }

  func outputShape(for input: Shape) throws(ShapeError) -> Shape {
    try input.requireMap()
    try requireNormalization(n: n, k: k, alpha: alpha, beta: beta)
    if convention == .caffe && n % 2 == 0 { throw .convention(convention, n: n) }
    return input
  }
}

/// Checks the numbers that both normalizations share: the power must be defined for every sum.
private func requireNormalization(
  n: Int, k: Double, alpha: Double, beta: Double
) throws(ShapeError) {
  try requireCount("n", n)
  guard k > 0, k.isFinite else { throw .value("k", k, allowed: "above 0") }
  guard alpha >= 0, alpha.isFinite else { throw .value("alpha", alpha, allowed: "0 or more") }
  guard beta >= 0, beta.isFinite else { throw .value("beta", beta, allowed: "0 or more") }
}

/// Batch normalization of each channel (Ioffe and Szegedy 2015).
///
///     y = γ · (x − mean) / √(variance + ε) + β
///
/// Training uses the mean and the biased variance of the batch, and updates the running statistics:
/// running ← momentum · running + (1 − momentum) · batch, with the unbiased variance. Inference
/// uses the running statistics.
public struct BatchNormalization: Hashable, Sendable {
  /// What is added to the variance.
  public var epsilon: Double
  /// How much of the running statistics is kept at each step (Keras' meaning; PyTorch counts 1 − this).
  public var momentum: Double

  /// A batch normalization; the defaults are Keras'.
  public init(epsilon: Double = 1e-3, momentum: Double = 0.99) {
    self.epsilon = epsilon
    self.momentum = momentum
  }

  func outputShape(for input: Shape) throws(ShapeError) -> Shape {
    guard input.rank == 4 || input.rank == 2 else { throw .rank(needs: 4, arriving: input) }
    guard epsilon > 0, epsilon.isFinite else {
      throw .value("epsilon", epsilon, allowed: "above 0")
    }
    guard (0...1).contains(momentum) else {
      throw .value("momentum", momentum, allowed: "from 0 to 1")
    }
    return input
  }

  func parameters(for input: Shape) -> [Parameter] {
    [
      Parameter(.weight, [input.c], fanIn: 1), Parameter(.bias, [input.c], fanIn: 1),
      Parameter(.runningMean, [input.c], fanIn: 1),
      Parameter(.runningVariance, [input.c], fanIn: 1),
    ]
  }
}
