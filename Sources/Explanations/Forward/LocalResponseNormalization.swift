import Layers
import RealModule
import Tensors

extension ElementContext {
  /// Local response normalization across channels (paper, section 3.3).
  func localResponseNormalization(_ lrn: LocalResponseNormalization) -> Derivation {
    let channels = x.shape.c
    let group = channels / lrn.groups
    let limits = c / group * group..<(c / group + 1) * group
    let (below, above) = lrn.convention.reach(lrn.n)
    let whole = c - below..<c + above + 1
    let byGroup =
      (whole.lowerBound < limits.lowerBound && limits.lowerBound > 0)
      || (whole.upperBound > limits.upperBound && limits.upperBound < channels)
    let reach = NormalizationDetail.Reach(
      axis: "channel", whole: whole, inside: whole.clamped(to: limits), limits: limits,
      isClippedByGroup: byGroup)
    let sum = Normalized(
      a: value(x), n: lrn.n, k: lrn.k, alpha: lrn.alpha, beta: lrn.beta, s: lrn.s,
      neighbours: reach.inside.map { neighbour([$0, row, column]) })
    return sum.derivation(
      convention: lrn.convention, index: index, reach: [reach], square: false,
      conventions: conventionRows(lrn), wrap: Explanation.Detail.localResponseNormalization)
  }

  func neighbour(_ index: [Int]) -> NormalizationDetail.Neighbour {
    NormalizationDetail.Neighbour(index: index, a: x[[n] + index])
  }

  /// The same element under each definition: with the layer's n, k, α and β, then with the
  /// definition's defaults.
  private func conventionRows(_ lrn: LocalResponseNormalization) -> [ConventionRow] {
    lrn.definitions.map { row(of: $0.layer, ownDefaults: $0.isOwn, isTheLayers: $0.layer == lrn) }
  }

  private func row(
    of lrn: LocalResponseNormalization, ownDefaults: Bool, isTheLayers: Bool
  ) -> ConventionRow {
    let sum = Normalized(
      a: value(x), n: lrn.n, k: lrn.k, alpha: lrn.alpha, beta: lrn.beta, s: lrn.s,
      neighbours: lrn.window(around: c, channels: x.shape.c).map { neighbour([$0, row, column]) })
    return sum.row(
      convention: lrn.convention, ownDefaults: ownDefaults, isTheLayers: isTheLayers,
      exists: lrn.convention.exists(n: lrn.n))
  }
}

extension LocalResponseNormalization {
  /// The same layer under each definition: with its own n, k, α and β, then (`isOwn`) with the defaults of
  /// each definition that has some.
  package var definitions: [(layer: LocalResponseNormalization, isOwn: Bool)] {
    let same = NormalizationConvention.allCases.map { convention in
      var other = self
      other.convention = convention
      return (layer: other, isOwn: false)
    }
    let own = NormalizationConvention.allCases.compactMap { convention in
      convention.defaults(n: n).map {
        let other = LocalResponseNormalization(
          n: $0.n, k: $0.k, alpha: $0.alpha, beta: $0.beta, convention: convention, groups: groups)
        return (layer: other, isOwn: true)
      }
    }
    return same + own
  }
}

extension NormalizationConvention {
  /// Whether the definition has a window of n: Caffe refuses an even one.
  package func exists(n: Int) -> Bool { self != .caffe || n % 2 == 1 }
}

/// The arithmetic of both normalizations.
struct Normalized {
  let a: Float
  let n: Int
  let k: Double
  let alpha: Double
  let beta: Double
  let s: Double
  let neighbours: [NormalizationDetail.Neighbour]

  /// Σ a²
  var sumOfSquares: Double { neighbours.reduce(0) { $0 + $1.square } }
  /// S = k + s · Σ a²
  var scale: Double { k + s * sumOfSquares }
  /// b = a / S^β
  var b: Double { Double(a) / Double.pow(scale, beta) }

  func row(
    convention: NormalizationConvention, ownDefaults: Bool, isTheLayers: Bool, exists: Bool
  ) -> ConventionRow {
    let outcome = ConventionRow.Outcome(
      count: neighbours.count, sumOfSquares: sumOfSquares, scale: scale, b: b)
    return ConventionRow(
      convention: convention, usesOwnDefaults: ownDefaults, isTheLayers: isTheLayers, n: n, k: k,
      alpha: alpha, beta: beta, s: s, outcome: exists ? outcome : nil)
  }

  /// - Parameters:
  ///   - index: the element itself.
  ///   - square: whether α, if divided, is divided by n² rather than n.
  func derivation(
    convention: NormalizationConvention, index: [Int], reach: [NormalizationDetail.Reach],
    square: Bool, conventions: [ConventionRow], wrap: (NormalizationDetail) -> Explanation.Detail
  ) -> Derivation {
    let detail = NormalizationDetail(
      convention: convention, n: n, k: k, alpha: alpha, beta: beta, s: s, a: a, reach: reach,
      neighbours: neighbours, own: neighbours.firstIndex { $0.index == index } ?? 0,
      sumOfSquares: sumOfSquares, scale: scale, divisor: Double.pow(scale, beta), b: b,
      conventions: conventions)
    return Derivation(
      detail: wrap(detail), steps: steps(divided: convention.dividesAlpha, square: square),
      value: b,
      operations: neighbours.count + 4)
  }

  /// s if α is divided, then S, S^β and b.
  private func steps(divided: Bool, square: Bool) -> [Step] {
    var steps: [Step] = []
    var factor = Formula.symbol("α", alpha)
    if divided {
      let size = Formula.symbol("n", Double(n))
      let step = Step("s", factor / (square ? .power(size, .number(2)) : size))
      steps.append(step)
      factor = step.result
    }
    let scale = Step("S", .symbol("k", k) + factor * .symbol("Σa²", sumOfSquares))
    let b = Step("b", .symbol("a", Double(a)) / .power(scale.result, .symbol("β", beta)))
    return steps + [scale, b]
  }
}
