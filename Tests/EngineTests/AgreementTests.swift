import Layers
import ReferenceEngine
import Tensors
import TestSupport
import Testing

@testable import Goldens

/// Compares every fast engine with the reference, element by element, within the bounds of golden
/// cases.
@Suite("Agreement with the reference")
struct AgreementTests {
  /// The comparisons of one layer's results.
  static func compare(_ tested: EngineUnderTest, _ c: GradientCase) throws -> [GoldenComparison] {
    let output = try c.layer.outputShape(for: c.input)
    let example = try OperationCase(
      c.layer, mode: c.mode, x: c.makeInput(), parameters: try c.makeParameters(),
      mask: c.layer.kind == .dropout && c.mode == .training ? c.makeMask() : nil,
      gradient: Tensor(uniform: output, scale: 1, random: CounterRandom("g", seed: 1)),
      by: ReferenceEngine())
    var arithmetic = tested.arithmetic
    // The reference's results are rounded too.
    arithmetic.result *= 2
    return try GoldenVerifier(engine: tested.engine, arithmetic: arithmetic)
      .compare(example, cancellation: .never)
  }

  @Test(arguments: fastEngines, gradientCases + winogradCases)
  func agrees(_ tested: EngineUnderTest, _ c: GradientCase) throws {
    for comparison in try Self.compare(tested, c) where !comparison.passed {
      let first = comparison.first.map { "\($0.place): \($0.expected), \($0.got) ± \($0.bound)" }
      Issue.record("\(c.name): \(comparison.tensor)\(first ?? comparison.problem ?? "")")
    }
  }

  /// Convolutions that Winograd's algorithm can compute: with whole and cut tiles, complete and
  /// incomplete blocks, one side without a whole tile, and more tiles than a bundle holds.
  static let sizes:
    [(kernel: Int, batch: Int, channels: Int, filters: Int, h: Int, w: Int, padding: Int)] = [
      (3, 1, 16, 16, 4, 4, 1), (3, 2, 16, 32, 8, 8, 1), (3, 1, 32, 16, 13, 13, 1),
      (3, 3, 48, 32, 6, 9, 0), (3, 2, 32, 48, 7, 5, 1), (3, 1, 64, 64, 13, 13, 1),
      (3, 2, 20, 24, 6, 6, 1), (3, 1, 16, 16, 3, 3, 1), (3, 4, 5, 9, 17, 11, 2),
      (5, 1, 16, 16, 4, 4, 2), (5, 2, 16, 32, 8, 8, 2), (5, 1, 32, 16, 13, 13, 2),
      (5, 3, 48, 32, 6, 9, 0), (5, 2, 20, 40, 7, 5, 4), (5, 1, 3, 33, 11, 27, 2),
      (5, 9, 17, 10, 16, 16, 2), (5, 1, 16, 16, 1, 2, 2), (3, 1, 16, 16, 1, 1, 1),
      (3, 1, 16, 20, 5, 15, 1), (3, 2, 17, 16, 2, 6, 1), (3, 15, 16, 16, 13, 13, 1),
      (3, 57, 3, 4, 9, 7, 1), (5, 59, 2, 3, 7, 5, 2), (5, 1, 20, 16, 9, 10, 3),
    ]

  /// The bounds aren't so wide that anything would pass: they are less than a fifth of the results'
  /// size.
  @Test func boundsOfWinogradAreNarrow() throws {
    for c in winogradCases {
      let shape = try c.layer.outputShape(for: c.input)
      let example = try OperationCase(
        c.layer, mode: .training, x: c.makeInput(), parameters: try c.makeParameters(),
        gradient: Tensor(uniform: shape, scale: 1, random: CounterRandom("g", seed: 1)),
        by: ReferenceEngine())
      for (result, expected) in example.expected where result != .biasGradient {
        let bound = example.bound(of: result, .floatWithWinograd(from: 0))
        let squares = expected.reduce(0) { $0 + $1 * $1 } / Double(expected.count)
        let widest = expected.indices.map { bound.bound(at: $0, expected: expected[$0]) }.max()
        let share = try #require(widest) / squares.squareRoot()
        #expect(share < 0.2, "\(c.name) \(result): \(share)")
      }
    }
  }
}

let winogradCases: [GradientCase] = AgreementTests.sizes.map { size in
  GradientCase(
    name:
      "\(size.kernel)×\(size.kernel), \(size.channels) to \(size.filters) on \(size.h)×\(size.w), batch \(size.batch)",
    layer: .convolution(
      Convolution(
        filters: size.filters,
        window: Window(kernel: size.kernel, stride: 1, padding: size.padding, rounding: .floor))),
    input: [size.batch, size.channels, size.h, size.w])
}
