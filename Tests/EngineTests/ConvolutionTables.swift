import Layers
import ReferenceEngine
import Tensors
import TestSupport
import Testing

@Suite("Convolutions by hand")
struct ConvolutionTables {
  static let counting = map([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]])

  static func convolution(
    _ filters: Int, _ kernel: Int, _ stride: Int = 1, _ padding: Int = 0,
    _ rounding: Rounding = .floor, groups: Int = 1
  ) -> Layer {
    .convolution(
      Convolution(
        filters: filters,
        window: Window(kernel: kernel, stride: stride, padding: padding, rounding: rounding),
        groups: groups))
  }

  static func parameters(_ weight: [Float], _ shape: Shape, bias: [Float] = [0]) -> [Tensor] {
    [Tensor(shape: shape, values: weight), Tensor(shape: [bias.count], values: bias)]
  }

  static let cases = [
    HandWorked(
      name: "1×1 mixes channels and adds the bias",
      layer: convolution(1, 1),
      input: Tensor(shape: [1, 2, 2, 2], values: [1, 2, 3, 4, 5, 6, 7, 8]),
      parameters: parameters([10, 1], [1, 2, 1, 1], bias: [0.5]),
      expected: map([[15.5, 26.5], [37.5, 48.5]]),
      gradient: (g: [1, 0, 0, 2], dx: [10, 0, 0, 20, 1, 0, 0, 2])),
    HandWorked(
      name: "the kernel is not flipped: 1·1 + 2·2 + 3·3 + 4·4",
      layer: convolution(1, 2), input: map([[1, 2], [3, 4]]),
      parameters: parameters([1, 2, 3, 4], [1, 1, 2, 2]), expected: map([[30]]),
      gradient: (g: [10], dx: [10, 20, 30, 40])),
    HandWorked(
      name: "padding reads zeros: the sum of the four neighbours",
      layer: convolution(1, 3, 1, 1), input: map([[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
      parameters: parameters([0, 1, 0, 1, 0, 1, 0, 1, 0], [1, 1, 3, 3]),
      expected: map([[6, 9, 8], [13, 20, 17], [12, 21, 14]]),
      gradient: (g: [1, 0, 0, 0, 0, 0, 0, 0, 0], dx: [0, 1, 0, 1, 0, 0, 0, 0, 0])),
    HandWorked(
      name: "a stride that leaves a remainder, rounded down",
      layer: convolution(1, 3, 2), input: counting,
      parameters: parameters(Array(repeating: 1, count: 9), [1, 1, 3, 3]),
      expected: map([[54]])),
    HandWorked(
      name: "the same rounded up: the last windows run past the edge",
      layer: convolution(1, 3, 2, 0, .ceil), input: counting,
      parameters: parameters(Array(repeating: 1, count: 9), [1, 1, 3, 3]),
      expected: map([[54, 45], [72, 54]]),
      gradient: (
        g: [1, 10, 100, 1000],
        dx: [1, 1, 11, 10, 1, 1, 11, 10, 101, 101, 1111, 1010, 100, 100, 1100, 1000]
      )),
    HandWorked(
      name: "two groups do not see each other",
      layer: convolution(2, 1, groups: 2), input: channels([1, 2]),
      parameters: parameters([10, 100], [2, 1, 1, 1], bias: [0, 0]),
      expected: channels([10, 200]), gradient: (g: [1, 1], dx: [10, 100])),
    HandWorked(
      name: "two groups of two filters",
      layer: convolution(4, 1, groups: 2), input: channels([1, 2]),
      parameters: parameters([1, 10, 100, 1000], [4, 1, 1, 1], bias: [0, 0, 0, 0.5]),
      expected: channels([1, 10, 200, 2000.5]), gradient: (g: [1, 1, 1, 1], dx: [11, 1100])),
    HandWorked(
      name: "locally connected: a different filter and bias at each place",
      layer: .locallyConnected(LocallyConnected(filters: 1, window: Window(kernel: 1))),
      input: map([[1, 2], [3, 4]]),
      parameters: [
        Tensor(shape: [2, 2, 1, 1, 1, 1], values: [1, 10, 100, 1000]),
        Tensor(shape: [2, 2, 1], values: [0, 1, 2, 3]),
      ],
      expected: map([[1, 21], [302, 4003]]), gradient: (g: [1, 1, 1, 2], dx: [1, 10, 100, 2000])),
    HandWorked(
      name: "locally connected: two filters, two channels, H×W×O×C×K×K",
      layer: .locallyConnected(LocallyConnected(filters: 2, window: Window(kernel: 1))),
      input: Tensor(shape: [1, 2, 1, 2], values: [1, 2, 3, 4]),
      parameters: [
        Tensor(shape: [1, 2, 2, 2, 1, 1], values: [1, 10, 2, 20, 3, 30, 4, 40]),
        Tensor(shape: [1, 2, 2], values: [0.125, 0.25, 0.5, 0.75]),
      ],
      // At x = 0 the channels have the values 1 and 3, at x = 1 they have 2 and 4.
      expected: Tensor(shape: [1, 2, 1, 2], values: [31.125, 126.5, 62.25, 168.75])),
    HandWorked(
      name: "locally connected: padding",
      layer: .locallyConnected(
        LocallyConnected(filters: 1, window: Window(kernel: 2, stride: 2, padding: 1))),
      input: map([[1, 2], [3, 4]]),
      parameters: [
        Tensor(shape: [2, 2, 1, 1, 2, 2], values: (1...16).map(Float.init)),
        Tensor(zeros: [2, 2, 1]),
      ],
      // Each window covers one pixel: with its last, its third, its second and its first tap.
      expected: map([[1 * 4, 2 * 7], [3 * 10, 4 * 13]]),
      gradient: (g: [1, 1, 1, 1], dx: [4, 7, 10, 13])),
    HandWorked(
      name: "linear: W·x + b",
      layer: .linear(Linear(outputs: 2)), input: features([[1, 2, 3], [0, 1, 0]]),
      parameters: [
        features([[1, 10, 100], [2, 20, 200]]), Tensor(shape: [2], values: [0.5, -1]),
      ],
      expected: features([[321.5, 641], [10.5, 19]]),
      gradient: (g: [1, 1, 0, 1], dx: [3, 30, 300, 2, 20, 200])),
  ]

  @Test(arguments: testedEngines, cases)
  func byHand(_ tested: EngineUnderTest, _ row: HandWorked) throws { try row.check(tested) }

  /// ∂L/∂w and ∂L/∂b of two pixels, computed by hand. A second backward pass adds the same values
  /// again.
  @Test(arguments: testedEngines)
  func parameterGradients(_ tested: EngineUnderTest) throws {
    let plan = try tested.engine.prepare(
      [Self.convolution(1, 2)], input: [2, 1, 2, 2], mode: .training)
    plan.setParameters(Self.parameters([0, 0, 0, 0], [1, 1, 2, 2]), of: 0)
    plan.setInput(Tensor(shape: [2, 1, 2, 2], values: [1, 2, 3, 4, 10, 20, 30, 40]))
    #expect(plan.parameterGradients(of: 0).isEmpty)
    for pass in 1...2 {
      try plan.forward()
      let g = Tensor(shape: [2, 1, 1, 1], values: [2, 1])
      try plan.backward(from: g, cancellation: .never)
      let gradients = plan.parameterGradients(of: 0)
      #expect(gradients[0].values == [12, 24, 36, 48].map { $0 * Float(pass) })
      #expect(gradients[1].values == [3 * Float(pass)])
    }
    plan.clearGradients()
    #expect(plan.parameterGradients(of: 0).isEmpty)
  }
}
