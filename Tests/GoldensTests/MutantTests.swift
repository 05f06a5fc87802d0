import Goldens
import Layers
import ReferenceEngine
import Tensors
import TestSupport
import Testing

@Suite("planted defects are found and named")
struct MutantTests {
  private func verify(
    _ path: String, _ defect: Defect, _ judged: EngineUnderTest = testedEngines[0]
  ) throws -> GoldenResult {
    let suite = try GoldenSuite(path: "\(goldenFolder)/\(path).safetensors")
    return try GoldenVerifier(
      engine: defect.engine(judged.engine), arithmetic: judged.arithmetic
    ).verify(suite)[0]
  }

  @Test(
    "the case, the tensor and the first element are named",
    arguments: [
      ("convolution/odd-same", .indexOffByOne, "y", "[0, 1, 0, 0]"),
      ("convolution/groups-2", .biasTwice, "y", "[0, 0, 0, 0]"),
      ("local_response_normalization/paper-alexnet", .dividedAlpha, "y", "[0, 0, 0, 0]"),
      ("max_pooling/ties", .tiesToTheLast, "x_gradient", "[0, 0, 0, 1]"),
      ("softmax_cross_entropy/batch-5", .gradientUnscaled, "x_gradient", "[0, 0]"),
      ("relu/vectors", .notANumber(3), "y", "[0, 3]"),
      ("linear/odd", .infinite(0), "y", "[0, 0]"),
      ("linear/odd", .twoULP, "y", "[0, 0]"),
      ("tanh/odd", .twoULP, "y", "[0, 0, 0, 0]"),
      ("batch_normalization/training-even", .forgottenVariance, "running_var", "[0]"),
    ] as [(String, Defect, String, String)])
  func found(path: String, defect: Defect, tensor: String, place: String) throws {
    let result = try verify(path, defect)
    #expect(!result.passed)
    let failed = result.comparisons.filter { !$0.passed }
    #expect(failed.first?.tensor == tensor)
    let first = try #require(failed.first?.first)
    #expect(first.place == place)
    let line = try #require(result.failures.first)
    #expect(
      line.hasPrefix("\(path): \(tensor)\(place): expected \(first.expected), got \(first.got)"))
    #expect(result.failures[2].hasSuffix("Golden/generate.py --only \(path)"))
  }

  /// The bounds for Float and for Winograd's algorithm are wide enough for correct results, and
  /// pass no defect.
  @Test(
    "the bounds of fast engines pass no defect",
    arguments: fastEngines,
    [
      ("convolution/odd-same", .indexOffByOne, "y"),
      ("convolution/groups-2", .biasTwice, "y"),
      ("local_response_normalization/paper-alexnet", .dividedAlpha, "y"),
      ("max_pooling/ceil-small", .ceilAsFloor, "y"),
      ("max_pooling/ties", .tiesToTheLast, "x_gradient"),
      ("softmax_cross_entropy/batch-5", .gradientUnscaled, "x_gradient"),
      ("relu/vectors", .notANumber(3), "y"),
      ("linear/odd", .infinite(0), "y"),
      ("batch_normalization/training-even", .forgottenVariance, "running_var"),
    ] as [(String, Defect, String)])
  func foundOnFastEngines(
    judged: EngineUnderTest, row: (path: String, defect: Defect, tensor: String)
  ) throws {
    let result = try verify(row.path, row.defect, judged)
    #expect(!result.passed)
    #expect(result.comparisons.first { !$0.passed }?.tensor == row.tensor)
  }

  @Test(
    "the cases of every operation find a defect in the last digits",
    arguments: Layer.Kind.allCases)
  func everyOperation(_ kind: Layer.Kind) throws {
    let suite = try GoldenSuite(path: "\(goldenFolder)/\(kind.rawValue)")
    let found = try suite.files.prefix(8).contains { file in
      try !verify("\(kind.rawValue)/\(file.dropLast(".safetensors".count))", .twoULP).passed
    }
    #expect(found)
  }

  @Test("windows rounded down instead of up give another shape, which is reported")
  func otherShape() throws {
    let result = try verify("max_pooling/ceil-small", .ceilAsFloor)
    #expect(!result.passed)
    #expect(
      result.failures == [
        "max_pooling/ceil-small: y: its shape is 2×2×1×2, not 2×2×2×3"
      ])
  }

  @Test("NaN and infinities are counted separately")
  func notFinite() throws {
    for defect in [Defect.notANumber(2), .infinite(2)] {
      let y = try #require(try verify("linear/odd", defect).comparisons.first)
      #expect(y.tensor == "y" && y.notFinite == 1 && y.failures == 1)
      #expect(y.worst?.place == "[0, 2]" && y.first?.place == "[0, 2]")
    }
  }

  @Test(
    "a network's case detects the wrong convention for α", .enabled(if: isOptimized),
    arguments: testedEngines)
  func network(_ judged: EngineUnderTest) throws {
    let result = try verify("networks/alexnet32", .dividedAlpha, judged)
    let first = try #require(result.comparisons.first { !$0.passed })
    #expect(first.tensor == "layer.norm1")
    // Everything before the wrong layer is correct.
    let before = result.comparisons.prefix { $0.tensor != "layer.norm1" }
    #expect(before.count == 4 && before.filter { !$0.passed }.isEmpty)
    #expect(result.failures[2].hasSuffix("Golden/generate.py --only networks/alexnet32"))
  }

  @Test("a running verification can be cancelled")
  func cancelled() throws {
    let suite = try GoldenSuite(path: "\(goldenFolder)/linear")
    let cancellation = Cancellation()
    var count = 0
    #expect(throws: Cancelled.self) {
      try GoldenVerifier(engine: ReferenceEngine()).verify(suite, cancellation: cancellation) { _ in
        count += 1
        cancellation.cancel()
      }
    }
    #expect(count == 1)
  }

  @Test("if an engine can't compute a layer, the case doesn't pass")
  func declined() throws {
    struct Unable: Engine {
      let name = "unable"
      func prepare(
        _ layers: [Layer], input: Shape, mode: Mode, keeping: Retention
      ) throws -> any Plan {
        throw Unsupported(engine: name, layer: 0, reason: "no layers here")
      }
    }
    let suite = try GoldenSuite(path: "\(goldenFolder)/relu/zeros.safetensors")
    let result = try GoldenVerifier(engine: Unable()).verify(suite)[0]
    #expect(result.outcome == .declined("unable can't compute this layer: no layers here"))
    #expect(!result.passed)
  }
}
