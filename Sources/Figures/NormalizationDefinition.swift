import Basics
import Explanations
import Layers
import Networks
import TensorFiles

/// One definition of a normalization, with the numbers that the figure's script needs to apply it.
struct NormalizationDefinition {
  var convention: NormalizationConvention
  var n: Int
  var k: Double
  var alpha: Double
  var beta: Double
  /// The factor before the sum of squares.
  var s: Double
  /// Whether n, k, α and β are the definition's own defaults rather than the layer's.
  var usesOwnDefaults = false
  var isTheLayers: Bool
  var isWithinChannel = false

  /// How many neighbours below and above the window reaches.
  var below: Int { convention.reach(n).below }
  var above: Int { convention.reach(n).above }

  /// Every definition that `why` shows beside the layer's; none if the layer isn't a normalization.
  static func all(for layer: Layer) -> [NormalizationDefinition] {
    switch layer {
    case .localResponseNormalization(let lrn):
      func definition(_ other: LocalResponseNormalization, own: Bool) -> NormalizationDefinition {
        NormalizationDefinition(
          convention: other.convention, n: other.n, k: other.k, alpha: other.alpha,
          beta: other.beta, s: other.s, usesOwnDefaults: own, isTheLayers: other == lrn)
      }
      let same = NormalizationConvention.allCases.map { convention in
        var other = lrn
        other.convention = convention
        return definition(other, own: false)
      }
      let own = NormalizationConvention.allCases.compactMap {
        convention -> NormalizationDefinition? in
        guard let defaults = convention.defaults(n: lrn.n) else { return nil }
        return definition(
          LocalResponseNormalization(
            n: defaults.n, k: defaults.k, alpha: defaults.alpha, beta: defaults.beta,
            convention: convention, groups: lrn.groups), own: true)
      }
      return same + own
    case .spatialNormalization(let normalization):
      // Caffe's definition has a fixed k = 1.
      return SpatialNormalization.conventions.filter { $0 != .caffe || normalization.k == 1 }.map {
        convention in
        var other = normalization
        other.convention = convention
        return NormalizationDefinition(
          convention: convention, n: other.n, k: other.k, alpha: other.alpha, beta: other.beta,
          s: other.s, isTheLayers: other == normalization, isWithinChannel: true)
      }
    case .convolution, .locallyConnected, .maxPooling, .averagePooling, .batchNormalization,
      .activation, .flatten, .linear, .dropout, .softmax:
      return []
    }
  }

  /// The definition for the script.
  var json: JSONValue {
    [
      "name": .string(
        isWithinChannel && convention == .paper
          ? "as the paper writes α" : convention.shortTitle),
      "title": .string(convention.title), "divides": .boolean(convention.dividesAlpha),
      "n": .integer(n), "k": .number(k), "alpha": .number(alpha), "beta": .number(beta),
      "s": .number(s), "below": .integer(below), "above": .integer(above),
      "ownDefaults": .boolean(usesOwnDefaults), "isTheLayers": .boolean(isTheLayers),
      "exists": .boolean(convention != .caffe || n % 2 == 1),
    ]
  }
}
