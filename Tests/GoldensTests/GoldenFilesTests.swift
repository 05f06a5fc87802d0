import Foundation
import Goldens
import Layers
import ReferenceEngine
import Testing

/// The repository's own cases.
let goldenFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Golden").path

#if DEBUG
  /// Scalar kernels run a hundred times slower without optimization.
  let isOptimized = false
#else
  let isOptimized = true
#endif

@Suite("the reference engine against the golden values")
struct GoldenFilesTests {
  static let folders = Layer.Kind.allCases.map(\.rawValue) + ["softmax_cross_entropy"]

  @Test("every operation case holds", arguments: folders)
  func operations(folder: String) throws {
    let suite = try GoldenSuite(path: "\(goldenFolder)/\(folder)")
    let results = try GoldenVerifier(engine: ReferenceEngine()).verify(suite)
    for line in results.flatMap(\.failures) { Issue.record("\(line)") }
    #expect(results.count >= 5 && results.allSatisfy(\.passed))
  }

  @Test("every network holds", .enabled(if: isOptimized))
  func networks() throws {
    let suite = try GoldenSuite(path: "\(goldenFolder)/networks")
    let results = try GoldenVerifier(engine: ReferenceEngine()).verify(suite)
    for line in results.flatMap(\.failures) { Issue.record("\(line)") }
    #expect(results.count >= 11 && results.allSatisfy(\.passed))
  }

  @Test("the steps of training hold", .enabled(if: isOptimized))
  func training() throws {
    let suite = try GoldenSuite(path: "\(goldenFolder)/training")
    let results = try GoldenVerifier(engine: ReferenceEngine()).verify(suite)
    for line in results.flatMap(\.failures) { Issue.record("\(line)") }
    #expect(results.count >= 1 && results.allSatisfy(\.passed))
  }
}
