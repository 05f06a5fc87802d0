import Networks
import TensorFiles
import Tensors

/// A network's outputs and gradients, as statistics and samples.
package struct NetworkCase: Sendable {
  /// What is stored of a large tensor.
  package struct Summary: Sendable {
    /// Minimum, mean, maximum, root mean square, share of zeros.
    package let statistics: [Double]
    /// The elements at `indices`.
    package let samples: [Double]
    /// Positions in row-major order.
    package let indices: [Int]
  }

  /// How many elements of a tensor are stored.
  static let sampleCount = 256

  /// The network.
  package let network: SeededNetwork
  /// One class for each image.
  package let labels: [Int]
  /// The output of each layer.
  package let outputs: [Summary]
  /// The input of the softmax, N×F in row-major order.
  package let logits: [Double]
  /// The softmax cross-entropy of the labels, in nats.
  package let loss: Double
  /// The gradients of the image, under the name `image`, and of each trainable parameter:
  /// `conv1.weight`, ….
  package let gradients: [String: Summary]

  init(parameters text: String, seed: UInt64, file: SafeTensors) throws(GoldenError) {
    var parameters = try CaseParameters(text: text, path: file.file)
    let network = try SeededNetwork(&parameters, seed: seed, path: file.file)
    try parameters.finish()
    var tensors = CaseTensors(file)

    func summary(_ prefix: String, _ stream: String, count: Int) throws(GoldenError) -> Summary {
      let indices = Self.indices(stream, seed: seed, count: count)
      return Summary(
        statistics: try tensors.expected(".statistics", shape: [5], prefix: prefix),
        samples: try tensors.expected(
          ".samples", shape: Self.samplesShape(file.shape(of: prefix + ".samples"), indices.count),
          prefix: prefix),
        indices: indices)
    }
    var outputs: [Summary] = []
    var gradients: [String: Summary] = [:]
    let first = network.geometry[0].input
    gradients["image"] = try summary("gradient.image", "gradient.image", count: first.count)
    for layer in network.geometry {
      outputs.append(try summary("layer.\(layer.name)", layer.name, count: layer.output.count))
      for parameter in layer.parameters where parameter.isTrainable {
        let name = layer.name(of: parameter)
        gradients[name] = try summary(
          "gradient.\(name)", "gradient.\(name)", count: parameter.shape.count)
      }
    }
    let output = network.geometry[network.layers.count - 1].output
    labels = try tensors.labels(count: output.n, classes: output.c)
    guard labels == network.labels() else {
      throw GoldenError(file.file, "input.labels are not those that the seed gives")
    }
    logits = try tensors.expected("logits", shape: output)
    loss = try tensors.expected("loss", shape: [1])[0]
    try tensors.finish()
    (self.network, self.outputs, self.gradients) = (network, outputs, gradients)
  }

  /// Which elements of a tensor of `count` are stored: drawn from the seed, or all if there are
  /// fewer.
  static func indices(_ stream: String, seed: UInt64, count: Int) -> [Int] {
    guard count >= sampleCount else { return Array(0..<count) }
    let random = CounterRandom("samples.\(stream)", seed: seed)
    return (0..<sampleCount).map { random.below(count, UInt64($0)) }
  }

  private static func samplesShape(_ stored: Shape?, _ count: Int) -> Shape {
    stored?.count == count ? stored ?? [count] : [count]
  }
}
