// Verifies golden cases with one engine, and stops at the first failure. `Scripts/mutants` runs it.
//
//     runner GOLDEN-FOLDER FILE...
//
// Exit code 0: every case passes; 1: one fails, and standard output says which and where.

import Foundation
import Goldens

#if FAST
  import OneDNNEngine
  let engine = OneDNNEngine(threads: 1)
  let arithmetic = Arithmetic.floatWithWinograd(from: engine.convolutions.leastChannels ?? 0)
#else
  import ReferenceEngine
  let engine = ReferenceEngine()
  let arithmetic = Arithmetic.doubleRoundedOnce
#endif

@main
struct Runner {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    guard let root = arguments.first else { exit(2) }
    let verifier = GoldenVerifier(engine: engine, arithmetic: arithmetic)
    for file in arguments.dropFirst() {
      do {
        let suite = try GoldenSuite(path: "\(root)/\(file)")
        for result in try verifier.verify(suite) where !result.passed {
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
