import Layers
import Tensors
import TestSupport
import Testing

@testable import Goldens

/// The golden values, and engines that round operands to bfloat16.
@Suite("bfloat16 against the golden values", .serialized)
struct PrecisionTests {
  @Test("every operation case passes", arguments: roundingEngines, GoldenFilesTests.folders)
  func operations(_ judged: EngineUnderTest, folder: String) throws {
    let suite = try GoldenSuite(path: "\(goldenFolder)/\(folder)")
    let results = try judged.verifier.verify(suite)
    for line in results.flatMap(\.failures) { Issue.record("\(line)") }
    #expect(results.count >= 4 && results.allSatisfy(\.passed))
    let names = Set(results.flatMap(\.comparisons).map(\.tensor))
    #expect(!names.contains { $0.contains("gradient") })
    let sums = Layer.Kind(rawValue: folder).map {
      [.convolution, .locallyConnected, .linear].contains($0)
    }
    #expect(names.contains("y of rounded operands") == (sums ?? false))
  }

  @Test("every network passes", .enabled(if: isOptimized), arguments: roundingEngines)
  func networks(_ judged: EngineUnderTest) throws {
    let suite = try GoldenSuite(path: "\(goldenFolder)/networks")
    let results = try judged.verifier.verify(suite)
    for line in results.flatMap(\.failures) { Issue.record("\(line)") }
    #expect(results.count >= 11 && results.allSatisfy(\.passed))
  }

  @Test("cases of training are left out", arguments: roundingEngines.prefix(1))
  func training(_ judged: EngineUnderTest) throws {
    for folder in ["training", "batch_normalization"] {
      let suite = try GoldenSuite(path: "\(goldenFolder)/\(folder)")
      let results = try judged.verifier.verify(suite)
      #expect(
        !results.contains { $0.path.hasPrefix("training") } && results.count < suite.files.count)
    }
  }

  /// y = b + w·x with one product.
  private func product(_ x: Float, _ w: Float) -> OperationCase {
    OperationCase(
      .linear(Linear(outputs: 1)), mode: .inference, x: Tensor(shape: [1, 1], values: [x]),
      parameters: [Tensor(shape: [1, 1], values: [w]), Tensor(zeros: [1])], gradient: nil,
      outputShape: [1, 1], expected: [.y: [Double(x) * Double(w)]])
  }

  @Test("the bound of one product is nearly reached, and not exceeded")
  func sharp() throws {
    let bfloat16 = Arithmetic.float.with(.bfloat16)
    // Just below ties, where rounding moves an operand furthest.
    for x in [1 + 0x1p-8 - 0x1p-23, 1 + 0x1p-8, 1 + 3 * 0x1p-8, -1 - 0x1p-8] as [Float] {
      let example = product(x, x)
      let e = Double(x) * Double(x)
      let got = Double(x.roundedToBFloat16) * Double(x.roundedToBFloat16)
      let bound = example.bound(of: .y, bfloat16).bound(at: 0, expected: e)
      #expect(abs(got - e) <= bound && abs(got - e) > 0.96 * bound)
    }
  }

  @Test("operands that are cut off instead of rounded are found")
  func truncated() throws {
    func cut(_ x: Float) -> Double { Double(Float(bitPattern: x.bitPattern & 0xFFFF_0000)) }
    let bfloat16 = Arithmetic.float.with(.bfloat16)
    let x: Float = 1 + 0x1p-7 - 0x1p-20
    let example = product(x, x)
    let e = Double(x) * Double(x)
    let bound = example.bound(of: .y, bfloat16)
    #expect(cut(x) == 1 && abs(cut(x) * cut(x) - e) > bound.bound(at: 0, expected: e))
    #expect(bound.reason(at: 0, expected: e).hasPrefix("rounding the operands to bfloat16: "))
    // Cut or rounded, both are within this bound; only the sum of the rounded operands shows which.
    let y: Float = 1 + 0x1p-8 + 0x1p-20
    let rounded = try #require(product(y, 1).rounded(to: .bfloat16))
    let exact = try #require(rounded.expected[.y])[0]
    let within = rounded.bound(of: .y, .float).bound(at: 0, expected: exact)
    #expect(exact == 1 + 0x1p-7 && abs(cut(y) - exact) > within)
  }

  @Test("subnormal operands have an absolute error")
  func subnormal() {
    let x = Float(bitPattern: 0x4000)
    let e = Double(x)
    let bound = product(x, 1).bound(of: .y, Arithmetic.float.with(.bfloat16))
    #expect(x.roundedToBFloat16 == 0 && e <= bound.bound(at: 0, expected: e))
  }

  @Test("a network's deviation counts layers that sum products")
  func deviations() throws {
    let example = try GoldenCase(path: "\(goldenFolder)/networks/cuda-convnet-18.safetensors")
    guard case .network(let network) = example.subject else { Issue.record("no network"); return }
    let geometry = network.network.geometry
    let products = geometry.count { $0.layer.sumsProducts }
    let deviations = NetworkDeviations(geometry, .float.with(.bfloat16), logitsRMS: 1)
    let last = deviations.output(of: geometry.count - 2).deviation
    let expected = (2 * Double(products)).squareRoot() * 0x1p-8
    #expect(abs(last - expected) < 1e-3 * expected && deviations.mayCrossZero)
  }
}
