import Foundation
import Goldens
import Layers
import ReferenceEngine
import Testing

#if OneDNN
  import OneDNNEngine
#endif

/// An engine, and what its bounds are derived from.
struct JudgedEngine: Sendable, CustomStringConvertible {
  let description: String
  let engine: any Engine
  let arithmetic: Arithmetic

  /// A verifier of it.
  var verifier: GoldenVerifier { GoldenVerifier(engine: engine, arithmetic: arithmetic) }
}

#if OneDNN
  /// The fast engine with each of its ways to convolve.
  let fastEngines = ConvolutionAlgorithm.allCases.map { algorithm in
    JudgedEngine(
      description: "onednn, \(algorithm)", engine: OneDNNEngine(convolutions: algorithm),
      arithmetic: algorithm.leastChannels.map { .floatWithWinograd(from: $0) } ?? .float)
  }
#else
  let fastEngines: [JudgedEngine] = []
#endif

/// Every engine that golden values judge.
let judgedEngines =
  [
    JudgedEngine(
      description: "reference", engine: ReferenceEngine(), arithmetic: .doubleRoundedOnce)
  ] + fastEngines

/// The repository's own cases.
let goldenFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Golden").path

#if DEBUG
  /// Scalar kernels run a hundred times slower without optimization.
  let isOptimized = false
#else
  let isOptimized = true
#endif

@Suite("every engine against the golden values", .serialized)
struct GoldenFilesTests {
  static let folders = Layer.Kind.allCases.map(\.rawValue) + ["softmax_cross_entropy"]

  @Test("every operation case holds", arguments: judgedEngines, folders)
  func operations(_ judged: JudgedEngine, folder: String) throws {
    let suite = try GoldenSuite(path: "\(goldenFolder)/\(folder)")
    let results = try judged.verifier.verify(suite)
    for line in results.flatMap(\.failures) { Issue.record("\(line)") }
    #expect(results.count >= 5 && results.allSatisfy(\.passed))
  }

  @Test("every network holds", .enabled(if: isOptimized), arguments: judgedEngines)
  func networks(_ judged: JudgedEngine) throws {
    let suite = try GoldenSuite(path: "\(goldenFolder)/networks")
    let results = try judged.verifier.verify(suite)
    for line in results.flatMap(\.failures) { Issue.record("\(line)") }
    #expect(results.count >= 11 && results.allSatisfy(\.passed))
  }

  @Test("the steps of training hold", .enabled(if: isOptimized), arguments: judgedEngines)
  func training(_ judged: JudgedEngine) throws {
    let suite = try GoldenSuite(path: "\(goldenFolder)/training")
    let results = try judged.verifier.verify(suite)
    for line in results.flatMap(\.failures) { Issue.record("\(line)") }
    #expect(results.count >= 1 && results.allSatisfy(\.passed))
  }
}
