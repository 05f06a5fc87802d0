import Goldens
import Layers
import ReferenceEngine

#if OneDNN
  import OneDNNEngine
#endif

/// An engine and its rounding.
package struct EngineUnderTest: Sendable, CustomStringConvertible {
  package let name: String
  package let engine: any Engine
  /// The arithmetic that error bounds are derived from.
  package let arithmetic: Arithmetic

  package var description: String { name }
}

/// The reference engine: sums in Double, rounded once.
package let referenceUnderTest = EngineUnderTest(
  name: "reference", engine: ReferenceEngine(), arithmetic: .doubleRoundedOnce)

#if OneDNN
  /// The fast engine with each of its convolution algorithms. It sums in Float.
  package let fastEngines = ConvolutionAlgorithm.allCases.map { algorithm in
    EngineUnderTest(
      name: "onednn, \(algorithm)", engine: OneDNNEngine(convolutions: algorithm),
      arithmetic: algorithm.leastChannels.map { .floatWithWinograd(from: $0) } ?? .float)
  }
#else
  /// The fast engine isn't built in.
  package let fastEngines: [EngineUnderTest] = []
#endif

/// Every engine, with the reference engine first.
package let testedEngines = [referenceUnderTest] + fastEngines

/// Every engine with operands rounded to bfloat16, the reference engine first.
package let roundingEngines: [EngineUnderTest] = {
  var engines: [(name: String, engine: any Engine, arithmetic: Arithmetic)] = [
    ("reference", ReferenceEngine(precision: .bfloat16), .doubleRoundedOnce)
  ]
  #if OneDNN
    for (tested, algorithm) in zip(fastEngines, ConvolutionAlgorithm.allCases) {
      engines.append(
        (
          tested.name, OneDNNEngine(convolutions: algorithm, precision: .bfloat16),
          tested.arithmetic
        ))
    }
  #endif
  return engines.map {
    EngineUnderTest(
      name: "\($0.name), bfloat16", engine: $0.engine, arithmetic: $0.arithmetic.with(.bfloat16))
  }
}()

/// Whether kernels were compiled with optimization. Without it, scalar kernels are a hundred times
/// slower.
#if DEBUG
  package let isOptimized = false
#else
  package let isOptimized = true
#endif
