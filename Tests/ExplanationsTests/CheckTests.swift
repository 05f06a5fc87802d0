import Layers
import Networks
import ReferenceEngine
import Tensors
import TestSupport
import Testing

@testable import Explanations

/// The check detects stored values that differ from the definition.
@Suite struct CheckTests {
  @Test(
    arguments: [
      // A value close to the middle between two Floats may have been rounded either way.
      (1 + 0x1p-24 + 0x1p-52, 1, .rounding), (1 + 0x1p-23, 1, .floatArithmetic),
      (1.001, 1, .disagrees), (.nan, 1, .disagrees), (.nan, .nan, .identical),
      (1, .nan, .disagrees),
      (.infinity, .infinity, .identical), (.infinity, 1, .disagrees), (1, .infinity, .disagrees),
      (0, -0.0, .identical),
    ] as [(Double, Float, Check.Agreement)])
  func agreement(_ recomputed: Double, _ stored: Float, _ expected: Check.Agreement) {
    let check = Check(recomputed: recomputed, stored: stored, operations: 10, magnitude: 1)
    #expect(check.agreement == expected)
    #expect(check.agrees == [.identical, .rounding].contains(expected))
  }

  /// For each layer, one output changed by two units in the last place, and by a thousandth.
  @Test(arguments: SmallNetwork.all) func anAlteredOutputIsFound(_ small: SmallNetwork) throws {
    for layer in small.network.layers.indices {
      for altered in [alterations.slight, alterations.great] {
        let engine = MutantEngine(base: ReferenceEngine()) {
          $0
        } output: { at, tensor in
          at == layer ? altered(tensor) : tensor
        }
        let trace = try small.forward(engine)
        let shape = trace.geometry[layer].output
        for place in [0, shape.count - 1] {
          let explanation = try Explanation.explain(trace, layer: layer, at: shape.index(at: place))
          #expect(!explanation.check.agrees, "\(explanation.layerName)\(explanation.index)")
        }
      }
    }
  }

  @Test(arguments: SmallNetwork.all) func anAlteredGradientIsFound(_ small: SmallNetwork) throws {
    for layer in small.network.layers.indices {
      for altered in [alterations.slight, alterations.great] {
        let engine = MutantEngine(
          base: ReferenceEngine(),
          inputGradient: { at, tensor in at == layer ? altered(tensor) : tensor },
          parameterGradients: { at, tensors in at == layer ? tensors.map(altered) : tensors })
        let trace = try small.backward(engine)
        let geometry = trace.geometry[layer]
        for place in [0, geometry.input.count - 1] {
          let explanation = try Explanation.explainGradient(
            trace, layer: layer - 1, at: geometry.input.index(at: place))
          #expect(!explanation.check.agrees, "before \(geometry.name)\(explanation.index)")
        }
        for parameter in geometry.parameters where parameter.isTrainable {
          let explanation = try Explanation.explainGradient(
            trace, layer: layer, parameter: parameter.role, at: parameter.shape.index(at: 0))
          #expect(!explanation.check.agrees, "\(geometry.name(of: parameter))")
        }
      }
    }
  }

  /// An engine that replaces a layer by a slightly different one is detected at that layer.
  @Test(arguments: [
    (
      "norm1",
      Layer.localResponseNormalization(
        LocalResponseNormalization(n: 3, k: 2, alpha: 0.3, beta: 0.75, convention: .caffe))
    ),
    (
      "conv1",
      .convolution(
        Convolution(filters: 6, window: Window(kernel: 3, stride: 2, padding: 0, rounding: .ceil)))
    ),
    ("drop", .dropout(Dropout(rate: 0.3, convention: .inverted))),
    ("within2", .spatialNormalization(SpatialNormalization(n: 3, alpha: 0.5, convention: .paper))),
  ])
  func aReplacedLayerIsFound(_ name: String, _ layer: Layer) throws {
    let small = SmallNetwork.plain
    let at = try #require(small.network.index(of: name))
    let engine = MutantEngine(base: ReferenceEngine()) { layers in
      layers.enumerated().map { $0.offset == at ? layer : $0.element }
    }
    let trace = try small.forward(engine)
    let shape = trace.geometry[at].output
    // The mutant's map may be smaller; its first element exists in both.
    let explanation = try Explanation.explain(trace, layer: at, at: shape.index(at: 0))
    #expect(explanation.check.agreement == .disagrees)
  }
}

/// Two ways of altering the first and last elements of a tensor.
private enum alterations {
  static let slight: @Sendable (Tensor) -> Tensor = {
    altering($0) { $0 == 0 ? 1e-9 : $0.nextUp.nextUp }
  }
  static let great: @Sendable (Tensor) -> Tensor = { altering($0) { $0 * 1.001 + 1e-5 } }

  private static func altering(_ tensor: Tensor, _ change: (Float) -> Float) -> Tensor {
    var values = tensor.values
    for place in Set([0, values.count - 1]) { values[place] = change(values[place]) }
    return Tensor(shape: tensor.shape, values: values)
  }
}
