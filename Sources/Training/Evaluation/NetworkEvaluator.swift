import Basics
import Datasets
import Layers
import Networks
import Parallel
import TensorFiles
import Tensors

/// A network prepared for images in batches of one size.
final class NetworkEvaluator {
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
        "\(network.name) takes images of \(takes.channels)×\(takes.height)×\(takes.width), "
          + "but these are \(makes.channels)×\(makes.height)×\(makes.width)")
    }
    try Memory.require(
      try network.inferenceMemory(batch: batch),
      for: "running \(network.name) on \(batch) images at a time",
      hint: "a smaller network needs less")
    plan = try engine.prepare(
      network.layers.map(\.layer), input: network.input.shape(batch: batch), mode: .inference,
      keeping: .outputsOnly)
  }

  /// Gives the plan parameters by their names.
  func setParameters(_ parameters: [String: Tensor]) throws(TrainingError) {
    for layer in geometry where !layer.parameters.isEmpty {
      plan.setParameters(
        try layer.parameters(from: parameters, network: network.name), of: layer.index)
    }
  }

  /// Copies the parameters from the training plan of the same network, a layer at a time.
  func takeParameters(from other: any Plan) {
    for layer in geometry where !layer.parameters.isEmpty {
      plan.setParameters(other.parameters(of: layer.index), of: layer.index)
    }
  }

  /// Classifies every image of a set.
  ///
  /// - Parameter ranks: the processes that share the images. All get the same result, that of one process:
  ///   what counts is added in the order of the images.
  /// - Throws: on every rank, if one is cancelled or can't read an image.
  func evaluate(
    _ set: PictureSet, crops: TestCrops, ranks: any Collective = SingleProcess(),
    cancellation: Cancellation, progress: (Int, Int) throws -> Void
  ) throws -> Evaluation {
    let classes = network.classCount ?? 0
    guard classes == set.classNames.count else {
      throw TrainingError(
        "\(network.name) has \(classes) classes, but \(set.name) has "
          + "\(set.classNames.count)")
    }
    guard set.size == pipeline.source else {
      let (have, takes) = (set.size, pipeline.source)
      throw TrainingError(
        "\(set.name) has images of \(have.channels)×\(have.height)×\(have.width), but the "
          + "network was trained on \(takes.channels)×\(takes.height)×\(takes.width)")
    }
    var tally = Tally(classes: classes)
    let answers = try SharedAnswers.all(of: ranks) {
      try self.answers(set, crops, classes, ranks, cancellation, progress)
    }
    for answer in answers { tally.add(answer) }
    return Evaluation(
      classNames: set.classNames, confusion: tally.confusion, notNumbers: tally.notNumbers,
      topFive: tally.topFive, loss: tally.count == 0 ? 0 : tally.loss / Double(tally.count),
      areProbabilities: network.givesProbabilities, crops: crops)
  }

  /// The answers to a rank's part of a set, in the order of the images.
  private func answers(
    _ set: PictureSet, _ crops: TestCrops, _ classes: Int, _ ranks: any Collective,
    _ cancellation: Cancellation, _ progress: (Int, Int) throws -> Void
  ) throws -> [Answer] {
    let count = crops.count(in: pipeline)
    let queue = BatchQueue(
      testing: set, pipeline: pipeline, batch: batch, crops: crops, part: ranks.rank,
      of: ranks.size, depth: BatchQueue.depth(of: network.input.shape(batch: batch)))
    var (answers, done) = ([Answer](), 0)
    var means = [Double](repeating: 0, count: batch * classes)
    while let next = try queue.next() {
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
      if next.view == count - 1 {
        for n in 0..<next.count where !next.leftOut.contains(n) {
          let sums = means[(n * classes)..<((n + 1) * classes)]
          if let answer = Answer(
            sums, count: count, label: next.labels[n],
            areProbabilities: network.givesProbabilities)
          {
            answers.append(answer)
          }
        }
        done += next.count
        try progress(min(set.count, done * ranks.size), set.count)
      }
      queue.recycle(next)
    }
    return answers
  }
}

/// Counts a network's answers.
private struct Tally {
  var confusion: ConfusionMatrix
  var notNumbers: [Int]
  var topFive = 0
  var loss = 0.0
  var count = 0

  init(classes: Int) {
    notNumbers = [Int](repeating: 0, count: classes)
    confusion = ConfusionMatrix(classes: classes)
  }

  /// Counts one image. With a NaN among its outputs it has no answer, and the loss becomes NaN.
  mutating func add(_ answer: Answer) {
    count += 1
    loss += answer.loss
    guard let guess = answer.guess else {
      notNumbers[answer.label] += 1
      return
    }
    confusion.add(row: answer.label, column: guess)
    if answer.isAmongTopFive { topFive += 1 }
  }
}

extension BatchQueue {
  /// Batches with more numbers than this are large: from 26 images of 227×227 in colour.
  static let large = 4_000_000

  /// How many batches to prepare in advance: enough to even out the time they take, but few if each
  /// is large.
  static func depth(of batch: Shape) -> Int { batch.count > large ? 1 : 3 }
}
