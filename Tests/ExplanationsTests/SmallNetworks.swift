import Layers
import Networks
import ReferenceEngine
import Tensors

/// A network with a few thousand numbers, and everything needed for a pass through it.
struct SmallNetwork: Sendable, CustomStringConvertible {
  let network: Network
  let batch: Int
  let mode: Mode
  /// Inputs are multiples of this. Coarse inputs tie in max pooling.
  let grain: Float

  var description: String { network.name }

  init(
    _ name: String, channels: Int = 3, side: Int = 9, batch: Int = 1, mode: Mode = .inference,
    grain: Float = 0x1p-20, _ layers: [(String, Layer)]
  ) {
    var format = PictureFormat(
      side: side, scale: 1, mean: Array(repeating: 0, count: channels),
      deviation: Array(repeating: 1, count: channels))
    format.channels = channels
    network = Network(
      name: name, title: name, input: format, layers: layers.map { NamedLayer($0.0, $0.1) })
    (self.batch, self.mode, self.grain) = (batch, mode, grain)
  }

  var input: Tensor {
    let shape = network.input.shape(batch: batch)
    let random = CounterRandom("input", seed: 3)
    return Tensor(
      shape: shape,
      values: (0..<shape.count).map {
        ((1 + random.unit(UInt64($0))) / grain).rounded(.down) * grain - 0.75
      })
  }

  /// Weights of a size that keeps values from vanishing; variances are positive.
  func weights(_ geometry: [LayerGeometry]) -> Weights {
    var weights = Weights(seed: 5)
    for layer in geometry where !layer.parameters.isEmpty {
      let tensors = layer.parameters.map { parameter in
        let positive = parameter.role == .runningVariance
        return Tensor(
          uniform: parameter.shape, scale: positive ? 0.5 : 0.4, offset: positive ? 1 : 0.05,
          random: CounterRandom(layer.name(of: parameter), seed: 7))
      }
      weights.set(tensors, of: layer.name)
    }
    return weights
  }

  /// A complete forward pass, optionally from the caller's input.
  func forward(_ engine: any Engine = ReferenceEngine(), input: Tensor? = nil) throws -> Trace {
    let trace = try Trace(
      network: network, engine: engine, input: input ?? self.input, mode: mode)
    var weights = weights(trace.geometry)
    for layer in trace.geometry where mode == .training && layer.layer.kind == .dropout {
      let random = CounterRandom(layer.name, seed: 11)
      let mask = (0..<layer.input.count).map { Float(random.below(2, UInt64($0))) }
      trace.setMask(Tensor(shape: layer.input, values: mask), of: layer.index)
    }
    while try trace.step(weights: &weights, cancellation: .never) != nil {}
    return trace
  }

  /// A complete forward and backward pass.
  func backward(_ engine: any Engine = ReferenceEngine()) throws -> Trace {
    let trace = try forward(engine)
    try trace.backward(labels: (0..<batch).map { $0 % 3 }, cancellation: .never)
    return trace
  }
}

extension SmallNetwork {
  /// Together they have every kind of layer, and every way of clipping windows.
  static let all = [plain, learning, tied, features, divided]

  /// Padding, rounding up, overlap and groups, in inference.
  static let plain = SmallNetwork(
    "plain",
    [
      (
        "conv1",
        .convolution(
          Convolution(filters: 6, window: Window(kernel: 3, stride: 2, padding: 1, rounding: .ceil))
        )
      ),
      ("relu1", .relu),
      (
        "norm1",
        .localResponseNormalization(LocalResponseNormalization(n: 3, k: 2, alpha: 0.3, beta: 0.75))
      ),
      ("pool1", .maxPooling(Pooling(window: Window(kernel: 3, stride: 2, rounding: .ceil)))),
      (
        "conv2",
        .convolution(Convolution(filters: 4, window: Window(kernel: 3, padding: 1), groups: 2))
      ),
      ("tanh2", .tanh),
      ("within2", .spatialNormalization(SpatialNormalization(n: 3, alpha: 0.5))),
      (
        "pool2",
        .averagePooling(Pooling(window: Window(kernel: 2, stride: 2, padding: 1, rounding: .ceil)))
      ),
      ("flatten", .flatten),
      ("drop", .dropout(Dropout(rate: 0.3))),
      ("fc", .linear(Linear(outputs: 5))),
      ("softmax", .softmax),
    ])

