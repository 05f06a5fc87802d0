import Layers
import Tensors
import Testing

@testable import ReferenceEngine

@Suite("Shapes that do not fit")
struct ShapeErrorTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let layer: Layer
    let input: Shape
    let error: ShapeError
    var testDescription: String { "\(error)" }

    init(_ layer: Layer, _ input: Shape, _ error: ShapeError) {
      (self.layer, self.input, self.error) = (layer, input, error)
    }
  }

  static let map: Shape = [1, 4, 6, 6]

  static func convolution(
    _ filters: Int = 4, _ window: Window = Window(kernel: 3), groups: Int = 1, inputs: Int? = nil
  ) -> Layer {
    .convolution(Convolution(filters: filters, window: window, groups: groups, inputs: inputs))
  }

  static func lrn(_ change: (inout LocalResponseNormalization) -> Void) -> Layer {
    var lrn = LocalResponseNormalization()
    change(&lrn)
    return .localResponseNormalization(lrn)
  }

  static func spatial(_ change: (inout SpatialNormalization) -> Void) -> Layer {
    var normalization = SpatialNormalization()
    change(&normalization)
    return .spatialNormalization(normalization)
  }

  static let large = Window(kernel: 9, padding: 1)
  static let padded = Window(kernel: 2, padding: 2)
  static let beyond = ShapeError.largest + 1
  static let wide = Window(kernel: 1 << 16, padding: (1 << 16) - 1)

  static let cases: [Case] = [
    Case(convolution(4, large), map, .windowTooLarge(window: large, input: 6)),
    Case(.maxPooling(Pooling(window: large)), map, .windowTooLarge(window: large, input: 6)),
    Case(
      convolution(4, Window(kernel: 1)), [1, 4, 0, 6],
      .windowTooLarge(window: Window(kernel: 1), input: 0)),
    Case(.averagePooling(Pooling(window: padded)), map, .paddingTooLarge(window: padded)),
    Case(convolution(4, padded), map, .paddingTooLarge(window: padded)),
    Case(convolution(4, Window(kernel: 0)), map, .range("kernel", 0, least: 1)),
    Case(convolution(4, Window(kernel: -1)), map, .range("kernel", -1, least: 1)),
    Case(convolution(4, Window(kernel: .max)), map, .range("kernel", .max, least: 1)),
    Case(convolution(4, Window(kernel: 2, stride: 0)), map, .range("stride", 0, least: 1)),
    Case(
      convolution(4, Window(kernel: 2, stride: beyond)), map, .range("stride", beyond, least: 1)),
    Case(convolution(4, Window(kernel: 2, padding: -1)), map, .range("padding", -1, least: 0)),
    Case(convolution(4, Window(kernel: 2, padding: .max)), map, .range("padding", .max, least: 0)),
    Case(convolution(0), map, .range("filters", 0, least: 1)),
    Case(convolution(beyond), map, .range("filters", beyond, least: 1)),
    Case(convolution(inputs: 256), [1, 384, 6, 6], .inputs(declared: 256, arriving: 384)),
    Case(convolution(groups: 0), map, .range("groups", 0, least: 1)),
    Case(convolution(groups: 3), map, .groups(3, channels: 4, of: .input)),
    Case(convolution(6, groups: 4), map, .groups(4, channels: 6, of: .output)),
    Case(convolution(), [1, 24], .rank(needs: 4, arriving: [1, 24])),
    Case(
      convolution(1 << 20, Window(kernel: 1)), [1, 1, 64, 64], .tooLarge([1, 1 << 20, 64, 64])),
    Case(
      convolution(1 << 10, wide), [1, 1, 1, 1], .tooLarge([1 << 10, 1, 1 << 16, 1 << 16])),
    Case(
      convolution(1 << 10, Window(kernel: 1 << 10, stride: 1 << 10, padding: (1 << 10) - 1)),
      [1, 1 << 10, 1, 1], .tooLarge([1 << 10, 1 << 10, 1 << 10, 1 << 10])),
    Case(
      .locallyConnected(LocallyConnected(filters: 0, window: Window(kernel: 1))), map,
      .range("filters", 0, least: 1)),
    Case(
      .locallyConnected(LocallyConnected(filters: 64, window: Window(kernel: 3, padding: 1))),
      [1, 64, 224, 224], .tooLarge([224, 224, 64, 64, 3, 3])),
    Case(
      .locallyConnected(LocallyConnected(filters: 64, window: Window(kernel: 1))), [1, 2],
      .rank(needs: 4, arriving: [1, 2])),
    Case(
      .maxPooling(Pooling(window: Window(kernel: 1))), [1, 2], .rank(needs: 4, arriving: [1, 2])),
    Case(lrn { _ in }, [1, 24], .rank(needs: 4, arriving: [1, 24])),
    Case(lrn { $0.n = 0 }, map, .range("n", 0, least: 1)),
    Case(lrn { $0.k = 0 }, map, .value("k", 0, allowed: "above 0")),
    Case(lrn { $0.k = .infinity }, map, .value("k", .infinity, allowed: "above 0")),
    Case(lrn { $0.alpha = -1 }, map, .value("alpha", -1, allowed: "0 or more")),
    Case(lrn { $0.beta = -1 }, map, .value("beta", -1, allowed: "0 or more")),
    Case(lrn { $0.groups = 0 }, map, .range("groups", 0, least: 1)),
    Case(lrn { $0.groups = 3 }, map, .groups(3, channels: 4, of: .input)),
    Case(lrn { ($0.convention, $0.n) = (.caffe, 4) }, map, .convention(.caffe, n: 4)),
    Case(spatial { _ in }, [1, 24], .rank(needs: 4, arriving: [1, 24])),
    Case(spatial { $0.n = -3 }, map, .range("n", -3, least: 1)),
    Case(spatial { $0.k = -1 }, map, .value("k", -1, allowed: "above 0")),
    Case(spatial { ($0.convention, $0.n) = (.caffe, 2) }, map, .convention(.caffe, n: 2)),
    Case(
      .batchNormalization(BatchNormalization()), [3, 4, 5], .rank(needs: 4, arriving: [3, 4, 5])),
    Case(
      .batchNormalization(BatchNormalization(epsilon: 0)), map,
      .value("epsilon", 0, allowed: "above 0")),
    Case(
      .batchNormalization(BatchNormalization(momentum: 1.5)), map,
      .value("momentum", 1.5, allowed: "from 0 to 1")),
    Case(.linear(Linear(outputs: 3)), map, .rank(needs: 2, arriving: map)),
    Case(.linear(Linear(outputs: 0)), [1, 4], .range("outputs", 0, least: 1)),
    Case(
      .linear(Linear(outputs: 3, inputs: 9216)), [1, 6400],
      .inputs(declared: 9216, arriving: 6400)),
    Case(
      .linear(Linear(outputs: 1 << 20)), [1, 1 << 20], .tooLarge([1 << 20, 1 << 20])),
    Case(.dropout(Dropout(rate: 1)), map, .value("rate", 1, allowed: "from 0 to below 1")),
    Case(.dropout(Dropout(rate: -0.5)), map, .value("rate", -0.5, allowed: "from 0 to below 1")),
    Case(.softmax, map, .rank(needs: 2, arriving: map)),
    Case(.flatten, [], .rank(needs: 4, arriving: [])),
    Case(.flatten, [3], .rank(needs: 4, arriving: [3])),
    Case(.flatten, [0, 1 << 40, 1 << 40], .tooLarge([1 << 40, 1 << 40])),
    Case(.flatten, [2, 1 << 15, 1 << 15], .tooLarge([2, 1 << 30])),
  ]

  @Test(arguments: cases)
  func error(_ c: Case) {
    #expect(throws: c.error) { try c.layer.outputShape(for: c.input) }
    #expect(throws: c.error) { try c.layer.parameters(for: c.input) }
    #expect(throws: c.error) { try c.layer.multiplyAdds(for: c.input) }
    #expect(throws: (any Error).self) {
      try ReferenceEngine().prepare([c.layer], input: c.input, mode: .inference)
    }
  }

  /// The table has every kind of error of a single layer: the switch doesn't compile without a new
  /// kind.
  @Test func everyKindIsCovered() {
    let kinds = Set(
      Self.cases.map { c in
        switch c.error {
        case .windowTooLarge: 0
        case .paddingTooLarge: 1
        case .inputs: 2
        case .groups: 3
        case .rank: 4
        case .range: 5
        case .value: 6
        case .convention: 7
        case .tooLarge: 8
        case .tooMuch: 9  // of a whole network
        }
      })
    #expect(kinds == Set(0...8))
  }

  /// NaN isn't a valid rate: comparisons with it are false, so it could pass by mistake.
  @Test func notANumberDoesNotFit() {
    for layer in [
      Layer.dropout(Dropout(rate: .nan)), Self.lrn { $0.alpha = .nan }, Self.lrn { $0.k = .nan },
      .batchNormalization(BatchNormalization(epsilon: .nan)),
      .batchNormalization(BatchNormalization(momentum: .nan)),
    ] {
      #expect(throws: ShapeError.self) { try layer.outputShape(for: Self.map) }
    }
  }

  @Test func theSecondLayerIsChecked() {
    #expect(throws: ShapeError.rank(needs: 2, arriving: [1, 4, 6, 6])) {
      try ReferenceEngine().prepare([.relu, .softmax], input: Self.map, mode: .inference)
    }
    #expect(throws: ShapeError.rank(needs: 4, arriving: [5])) {
      try ReferenceEngine().prepare([.relu], input: [5], mode: .inference)
    }
  }
}
