import Foundation
import Goldens
import Layers
import ReferenceEngine
import TensorFiles
import TestSupport
import Testing

extension EngineUnderTest {
  /// A verifier for the engine.
  var verifier: GoldenVerifier { GoldenVerifier(engine: engine, arithmetic: arithmetic) }
}

/// The golden cases of this repository.
let goldenFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Golden").path

@Suite("every engine against the golden values", .serialized)
struct GoldenFilesTests {
  static let folders = Layer.Kind.allCases.map(\.rawValue) + ["softmax_cross_entropy"]

  /// Golden/README.md has a row for every operation, with the parameters that its cases have.
  @Test("the README's table is complete", arguments: folders)
  func documented(folder: String) throws {
    let text = try String(contentsOfFile: "\(goldenFolder)/README.md", encoding: .utf8)
    let row = try #require(
      text.split(separator: "\n").first { line in
        line.split(separator: "|").first?.contains("`\(folder)`") == true
      })
    let suite = try GoldenSuite(path: "\(goldenFolder)/\(folder)")
    let metadata = try SafeTensors(path: "\(goldenFolder)/\(folder)/\(suite.files[0])").metadata
    guard
      case .object(let members) = try JSONParser.parse(
        Array(metadata["parameters", default: ""].utf8))
    else { Issue.record("\(folder) has no parameters"); return }
    for name in members.names { #expect(row.contains("`\(name)`")) }
  }

  @Test("every operation case passes", arguments: testedEngines, folders)
  func operations(_ judged: EngineUnderTest, folder: String) throws {
    let suite = try GoldenSuite(path: "\(goldenFolder)/\(folder)")
    let results = try judged.verifier.verify(suite)
    for line in results.flatMap(\.failures) { Issue.record("\(line)") }
    #expect(results.count >= 5 && results.allSatisfy(\.passed))
  }

  @Test("every network passes", .enabled(if: isOptimized), arguments: testedEngines)
  func networks(_ judged: EngineUnderTest) throws {
    let suite = try GoldenSuite(path: "\(goldenFolder)/networks")
    let results = try judged.verifier.verify(suite)
    for line in results.flatMap(\.failures) { Issue.record("\(line)") }
    #expect(results.count >= 11 && results.allSatisfy(\.passed))
  }

  @Test("the training steps pass", .enabled(if: isOptimized), arguments: testedEngines)
  func training(_ judged: EngineUnderTest) throws {
    let suite = try GoldenSuite(path: "\(goldenFolder)/training")
    let results = try judged.verifier.verify(suite)
    for line in results.flatMap(\.failures) { Issue.record("\(line)") }
    #expect(results.count >= 1 && results.allSatisfy(\.passed))
  }
}
