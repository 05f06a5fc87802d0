import Layers
import RealModule
import Tensors

extension ElementContext {
  /// The gradient of the normalization across channels: over every channel whose window holds this one.
  func localResponseNormalizationGradient(
    _ g: Tensor, _ lrn: LocalResponseNormalization
  ) -> Derivation {
    let channels = x.shape.c
    let users = lrn.windows(containing: c, channels: channels).map { [$0, row, column] }
    return normalizationGradient(
      g, Constants(lrn.convention, lrn.n, lrn.k, lrn.s, lrn.beta), users: users
    ) { user in
      lrn.window(around: user[0], channels: channels).map { [$0, row, column] }
    }
  }

  /// The gradient of the normalization within a channel: over every element whose window holds this one.
  func spatialNormalizationGradient(
    _ g: Tensor, _ normalization: SpatialNormalization
  ) -> Derivation {
    let (height, width) = (x.shape.h, x.shape.w)
    let users = normalization.windows(containing: row, size: height).flatMap { r in
      normalization.windows(containing: column, size: width).map { [c, r, $0] }
    }
    let constants = Constants(
      normalization.convention, normalization.n, normalization.k, normalization.s,
      normalization.beta)
    return normalizationGradient(g, constants, users: users) { user in
      normalization.window(around: user[1], size: height).flatMap { r in
        normalization.window(around: user[2], size: width).map { [c, r, $0] }
      }
    }
  }

  private struct Constants {
    let convention: NormalizationConvention
    let n: Int
    let k: Double
    let s: Double
    let beta: Double

    init(
      _ convention: NormalizationConvention, _ n: Int, _ k: Double, _ s: Double, _ beta: Double
    ) {
      (self.convention, self.n, self.k, self.s, self.beta) = (convention, n, k, s, beta)
    }
  }

  /// - Parameters:
  ///   - users: the outputs whose windows hold the element.
  ///   - window: the elements in the window of an output.
  private func normalizationGradient(
    _ g: Tensor, _ constants: Constants, users: [[Int]], window: ([Int]) -> [[Int]]
  ) -> Derivation {
    let (k, s, beta) = (constants.k, constants.s, constants.beta)
    let neighbours = users.map { user -> NormalizationGradientDetail.Neighbour in
      let squares = window(user).reduce(0) { $0 + neighbour($1).square }
      let scale = k + s * squares
      let (g, a) = (g[[n] + user], x[[n] + user])
      return NormalizationGradientDetail.Neighbour(
        index: user, g: g, a: a, scale: scale,
        term: Double(g) * Double(a) / Double.pow(scale, beta + 1))
    }
    let own = neighbours.firstIndex { $0.index == index } ?? 0
    let sum = neighbours.reduce(0) { $0 + $1.term }
    let a = Formula.symbol("a", Double(value(x)))
    let beta_ = Formula.symbol("β", beta)
    let direct = Step(
      "direct",
      .symbol("g", Double(neighbours[own].g)) / .power(.symbol("S", neighbours[own].scale), beta_))
    let inhibition = Step(
      "inhibition", .number(2) * .symbol("s", s) * beta_ * a * .symbol("Σt", sum))
    let detail = NormalizationGradientDetail(
      convention: constants.convention, n: constants.n, k: k, s: s, beta: beta, a: value(x),
      neighbours: neighbours, own: own, direct: direct.value, inhibition: -inhibition.value)
    let terms = neighbours.reduce(0) { $0 + $1.term.magnitude }
    let across = 2 * s * beta * Double(value(x)).magnitude * terms
    return gradientDerivation(
      .normalization(detail),
      [direct, inhibition, Step("∂L/∂a", direct.result - inhibition.result)],
      operations: 2 * neighbours.count + 8, magnitude: direct.value.magnitude + across)
  }
}