  /// Layers that behave differently in training, over a batch.
  static let learning = SmallNetwork(
    "learning", side: 7, batch: 2, mode: .training,
    [
      (
        "conv1",
        .convolution(Convolution(filters: 4, window: Window(kernel: 3, stride: 3, padding: 2)))
      ),
      ("bn1", .batchNormalization(BatchNormalization())),
      ("relu1", .relu),
      (
        "local2",
        .locallyConnected(LocallyConnected(filters: 3, window: Window(kernel: 3, padding: 1)))
      ),
      ("flatten", .flatten),
      ("drop3", .dropout(Dropout(rate: 0.4, convention: .inverted))),
      ("fc3", .linear(Linear(outputs: 6))),
      ("bn3", .batchNormalization(BatchNormalization(epsilon: 0.01))),
      ("drop4", .dropout(Dropout(rate: 0.5, convention: .paper))),
      ("fc4", .linear(Linear(outputs: 4))),
      ("softmax", .softmax),
    ])

  /// Coarse values that tie in max pooling, also in its padding, and a batch in inference.
  static let tied = SmallNetwork(
    "tied", side: 8, batch: 2, grain: 0.5,
    [
      (
        "pool1",
        .maxPooling(Pooling(window: Window(kernel: 3, stride: 2, padding: 1, rounding: .ceil)))
      ),
      ("bn1", .batchNormalization(BatchNormalization())),
      (
        "local1",
        .locallyConnected(
          LocallyConnected(filters: 4, window: Window(kernel: 2, stride: 2, rounding: .ceil)))
      ),
      ("pool2", .averagePooling(Pooling(window: Window(kernel: 3, stride: 1, padding: 1)))),
      ("flatten", .flatten),
      ("fc", .linear(Linear(outputs: 3))),
      ("softmax", .softmax),
    ])

  /// Only features, with a softmax in the middle.
  static let features = SmallNetwork(
    "features", side: 3, batch: 3,
    [
      ("flatten", .flatten),
      ("fc1", .linear(Linear(outputs: 6))),
      ("gate1", .softmax),
      ("tanh1", .tanh),
      ("elu1", .activation(.elu(alpha: 1.5))),
      ("flatten1", .flatten),
      ("fc2", .linear(Linear(outputs: 3))),
      ("softmax", .softmax),
    ])

  /// Even windows, groups of channels, divided α, and overlapping convolutions that leave a
  /// remainder.
  static let divided = SmallNetwork(
    "divided", channels: 4, side: 8,
    [
      (
        "norm0",
        .localResponseNormalization(
          LocalResponseNormalization(n: 4, k: 1, alpha: 2, beta: 0.75, convention: .onnx))
      ),
      (
        "conv1",
        .convolution(Convolution(filters: 8, window: Window(kernel: 3, stride: 2), groups: 4))
      ),
      (
        "norm1",
        .localResponseNormalization(
          LocalResponseNormalization(
            n: 4, k: 2, alpha: 1, beta: 0.5, convention: .source2012, groups: 2))
      ),
      (
        "within1",
        .spatialNormalization(
          SpatialNormalization(n: 2, k: 1, alpha: 1, beta: 0.75, convention: .paper))
      ),
      (
        "norm2",
        .localResponseNormalization(
          LocalResponseNormalization(n: 4, k: 1, alpha: 1, beta: 0.75, convention: .onednn))
      ),
      (
        "norm3",
        .localResponseNormalization(
          LocalResponseNormalization(n: 4, k: 1, alpha: 0.2, beta: 0.75, convention: .tensorflow))
      ),
      ("flatten", .flatten),
      ("fc", .linear(Linear(outputs: 3))),
      ("softmax", .softmax),
    ])
}

/// Every index into a shape.
func indices(of shape: Shape) -> [[Int]] { (0..<shape.count).map(shape.index(at:)) }
