import Layers
import ReferenceEngine
import Tensors
import TestSupport
import Testing

@Suite("Pooling by hand")
struct PoolingTables {
  static func pooling(
    _ kernel: Int, _ stride: Int, _ padding: Int = 0, _ rounding: Rounding = .floor
  ) -> Pooling {
    Pooling(
      window: Window(kernel: kernel, stride: stride, padding: padding, rounding: rounding))
  }

  static let counting = ConvolutionTables.counting

  static let cases = [
    HandWorked(
      name: "overlapping maxima, 3/2 rounded down", layer: .maxPooling(pooling(3, 2)),
      input: counting, expected: map([[11]]),
      gradient: (g: [5], dx: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0])),
    HandWorked(
      name: "3/2 rounded up", layer: .maxPooling(pooling(3, 2, 0, .ceil)), input: counting,
      expected: map([[11, 12], [15, 16]]),
      gradient: (g: [1, 2, 3, 4], dx: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4])),
    HandWorked(
      name: "one winner of several windows gets the sum", layer: .maxPooling(pooling(2, 1)),
      input: map([[1, 2, 3], [4, 9, 5], [6, 7, 8]]), expected: map([[9, 9], [9, 9]]),
      gradient: (g: [1, 2, 3, 4], dx: [0, 0, 0, 0, 10, 0, 0, 0, 0])),
    HandWorked(
      name: "of equal maxima the first wins", layer: .maxPooling(pooling(2, 1)),
      input: map([[7, 7, 7], [7, 7, 7], [7, 7, 7]]), expected: map([[7, 7], [7, 7]]),
      gradient: (g: [1, 2, 3, 4], dx: [1, 2, 0, 3, 4, 0, 0, 0, 0])),
    HandWorked(
      name: "the first of two in row-major order, not in columns",
      layer: .maxPooling(pooling(2, 1)),
      input: map([[1, 5], [5, 2]]), expected: map([[5]]), gradient: (g: [1], dx: [0, 1, 0, 0])),
    HandWorked(
      name: "padding never wins", layer: .maxPooling(pooling(2, 2, 1)),
      input: map([[-1, -2], [-3, -4]]), expected: map([[-1, -2], [-3, -4]]),
      gradient: (g: [1, 2, 3, 4], dx: [1, 2, 3, 4])),
    HandWorked(
      name: "minus infinity is a maximum too", layer: .maxPooling(pooling(2, 2)),
      input: map([[-.infinity, -.infinity], [-.infinity, -.infinity]]),
      expected: map([[-.infinity]]), gradient: (g: [1], dx: [1, 0, 0, 0])),
    HandWorked(
      name: "1×1", layer: .maxPooling(pooling(1, 1)), input: map([[3]]), expected: map([[3]]),
      gradient: (g: [2], dx: [2])),
    HandWorked(
      name: "means, 3/2 rounded up, over the clipped window",
      layer: .averagePooling(pooling(3, 2, 0, .ceil)), input: counting,
      expected: map([[6, 7.5], [12, 13.5]]),
      gradient: (
        g: [9, 6, 6, 4],
        dx: [1, 1, 2, 1, 1, 1, 2, 1, 2, 2, 4, 2, 1, 1, 2, 1]
      )),
    HandWorked(
      name: "padding does not count in a mean", layer: .averagePooling(pooling(2, 2, 1)),
      input: map([[-1, -2], [-3, -4]]), expected: map([[-1, -2], [-3, -4]]),
      gradient: (g: [1, 2, 3, 4], dx: [1, 2, 3, 4])),
    HandWorked(
      name: "the mean of one row of a padded window", layer: .averagePooling(pooling(3, 3, 1)),
      input: map([[1, 3, 5]]), expected: map([[2]]),
      gradient: (g: [1], dx: [0.5, 0.5, 0])),
  ]

  @Test(arguments: testedEngines, cases)
  func byHand(_ tested: EngineUnderTest, _ row: HandWorked) throws { try row.check(tested) }

  /// Planes of different channels and images don't mix.
  @Test(
    arguments: testedEngines, [Layer.maxPooling(pooling(2, 2)), .averagePooling(pooling(2, 2))])
  func planesStayApart(_ tested: EngineUnderTest, _ layer: Layer) throws {
    let input = Tensor(shape: [2, 2, 2, 2], values: (0..<16).map { Float($0 / 4) })
    let plan = try tested.engine.prepare([layer], input: input.shape, mode: .inference)
    plan.setInput(input)
    try plan.forward()
    #expect(plan.output(of: 0)?.values == [0, 1, 2, 3])
  }
}
