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
      return lrn.definitions.map { other, isOwn in
        NormalizationDefinition(
          convention: other.convention, n: other.n, k: other.k, alpha: other.alpha,
          beta: other.beta, s: other.s, usesOwnDefaults: isOwn, isTheLayers: other == lrn)
      }
    case .spatialNormalization(let normalization):
      return normalization.definitions.map { other in
        NormalizationDefinition(
          convention: other.convention, n: other.n, k: other.k, alpha: other.alpha,
          beta: other.beta, s: other.s, isTheLayers: other == normalization, isWithinChannel: true)
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
      "exists": .boolean(convention.exists(n: n)),
    ]
  }
}
