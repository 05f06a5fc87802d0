import CFastKernels
import Foundation
import Layers
import Networks
import ReferenceEngine
import Tensors
import TestSupport
import Testing

@testable import Goldens

/// Rounding to bfloat16, and engines whose operands are rounded.
@Suite struct BFloat16Tests {
  /// The bits of a Float and of the nearest bfloat16 by an independent implementation; nil for NaN.
  static func golden() throws -> [(float: UInt32, upper: UInt16?)] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/bfloat16.txt")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }
      .map { line in
        let words = line.split(separator: " ")
        return (try #require(UInt32(words[0], radix: 16)), UInt16(words[1], radix: 16))
      }
  }

  /// Whether a number is the one with this upper half, or NaN for nil.
  private func isRounded(_ got: Float, _ upper: UInt16?) -> Bool {
    upper.map { got.bitPattern == UInt32($0) << 16 } ?? got.isNaN
  }

  @Test func roundsAsAnIndependentImplementation() throws {
    let rows = try Self.golden()
    #expect(rows.count > 80 && rows.contains { $0.upper == nil })
    for (float, upper) in rows {
      let got = Float(bitPattern: float).roundedToBFloat16
      #expect(isRounded(got, upper), "\(String(float, radix: 16)) becomes \(got)")
      #expect(isRounded(got.roundedToBFloat16, upper), "rounding twice changes nothing")
    }
  }

  /// Whole vectors and the rest, in place and not, as Floats and as upper halves.
  @Test(arguments: [1, 15, 16, 17, 89, 16384 + 33], [Int32(1), 2])
  func kernelsRoundTheSame(_ count: Int, _ threads: Int32) throws {
    fk_set_threads(threads)
    defer { fk_set_threads(0) }
    let rows = try Self.golden()
    let cycle = (0..<count).map { rows[$0 % rows.count] }
    let x = cycle.map { Float(bitPattern: $0.float) }
    let apart = written(count) { fk_round_bfloat16(count, x, $0) }
    var inPlace = x
    inPlace.withUnsafeMutableBufferPointer {
      fk_round_bfloat16(count, $0.baseAddress!, $0.baseAddress!)
    }
    var halves = [UInt16](repeating: 0, count: count)
    fk_narrow_bfloat16(count, x, &halves)
    let widened = written(count) { fk_widen_bfloat16(count, halves, $0) }
    for got in [apart, inPlace, widened] {
      let wrong = got.indices.first { !isRounded(got[$0], cycle[$0].upper) }
      #expect(wrong == nil, "element \(wrong ?? 0) of \(count)")
    }
  }

  /// The product reads 16-bit weights in lines of 32.
  @Test(
    arguments: FastKernelMatrixVectorTests.sizes + [(31, 5), (32, 4), (95, 6), (96, 2)],
    [Int32(1), 2, 3])
  func multiplies(_ size: (inputs: Int, outputs: Int), _ threads: Int32) {
    fk_set_threads(threads)
    defer { fk_set_threads(0) }
    let (inputs, outputs) = size
    let x = Precision.bfloat16.operand(Tensor(drawn: [1, inputs], "x"))
    let w = Precision.bfloat16.operand(Tensor(drawn: [outputs, inputs], "w"))
    let bias = Tensor(drawn: [1, outputs], "bias")
    var halves = [UInt16](repeating: 0, count: w.count)
    fk_narrow_bfloat16(w.count, w.values, &halves)
    let (expected, bounds) = FastKernelMatrixVectorTests.products(w, x, bias)
    let got = written(outputs) {
      fk_matrix_vector_bfloat16(
        Int32(inputs), Int32(outputs), x.values, halves, bias.values, $0)
    }
    let fault = firstFault(got, expected) { bounds[$0] }
    #expect(fault == nil, "\(inputs) to \(outputs), \(threads) threads: \(fault ?? "")")
  }

  @Test func onlyOperandsOfProductsAreRounded() {
    let x = Tensor(shape: [1, 1, 1, 1], values: [1 + 0x1p-12])
    let one = Tensor(shape: [1, 1, 1, 1], values: [1])
    for layer in [Layer.relu, .flatten, .batchNormalization(BatchNormalization())] {
      #expect(Precision.bfloat16.input(x, of: layer) == x)
      #expect(Precision.bfloat16.parameters([x, x], of: layer) == [x, x])
    }
    let convolution = Layer.convolution(Convolution(filters: 1, window: Window(kernel: 1)))
    #expect(Precision.bfloat16.input(x, of: convolution) == one)
    #expect(Precision.bfloat16.parameters([x, x], of: convolution) == [one, x], "not the bias")
    #expect(Precision.float.parameters([x, x], of: convolution) == [x, x])
  }

