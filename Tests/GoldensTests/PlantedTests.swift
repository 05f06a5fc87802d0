import Goldens
import Layers
import PlantedEngine
import TestSupport
import Testing

/// What the golden values see of each engine of lesson 16: its own cases, and no others.
@Suite("planted mistakes fail the cases that they touch", .serialized)
struct PlantedTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var engine: String
    /// The operation of the wrong kernel.
    var folder: String
    /// The tensors that are wrong where anything is.
    var tensors: Set<String>
    /// Whether a case of this name fails.
    var fails: @Sendable (String) -> Bool
    var testDescription: String { engine }
  }

  static let lrn = "local_response_normalization"
  static let rows = [
    Row(engine: "planted-1", folder: lrn, tensors: ["y", "x_gradient"]) { name in
      let isUndivided = name.hasPrefix("paper-") || name.hasPrefix("tensorflow-")
      // One neighbour is divided by 1; nothing, and next to nothing, is the same divided.
      let showsNothing = ["size-1", "zeros", "tiny-1e-30"].contains { name.hasSuffix("-\($0)") }
      return isUndivided && !showsNothing
    },
    Row(engine: "planted-2", folder: "max_pooling", tensors: ["x_gradient"]) {
      // In the two left out, ties meet only gradients of 0.
      ($0.hasPrefix("ties") && !["ties-after-relu", "ties-sparse-remainder"].contains($0))
        || $0 == "zeros" || $0.hasPrefix("with-nan")
    },
    Row(engine: "planted-3", folder: lrn, tensors: ["y"]) { name in
      // The forgotten channel is not there, or holds nothing.
      !["single-channel", "zeros", "tiny-1e-30", "even-10-wider-than-channels"].contains {
        name.hasSuffix("-\($0)")
      }
    },
    Row(engine: "planted-4", folder: "convolution", tensors: ["bias_gradient"]) {
      // The cases of several images.
      [
        "batch-3", "ceil-groups", "ceil-remainder", "even-kernel-2", "groups-2",
        "groups-3-of-several", "groups-3-stride", "input-sparse", "odd-same",
        "stride-beyond-kernel", "tall", "tap-beyond-2", "wide-20-to-36", "wide-48-to-33",
        "window-is-the-input", "winograd-13", "winograd-sparse",
      ].contains($0)
    },
    Row(engine: "planted-5", folder: "convolution", tensors: ["x_gradient"]) {
      // Filters of one weight, or of none that is not 0, are the same from both ends.
      ![
        "one-pixel-padded", "pointwise", "single-element", "tap-beyond-1", "tap-beyond-5",
        "weight-zeros",
      ].contains($0)
    },
    Row(engine: "planted-6", folder: "average_pooling", tensors: ["y", "x_gradient"]) {
      // Where a window is clipped.
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

  @Test("of its operation", arguments: rows)
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

  @Test("and none of another operation", .enabled(if: isOptimized), arguments: PlantedEngine.all)
  func otherOperations(_ engine: PlantedEngine) throws {
    let own = Self.rows.first { $0.engine == engine.name }?.folder
    for folder in GoldenFilesTests.folders where folder != own {
      let failed = try verify(engine.name, folder).filter { !$0.passed }
      #expect(failed.isEmpty, "\(folder): \(failed.map(\.name))")
    }
  }

  /// Networks with everything that the engines have wrong but ties that matter: theirs are zeros which a
  /// ReLU left, and which it lets no gradient pass.
  @Test("steps of training", .enabled(if: isOptimized), arguments: PlantedEngine.all)
  func training(_ engine: PlantedEngine) throws {
    let passed = try verify(engine.name, "training").allSatisfy(\.passed)
    #expect(passed == (engine.name == "planted-2"))
  }

  @Test("engines go by their numbers")
  func names() {
    #expect(PlantedEngine.all.map(\.name) == (1...8).map { "planted-\($0)" })
    for name in ["planted-0", "planted-9", "planted-", "reference"] {
      #expect(PlantedEngine(named: name) == nil, "\(name)")
    }
  }
}
