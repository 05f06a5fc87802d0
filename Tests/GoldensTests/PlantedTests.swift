import Goldens
import Layers
import PlantedEngine
import TestSupport
import Testing

/// The golden values detect each engine of lesson 16 in certain cases, and in no others.
@Suite("planted mistakes fail the cases they affect", .serialized)
struct PlantedTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var engine: String
    /// The operation of the wrong kernel.
    var folder: String
    /// The tensors that are wrong in failing cases.
    var tensors: Set<String>
    /// Whether the case with this name fails.
    var fails: @Sendable (String) -> Bool
    var testDescription: String { engine }
  }

  static let lrn = "local_response_normalization"
  static let rows = [
    Row(engine: "planted-1", folder: lrn, tensors: ["y", "x_gradient"]) { name in
      let isUndivided = name.hasPrefix("paper-") || name.hasPrefix("tensorflow-")
      // With a single neighbour it is divided by 1; zero and tiny values give the same either way.
      let showsNothing = ["size-1", "zeros", "tiny-1e-30"].contains { name.hasSuffix("-\($0)") }
      return isUndivided && !showsNothing
    },
    Row(engine: "planted-2", folder: "max_pooling", tensors: ["x_gradient"]) {
      // In the two excluded cases, only gradients of 0 reach ties.
      ($0.hasPrefix("ties") && !["ties-after-relu", "ties-sparse-remainder"].contains($0))
        || $0 == "zeros" || $0.hasPrefix("with-nan")
    },
    Row(engine: "planted-3", folder: lrn, tensors: ["y"]) { name in
      // The forgotten channel doesn't exist or is zero.
      !["single-channel", "zeros", "tiny-1e-30", "even-10-wider-than-channels"].contains {
        name.hasSuffix("-\($0)")
      }
    },
    Row(engine: "planted-4", folder: "convolution", tensors: ["bias_gradient"]) {
      // The cases with several images.
      [
        "batch-3", "ceil-groups", "ceil-remainder", "even-kernel-2", "groups-2",
        "groups-3-of-several", "groups-3-stride", "input-sparse", "odd-same",
        "stride-beyond-kernel", "tall", "tap-beyond-2", "wide-20-to-36", "wide-48-to-33",
        "window-is-the-input", "winograd-13", "winograd-sparse",
      ].contains($0)
    },
    Row(engine: "planted-5", folder: "convolution", tensors: ["x_gradient"]) {
      // Filters with one weight, or with only zeros, are the same when reversed.
      ![
        "one-pixel-padded", "pointwise", "single-element", "tap-beyond-1", "tap-beyond-5",
        "weight-zeros",
      ].contains($0)
    },
    Row(engine: "planted-6", folder: "average_pooling", tensors: ["y", "x_gradient"]) {
      // The cases in which a window is clipped.
      [
        "ceil-clips-to-one", "ceil-cuda-convnet-32", "ceil-drops-window", "ceil-padding",
        "ceil-remainder", "ceil-small", "padding-1", "padding-2", "padding-negative-input",
        "ties-padding-ceil", "ties-positive-padding", "ties-sparse-padding",
        "ties-sparse-tiling-ceil", "tiling-ceil", "wide-17-padding",
      ].contains($0)
    },
    Row(engine: "planted-8", folder: "convolution", tensors: ["y"]) {
      $0.contains("groups")
    },
  ]

  private func verify(_ engine: String, _ folder: String) throws -> [GoldenResult] {
    let planted = try #require(PlantedEngine(named: engine))
    return try GoldenVerifier(engine: planted).verify(
      GoldenSuite(path: "\(goldenFolder)/\(folder)"))
  }

  @Test("cases of its operation", arguments: rows)
  func operation(_ row: Row) throws {
    let results = try verify(row.engine, row.folder)
    for result in results {
      #expect(result.passed == !row.fails(result.name), "\(result.name)")
      // "y in blocks" is y.
      let wrong = Set(
        result.comparisons.filter { !$0.passed }.map { String($0.tensor.prefix { $0 != " " }) })
      #expect(wrong == (row.fails(result.name) ? row.tensors : []), "\(result.name)")
    }
    #expect(results.contains { !$0.passed } && results.contains { $0.passed })
  }

  @Test("no case of another operation", .enabled(if: isOptimized), arguments: PlantedEngine.all)
  func otherOperations(_ engine: PlantedEngine) throws {
    let own = Self.rows.first { $0.engine == engine.name }?.folder
    for folder in GoldenFilesTests.folders where folder != own {
      let failed = try verify(engine.name, folder).filter { !$0.passed }
      #expect(failed.isEmpty, "\(folder): \(failed.map(\.name))")
    }
  }

  /// The networks contain everything that the engines get wrong, except for ties that matter: their
  /// ties are zeros left by a ReLU, which passes no gradient to them.
  @Test("steps of training", .enabled(if: isOptimized), arguments: PlantedEngine.all)
  func training(_ engine: PlantedEngine) throws {
    let passed = try verify(engine.name, "training").allSatisfy(\.passed)
    #expect(passed == (engine.name == "planted-2"))
  }

  @Test("engines are found by their numbers")
  func names() {
    #expect(PlantedEngine.all.map(\.name) == (1...8).map { "planted-\($0)" })
    for name in ["planted-0", "planted-9", "planted-", "reference"] {
      #expect(PlantedEngine(named: name) == nil, "\(name)")
    }
  }
}