  @Test(arguments: roundingEngines) func refusesToTrain(_ tested: EngineUnderTest) {
    #expect(throws: Unsupported.self) {
      try tested.engine.prepare([.relu], input: [1, 4], mode: .training)
    }
  }

  /// Convolutions of each algorithm, grouped and not, a locally connected layer, and fully connected ones.
  private static let network = Network(
    name: "small", title: "",
    input: PictureFormat(side: 12, scale: 1, mean: [0, 0, 0], deviation: [1, 1, 1]),
    layers: [
      NamedLayer("conv1", .convolution(.init(filters: 20, window: .init(kernel: 4, stride: 2)))),
      NamedLayer("relu1", .relu),
      NamedLayer("conv2", .convolution(.init(filters: 18, window: .init(kernel: 3, padding: 1)))),
      NamedLayer("relu2", .relu),
      NamedLayer(
        "conv3", .convolution(.init(filters: 16, window: .init(kernel: 3, padding: 1), groups: 2))),
      NamedLayer("local4", .locallyConnected(.init(filters: 6, window: .init(kernel: 3)))),
      NamedLayer("tanh4", .tanh), NamedLayer("flatten", .flatten),
      NamedLayer("fc5", .linear(.init(outputs: 37))), NamedLayer("relu5", .relu),
      NamedLayer("fc6", .linear(.init(outputs: 5))), NamedLayer("softmax", .softmax),
    ])

  /// Every layer that sums products, from the input that the engine gave it, compared with the sums of
  /// exactly rounded operands; for one image and for several, which have different kernels.
  @Test(arguments: roundingEngines, [1, 3, 17])
  func everyLayerRoundsItsOperands(_ tested: EngineUnderTest, _ batch: Int) throws {
    let geometry = try Self.network.geometry(batch: batch)
    var weights = Weights(seed: 3)
    func plan(_ keeping: Retention) throws -> any Plan {
      let plan = try tested.engine.prepare(
        geometry.map(\.layer), input: geometry[0].input, mode: .inference, keeping: keeping)
      try weights.supply(plan, of: Self.network, geometry, cancellation: .never)
      plan.setInput(
        Tensor(uniform: geometry[0].input, scale: 2, random: CounterRandom("x", seed: 2)))
      try plan.forward()
      return plan
    }
    let whole = try plan(.everything)
    var input = Tensor(uniform: geometry[0].input, scale: 2, random: CounterRandom("x", seed: 2))
    var checked = 0
    for layer in geometry {
      let y = try #require(whole.output(of: layer.index))
      if layer.layer.sumsProducts {
        let parameters = try weights.parameters(
          of: layer, initialization: nil, cancellation: .never)
        let example = OperationCase(
          layer.layer, mode: .inference, x: input, parameters: parameters, gradient: nil,
          outputShape: layer.output, expected: [:])
        let rounded = try #require(example.rounded(to: .bfloat16))
        let comparison = rounded.comparison(
          of: .y, y.values.map(Double.init), shape: y.shape, tested.arithmetic.with(.float))
        #expect(comparison.passed, "\(layer.name): \(comparison.first.map { "\($0)" } ?? "")")
        // Without rounding, results would be within 2⁻²⁰ or so of the exact ones.
        let exact = ProductBounds(example).outputs()
        let moved = zip(exact, y.values).contains { abs($0 - Double($1)) > 1e-4 * abs($0) }
        #expect(moved, "\(layer.name) computes as in Float")
        checked += 1
      }
      input = y
    }
    #expect(checked == 6)
    // In place, and with fused layers.
    let last = geometry.count - 1
    let ends = try #require(try plan(.outputsOnly).output(of: last))
    for (a, b) in zip(ends.values, input.values) { #expect(abs(a - b) < 0.01) }
  }

  /// The forward pass may run again on the same input.
  @Test(arguments: roundingEngines) func runsAgain(_ tested: EngineUnderTest) throws {
    let layer = Layer.linear(Linear(outputs: 3))
    let plan = try tested.engine.prepare(
      [layer], input: [1, 40], mode: .inference, keeping: .outputsOnly)
    plan.setParameters([Tensor(drawn: [3, 40], "w"), Tensor(drawn: [3], "b")], of: 0)
    plan.setInput(Tensor(drawn: [1, 40], "x"))
    try plan.forward()
    let first = plan.output(of: 0)
    try plan.forward()
    #expect(plan.output(of: 0) == first && first != nil)
  }
}
