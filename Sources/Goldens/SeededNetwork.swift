import Layers
import Networks
import TensorFiles
import Tensors

/// A chain of layers with weights and images from the counter-based generator, as a case describes it.
package struct SeededNetwork: Sendable {
  /// The network's name.
  package let name: String
  /// The layers, first to last; the last is a softmax.
  package let layers: [NamedLayer]
  /// N, the images in a batch.
  package let batch: Int
  /// The shapes and parameters of each layer, for the batch.
  package let geometry: [LayerGeometry]
  /// The largest magnitude of a pixel's value.
  package let imageScale: Double
  /// Factors of some weights, so that the logits are of order 1.
  package let weightScales: [String: Double]
  /// Whether dropout and batch normalization behave as in training.
  package let mode: Mode
  /// The seed of the generator.
  package let seed: UInt64

  /// The most parameters, and the most elements of all outputs, that are accepted.
  private static let largest = 1 << 27

  /// The network that `parameters` describe, for `batch` images at a time.
  ///
  /// - Parameter mode: the mode that layers depending on it must have.
  /// - Throws: `GoldenError` if they don't describe a network, or one that differs from the zoo's
  ///   by that name.
  init(
    _ parameters: inout CaseParameters, mode: Mode = .inference, seed: UInt64, path: String
  ) throws(GoldenError) {
    func fail(_ reason: String) -> GoldenError { GoldenError(path, reason) }
    let name = try parameters.string("network")
    batch = try parameters.integer("batch")
    imageScale = try parameters.number("image_scale")
    weightScales = try parameters.numbers("weight_scales")
    let classes = try parameters.integer("classes")
    let parameterCount = try parameters.integer("parameters")
    _ = try parameters.number("margin")
    guard case .array(let sizes) = try parameters.value("input"),
      sizes.count == 3,
      case (.integer(let c), .integer(let h), .integer(let w)) = (sizes[0], sizes[1], sizes[2]),
      [c, h, w, batch].allSatisfy({ (1...ShapeError.largest).contains($0) })
    else { throw fail("input must be channels, rows, columns; batch at least 1") }
    guard case .array(let values) = try parameters.value("layers") else {
      throw fail("layers must be a list")
    }
    var layers: [NamedLayer] = []
    for value in values {
      var settings = try CaseParameters(value, path: path, place: "layer \(layers.count)")
      let layerName = try settings.string("name")
      let kind: Layer.Kind = try settings.word("operation")
      let layer = try settings.layer(kind, weight: nil)
      if kind.dependsOnMode, try settings.bool("training") != (mode == .training) {
        throw fail(
          mode == .training
            ? "\(printable(layerName)) is in inference; training runs in training mode"
            : "\(printable(layerName)) is in training; networks are run in inference")
      }
      try settings.finish()
      layers.append(NamedLayer(layerName, layer))
    }
    let chain = layers.map(\.layer)
    guard chain.count >= 2, chain.last == .softmax, Set(layers.map(\.name)).count == layers.count
    else { throw fail("layers must have different names and end with a softmax") }
    var format = PictureFormat(side: h, scale: 1, mean: [])
    (format.channels, format.width) = (c, w)
    let network = Network(name: name, title: "", input: format, layers: layers)
    do {
      geometry = try network.geometry(batch: batch)
    } catch {
      throw fail("\(printable(error.layerName)) does not fit: \(error.shapeError.words)")
    }
    guard geometry.reduce(0, { $0 + $1.output.count }) <= Self.largest,
      parameterCount <= Self.largest
    else { throw fail("it is larger than any network here") }
    guard geometry.reduce(0, { $0 + $1.parameterCount }) == parameterCount,
      geometry[layers.count - 1].output == [batch, classes]
    else {
      throw fail("its layers do not have \(parameterCount) parameters and \(classes) classes")
    }
    if let known = Zoo.network(named: name) {
      guard known.input.shape() == [1, c, h, w] else {
        throw fail("\(name) takes \(known.input.shape()), not \(Shape([1, c, h, w]))")
      }
      let differing = zip(known.layers, layers).first { $0.name != $1.name || $0.layer != $1.layer }
      if let (ours, theirs) = differing {
        throw fail(
          "\(name) differs: it has \(ours.name) where the case has \(printable(theirs.name))")
      }
      guard known.layers.count == layers.count else {
        throw fail("\(name) has \(known.layers.count) layers, the case \(layers.count)")
      }
    }
    (self.name, self.layers, self.mode, self.seed) = (name, layers, mode, seed)
  }

  /// Images drawn from the seed, N×C×H×W.
  package func image(_ stream: String = "image") -> Tensor {
    Tensor(
      uniform: geometry[0].input, scale: Float(imageScale),
      random: CounterRandom(stream, seed: seed))
  }

  /// The classes of those images.
  package func labels(_ stream: String = "label") -> [Int] {
    let random = CounterRandom(stream, seed: seed)
    return (0..<batch).map { random.below(geometry[layers.count - 1].output.c, UInt64($0)) }
  }

  /// The parameters of a layer, drawn from the seed.
  ///
  /// - Throws: `Cancelled`; polled every few thousand elements.
  package func parameters(
    of layer: LayerGeometry, cancellation: Cancellation = .never
  ) throws(Cancelled) -> [Tensor] {
    var tensors: [Tensor] = []
    for parameter in layer.parameters {
      let name = layer.name(of: parameter)
      let (offset, scale) = formula(parameter, of: layer, name: name)
      let random = CounterRandom(name, seed: seed)
      var values = [Float](repeating: 0, count: parameter.shape.count)
      for start in stride(from: 0, to: values.count, by: 1 << 16) {
        try cancellation.check()
        for i in start..<min(start + 1 << 16, values.count) {
          values[i] = offset + scale * random.unit(UInt64(i))
        }
      }
      tensors.append(Tensor(shape: parameter.shape, values: values))
    }
    return tensors
  }

  /// Weights have a range of √(6 / fan-in), so that a ReLU network keeps the size of its
  /// activations.
  private func formula(
    _ parameter: Parameter, of layer: LayerGeometry, name: String
  ) -> (offset: Float, scale: Float) {
    if case .batchNormalization = layer.layer {
      return switch parameter.role {
      case .weight: (1, 0.25)
      case .bias, .runningMean: (0, 0.1)
      case .runningVariance: (1, 0.5)
      }
    }
    guard parameter.role == .weight else { return (0, 0.1) }
    let spread = Float((6 / Double(parameter.fanIn)).squareRoot())
    return (0, spread * Float(weightScales[name] ?? 1))
  }
}

