import Basics
import Datasets
import Layers
import Networks
import TensorFiles
import Tensors

/// A network made ready to look at pictures in batches of one size.
final class Evaluator {
  let network: Network
  let geometry: [LayerGeometry]
  let pipeline: PicturePipeline
  let batch: Int
  let plan: any Plan

  init(
    _ network: Network, engine: any Engine, batch: Int, pipeline: PicturePipeline
  ) throws {
    (self.network, self.pipeline, self.batch) = (network, pipeline, batch)
    geometry = try network.geometry(batch: batch)
    let (takes, makes) = (network.input, pipeline.output)
    guard (takes.channels, takes.height, takes.width) == makes else {
      throw TrainingError(
        "\(network.name) takes pictures of \(takes.channels)×\(takes.height)×\(takes.width), "
          + "and these come as \(makes.channels)×\(makes.height)×\(makes.width)")
    }
    try Memory.require(
      try network.inferenceMemory(batch: batch),
      for: "running \(network.name) on \(batch) images at a time",
      hint: "a smaller network takes less")
    plan = try engine.prepare(
      network.layers.map(\.layer), input: network.input.shape(batch: batch), mode: .inference,
      keeping: .ends)
  }

  /// Gives the plan parameters by their names.
  func setParameters(_ parameters: [String: Tensor]) throws(TrainingError) {
    for layer in geometry where !layer.parameters.isEmpty {
      var tensors: [Tensor] = []
      for parameter in layer.parameters {
        let name = "\(layer.name).\(parameter.name)"
        guard let tensor = parameters[name] else {
          throw TrainingError("there is no parameter \(printable(name))")
        }
        guard tensor.shape == parameter.shape else {
          throw TrainingError(
            "\(printable(name)) is \(tensor.shape), and \(network.name) takes \(parameter.shape)")
        }
        tensors.append(tensor)
      }
      plan.setParameters(tensors, of: layer.index)
    }
  }

  /// Takes the parameters from the plan of the same network that trains, a layer at a time.
  func takeParameters(from other: any Plan) {
    for layer in geometry where !layer.parameters.isEmpty {
      plan.setParameters(other.parameters(of: layer.index), of: layer.index)
    }
  }

  /// Looks at every picture of a set.
  func evaluate(
    _ set: PictureSet, views: PictureViews, cancellation: Cancellation,
    progress: (Int, Int) throws -> Void
  ) throws -> Evaluation {
    let classes = network.classCount ?? 0
    guard classes == set.classNames.count else {
      throw TrainingError(
        "\(network.name) tells \(classes) classes apart, and \(set.name) has "
          + "\(set.classNames.count)")
    }
    guard set.size == pipeline.source else {
      let (have, takes) = (set.size, pipeline.source)
      throw TrainingError(
        "\(set.name) has pictures of \(have.channels)×\(have.height)×\(have.width), and the "
          + "network was trained on \(takes.channels)×\(takes.height)×\(takes.width)")
    }
    var tally = Tally(classes: classes, areProbabilities: network.givesProbabilities)
    let looks = views.count(in: pipeline)
    let queue = BatchQueue(
      testing: set, pipeline: pipeline, batch: batch, views: views,
      depth: BatchQueue.depth(of: network.input.shape(batch: batch)))
    var means = [Double](repeating: 0, count: batch * classes)
    while let next = queue.next() {
      try cancellation.check()
      if next.view == 0 { for i in means.indices { means[i] = 0 } }
      plan.setInput(next.input)
      try plan.forward(cancellation: cancellation)
      guard let output = plan.output(of: plan.layers.count - 1) else {
        preconditionFailure("A plan keeps its last output.")
      }
      output.withUnsafeBufferPointer { p in
        for i in p.indices { means[i] += Double(p[i]) }
      }
      let done = next.first + next.count
      if next.view == looks - 1 {
        for n in 0..<next.count {
          tally.add(means[(n * classes)..<((n + 1) * classes)], looks: looks, label: next.labels[n])
        }
        try progress(done, set.count)
      }
      queue.recycle(next)
    }
    return Evaluation(
      classNames: set.classNames, confusion: tally.confusion, notNumbers: tally.notNumbers,
      loss: set.count == 0 ? 0 : tally.loss / Double(set.count),
      areProbabilities: tally.areProbabilities, views: views)
  }
}

/// Counts what a network says of images.
private struct Tally {
  let areProbabilities: Bool
  var confusion: [[Int]]
  var notNumbers: [Int]
  var loss = 0.0

  init(classes: Int, areProbabilities: Bool) {
    self.areProbabilities = areProbabilities
    notNumbers = [Int](repeating: 0, count: classes)
    confusion = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
  }

  /// One image, by the sums of its outputs over all views. Of equal ones the first class wins. A NaN
  /// among them isn't an answer, and makes the loss NaN.
  mutating func add(_ sums: ArraySlice<Double>, looks: Int, label: Int) {
    guard let largest = sums.indexOfLargest else { return }
    if sums[largest].isNaN {
      notNumbers[label] += 1
      loss = .nan
      return
    }
    confusion[label][largest - sums.startIndex] += 1
    let output = sums[sums.startIndex + label] / Double(looks)
    guard areProbabilities else {
      // ln Σ e^x − x, the largest taken off first.
      let most = sums[largest] / Double(looks)
      let sum = sums.reduce(0) { $0 + exponential($1 / Double(looks) - most) }
      loss += naturalLogarithm(sum) + most - output
      return
    }
    loss -= naturalLogarithm(max(output, 1e-38))
  }
}

extension BatchQueue {
  /// Batches of more numbers than this are large: 227×227 in colour, 26 at a time.
  static let large = 4_000_000

  /// How many batches wait: enough to even out their making, but few where each takes much memory.
  static func depth(of batch: Shape) -> Int { batch.count > large ? 1 : 3 }
}
