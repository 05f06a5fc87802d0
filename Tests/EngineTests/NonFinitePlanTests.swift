import Layers
import Tensors
import TestSupport
import Testing

/// A NaN anywhere in a chain must reach its end, whatever the engine fuses.
@Suite("NaN through complete plans")
struct NonFinitePlanTests {
  /// Where the NaN is inserted.
  enum Place: CaseIterable, Sendable {
    case input, weight, bias, secondWeight, normalization, localWeight, linearWeight
  }

  private static func convolution(_ filters: Int) -> Layer {
    .convolution(
      Convolution(filters: filters, window: Window(kernel: 3, stride: 1, padding: 1)))
  }

  /// Convolutions in blocks of 16, with every layer that fuses with a ReLU or follows one.
  static let chain: [Layer] = [
    convolution(16), .relu, .maxPooling(Pooling(window: Window(kernel: 3, stride: 2))),
    .batchNormalization(BatchNormalization()), convolution(32), .relu,
    .localResponseNormalization(LocalResponseNormalization()),
    .locallyConnected(LocallyConnected(filters: 16, window: Window(kernel: 2))), .relu,
    .averagePooling(Pooling(window: Window(kernel: 2))), .flatten,
    .linear(Linear(outputs: 5)), .relu, .linear(Linear(outputs: 3)), .softmax,
  ]
  static let input: Shape = [2, 3, 9, 9]

  static func plan(
    _ engine: any Engine, _ place: Place?, _ mode: Mode, _ keeping: Retention
  ) throws -> any Plan {
    let plan = try engine.prepare(chain, input: input, mode: mode, keeping: keeping)
    var shape = input
    for (index, layer) in chain.enumerated() {
      var parameters = try layer.parameters(for: shape).map { parameter in
        Tensor(
          uniform: parameter.shape, scale: 0.25, offset: parameter.role == .weight ? 0 : 0.5,
          random: CounterRandom("\(index) \(parameter.name)", seed: 1))
      }
      let spoilt: (layer: Int, parameter: Int)? =
        switch place {
        case .weight: (0, 0)
        case .bias: (0, 1)
        case .normalization: (3, 0)
        case .secondWeight: (4, 0)
        case .localWeight: (7, 0)
        case .linearWeight: (11, 0)
        case .input, nil: nil
        }
      if let spoilt, spoilt.layer == index {
        // The centre of a filter, which covers every pixel.
        let middle = layer.kind == .convolution ? 4 : 0
        parameters[spoilt.parameter].withUnsafeMutableBufferPointer { $0[middle] = .nan }
      }
      if !parameters.isEmpty { plan.setParameters(parameters, of: index) }
      shape = try layer.outputShape(for: shape)
    }
    var x = Tensor(uniform: input, scale: 1, random: CounterRandom("x", seed: 1))
    if place == .input { x[0, 0, 4, 4] = .nan }
    plan.setInput(x)
    return plan
  }

  @Test(arguments: testedEngines, Place.allCases)
  func isSeen(_ tested: EngineUnderTest, _ place: Place) throws {
    for mode in Mode.allCases {
      for keeping in Retention.allCases {
        let plan = try Self.plan(tested.engine, place, mode, keeping)
        try plan.forward()
        let output = try #require(plan.output(of: Self.chain.count - 1))
        let isSeen = output.values.prefix(3).contains { $0.isNaN }
        #expect(isSeen, "\(place), \(mode), \(keeping)")
        #expect(plan.loss(labels: [0, 0]).isNaN, "\(place), \(mode), \(keeping)")
        // With finite numbers, the same plan gives finite results again.
        guard place == .input, mode == .inference else { continue }
        plan.setInput(Tensor(uniform: Self.input, scale: 1, random: CounterRandom("x", seed: 1)))
        let fresh = try Self.plan(tested.engine, nil, mode, keeping)
        try plan.forward()
        try fresh.forward()
        #expect(plan.output(of: Self.chain.count - 1) == fresh.output(of: Self.chain.count - 1))
      }
    }
  }
}