extension SeededNetwork {
  /// All parameters, layer by layer.
  ///
  /// - Throws: `Cancelled`.
  func parameters(cancellation: Cancellation) throws(Cancelled) -> [[Tensor]] {
    var all: [[Tensor]] = []
    for layer in geometry { all.append(try parameters(of: layer, cancellation: cancellation)) }
    return all
  }

  /// A plan of this network with these weights.
  func plan(
    _ engine: any Engine, mode: Mode, keeping: Retention = .everything, parameters: [[Tensor]]
  ) throws -> any Plan {
    let plan = try engine.prepare(
      layers.map(\.layer), input: geometry[0].input, mode: mode, keeping: keeping)
    for layer in geometry where !layer.parameters.isEmpty {
      plan.setParameters(parameters[layer.index], of: layer.index)
    }
    return plan
  }

  /// The dropout mask of a layer, drawn from the seed: 1 where an element is kept.
  func mask(of layer: LayerGeometry, _ dropout: Dropout, _ stream: String) -> Tensor {
    let random = CounterRandom("mask.\(layer.name).\(stream)", seed: seed)
    let limit = Float(1 - 2 * dropout.rate)
    let values = (0..<layer.input.count).map { random.unit(UInt64($0)) < limit ? Float(1) : 0 }
    return Tensor(shape: layer.input, values: values)
  }
}
