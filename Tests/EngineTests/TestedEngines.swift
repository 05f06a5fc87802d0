import Goldens
import Layers
import ReferenceEngine

#if OneDNN
  import OneDNNEngine
#endif

/// An engine and how exactly it rounds.
struct EngineUnderTest: Sendable, CustomStringConvertible {
  let name: String
  let engine: any Engine
  /// The error of one output, in halves of a unit in its last place, where few terms are summed.
  let halfULPs: Double
  /// How many units in the last place a result that was worked by hand may be off.
  let ulps: Float
  /// What bounds are derived from.
  let arithmetic: Arithmetic

  var description: String { name }
}

/// The engines that are held against the definition, and how exactly each rounds.
let testedEngines = [referenceUnderTest] + fastEngines

/// The definition: sums in Double, rounded once.
let referenceUnderTest = EngineUnderTest(
  name: "reference", engine: ReferenceEngine(), halfULPs: 1, ulps: 1,
  arithmetic: .doubleRoundedOnce)

#if OneDNN
  /// The fast engine with each of its ways to convolve. It sums in Float: up to fifty terms in the small
  /// layers of the tables here, of which the largest are some times as large as their sum.
  let fastEngines = ConvolutionAlgorithm.allCases.map { algorithm in
    EngineUnderTest(
      name: "onednn, \(algorithm)", engine: OneDNNEngine(convolutions: algorithm), halfULPs: 16,
      ulps: 4,
      arithmetic: algorithm.leastChannels.map { .floatWithWinograd(from: $0) } ?? .float)
  }
#else
  let fastEngines: [EngineUnderTest] = []
#endif
