// Verifies golden cases with one engine, in Float and in bfloat16, and stops at the first failure. `Scripts/mutants` runs it.
//
//     runner GOLDEN-FOLDER FILE...
//
// Exit code 0: every case passes; 1: one fails, and standard output says which and where.

import Foundation
import Goldens
import Layers

#if FAST
  import OneDNNEngine
  let engines = Precision.allCases.map { OneDNNEngine(threads: 1, precision: $0) }
  let arithmetic = Arithmetic.floatWithWinograd(from: engines[0].convolutions.leastChannels ?? 0)
#else
  import ReferenceEngine
  let engines = Precision.allCases.map { ReferenceEngine(precision: $0) }
  let arithmetic = Arithmetic.doubleRoundedOnce
#endif

@main
struct Runner {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    guard let root = arguments.first else { exit(2) }
    let verifiers = engines.map {
      GoldenVerifier(engine: $0, arithmetic: arithmetic.with($0.precision))
    }
    for file in arguments.dropFirst() {
      do {
        let suite = try GoldenSuite(path: "\(root)/\(file)")
        for result in try verifiers.flatMap({ try $0.verify(suite) }) where !result.passed {
          print(result.failures.first ?? file)
          exit(1)
        }
      } catch {
        print("\(file): \(error)")
        exit(1)
      }
    }
  }
}
