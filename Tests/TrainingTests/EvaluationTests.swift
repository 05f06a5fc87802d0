import Datasets
import Foundation
import Layers
import Networks
import ReferenceEngine
import Tensors
import Testing

@testable import Training

/// Compares the counts with counting by hand.
@Suite struct EvaluationTests {
  /// Three features, the mean of each channel, are the class scores, so that the answer is known.
  static let network = Network(
    name: "means", title: "", input: PictureFormat(side: 6, scale: 1, mean: [0, 0, 0]),
    layers: [
      NamedLayer("pool1", .averagePooling(Pooling(window: Window(kernel: 6)))),
      NamedLayer("flatten", .flatten), NamedLayer("fc1", .linear(Linear(outputs: 3))),
      NamedLayer("softmax", .softmax),
    ])
  static let parameters = [
    "fc1.weight": Tensor(shape: [3, 3], values: [9, 0, 0, 0, 9, 0, 0, 0, 9]),
    "fc1.bias": Tensor(shape: [3], values: [0, 1, 0]),
  ]

  static func evaluate(
    _ set: PictureSet, crops: TestCrops, batch: Int,
    parameters: [String: Tensor] = parameters
  ) throws -> Evaluation {
    try Evaluation.evaluate(
      network, parameters: parameters, on: set,
      pipeline: PicturePipeline(
        PicturePipeline.Options(scale: 1, center: .none, crop: 6), for: set),
      crops: crops, engine: ReferenceEngine(), batch: batch)
  }

  /// The same by hand, in Double, for any batch size, including an incomplete last batch.
  @Test(arguments: [TestCrops.center, .mirrored, .tenCrop], [1, 4, 10, 64])
  func byHand(_ crops: TestCrops, _ batch: Int) throws {
    let set = SmallRun.pictures(10, name: "by hand", brighter: 20)
    let found = try Self.evaluate(set, crops: crops, batch: batch)
    var confusion = [[Int]](repeating: [0, 0, 0], count: 3)
    var loss = 0.0
    let corners = crops == .tenCrop ? [(1, 1), (0, 0), (0, 2), (2, 0), (2, 2)] : [(1, 1)]
    for n in 0..<10 {
      var p = [0.0, 0.0, 0.0]
      for (y, x) in corners {
        let logits = (0..<3).map { c in
          var sum = 0.0
          for i in 0..<36 {
            sum += Double(set.pixels[n * 192 + c * 64 + (y + i / 6) * 8 + x + i % 6]) / 255
          }
          return 9 * sum / 36 + (c == 1 ? 1 : 0)
        }
        let powers = logits.map { exp($0) }
        for c in 0..<3 { p[c] += powers[c] / powers.reduce(0, +) / Double(corners.count) }
      }
      let label = Int(set.labels[n])
      confusion[label][p.firstIndex(of: p.max()!)!] += 1
      loss -= log(p[label]) / 10
    }
    #expect((0..<3).map(found.confusion.row) == confusion)
    #expect(abs(found.loss - loss) < 1e-5)
    #expect(found.count == 10)
    #expect(found.accuracy == Double(confusion[0][0] + confusion[1][1] + confusion[2][2]) / 10)
    #expect(found.classes.map(\.count) == [4, 3, 3])
    #expect(found.classes.map(\.correct) == (0..<3).map { confusion[$0][$0] })
    #expect(found.classes[1].told == confusion[0][1] + confusion[1][1] + confusion[2][1])
  }

  /// NaN isn't an answer, whichever class has it: the image is misclassified, is counted
  /// separately, and shows in the loss.
  @Test(arguments: 0..<3)
  func notNumbers(_ place: Int) throws {
    var bias: [Float] = [0, 0, 0]
    bias[place] = .nan
    var parameters = Self.parameters
    parameters["fc1.bias"] = Tensor(shape: [3], values: bias)
    let found = try Self.evaluate(
      SmallRun.dataset.test, crops: .center, batch: 7, parameters: parameters)
    #expect(found.loss.isNaN && found.count == 30 && found.correct == 0 && found.accuracy == 0)
    #expect(found.notNumberCount == 30 && found.notNumbers == found.classes.map(\.count))
    #expect(found.confusion.cells.isEmpty && found.topFive == 0 && found.topFiveAccuracy == 0)
    #expect(found.classes.allSatisfy { $0.recall == 0 && $0.precision == nil })
  }

  /// Without a softmax at the end the outputs are logits: the answers are the same, and the loss is
  /// that of a softmax over them.
  @Test func logits() throws {
    let set = SmallRun.pictures(10, name: "by hand", brighter: 20)
    let probabilities = try Self.evaluate(set, crops: .center, batch: 4)
    var network = Self.network
    network.layers.removeLast()
    let found = try Evaluation.evaluate(
      network, parameters: Self.parameters, on: set,
      pipeline: PicturePipeline(
        PicturePipeline.Options(scale: 1, center: .none, crop: 6), for: set),
      engine: ReferenceEngine(), batch: 4)
    #expect(probabilities.areProbabilities && !found.areProbabilities)
    #expect(found.confusion == probabilities.confusion && found.notNumberCount == 0)
    #expect(abs(found.loss - probabilities.loss) < 1e-5)
  }

  @Test(
    arguments: [
      ([3, 1, 2], [0], 1), ([3, 3, 2], [0], 1), ([3, 3, 2], [1], 0),
      ([1, 2, 3, 3, 2, 1], [2, 0], 2),
      ([.nan, 1, 2], [0], 0), ([1, .nan, 2], [1], 0), ([9, 1, .nan], [0], 0),
      ([.nan, 1, 2, 5, 1, 2], [0, 0], 1),
    ] as [([Float], [Int], Int)])
  func correct(_ values: [Float], _ labels: [Int], _ expected: Int) {
    let output = Tensor(shape: [labels.count, 3], values: values)
    #expect(Trainer.correct(output, labels: labels) == expected)
  }

  @Test(arguments: [
    (["fc1.bias": nil] as [String: Tensor?], "the parameter fc1.bias is missing"),
    (["fc1.bias": Tensor(zeros: [4])], "fc1.bias is 4, but means takes 3"),
  ])
  func refused(_ change: [String: Tensor?], _ message: String) {
    var parameters = Self.parameters
    for (name, tensor) in change { parameters[name] = tensor }
    let error = #expect(throws: TrainingError.self) {
      _ = try Self.evaluate(
        SmallRun.dataset.test, crops: .center, batch: 7, parameters: parameters)
    }
    #expect(error?.message == message)
  }

  @Test func cancelled() throws {
    let cancellation = Cancellation()
    let set = SmallRun.dataset.test
    let pipeline = try PicturePipeline(
      PicturePipeline.Options(scale: 1, center: .none, crop: 6), for: set)
    #expect(throws: Cancelled.self) {
      _ = try Evaluation.evaluate(
        Self.network, parameters: Self.parameters, on: set, pipeline: pipeline,
        engine: ReferenceEngine(), batch: 10, cancellation: cancellation
      ) { done, _ in
        #expect(done == 10)
        cancellation.cancel()
      }
    }
  }
}
