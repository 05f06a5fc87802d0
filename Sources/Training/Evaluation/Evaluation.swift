import Basics
import Datasets
import Layers
import Networks
import Tensors

/// How well a network classifies images.
package struct Evaluation: Hashable, Sendable {
  /// The classes, in the order of the labels.
  package let classNames: [String]
  /// How often an image of the first class was classified as the second: `confusion[true][predicted]`.
  /// Images with a NaN among their outputs are in none of its cells.
  package let confusion: [[Int]]
  /// How many images of each class had a NaN among their outputs: they count as misclassified.
  package let notNumbers: [Int]
  /// The mean of −ln p over the images, p the probability of the true class, in nats. A p below
  /// 10⁻³⁸ counts as 10⁻³⁸. For logits, p is their softmax.
  package let loss: Double
  /// Whether the network's outputs are probabilities, not logits.
  package let areProbabilities: Bool
  /// The crops of each image that were used.
  package let crops: TestCrops

  /// An evaluation with these counts.
  package init(
    classNames: [String], confusion: [[Int]], notNumbers: [Int], loss: Double,
    areProbabilities: Bool, crops: TestCrops
  ) {
    (self.classNames, self.confusion, self.notNumbers) = (classNames, confusion, notNumbers)
    (self.loss, self.areProbabilities, self.crops) = (loss, areProbabilities, crops)
  }

  /// The number of images.
  package var count: Int { confusion.reduce(notNumberCount) { $0 + $1.reduce(0, +) } }

  /// How many images had a NaN among their outputs.
  package var notNumberCount: Int { notNumbers.reduce(0, +) }

  /// How many were classified correctly.
  package var correct: Int { confusion.indices.reduce(0) { $0 + confusion[$1][$1] } }

  /// The share classified correctly; 0 without images.
  package var accuracy: Double { count == 0 ? 0 : Double(correct) / Double(count) }

  /// Each class in the order of the labels.
  package var classes: [ClassResult] {
    classNames.indices.map { index in
      ClassResult(
        name: classNames[index], count: confusion[index].reduce(notNumbers[index], +),
        correct: confusion[index][index], told: confusion.reduce(0) { $0 + $1[index] })
    }
  }

  /// The results for one class.
  package struct ClassResult: Hashable, Sendable {
    /// The class.
    package let name: String
    /// Images of the class.
    package let count: Int
    /// Those classified correctly.
    package let correct: Int
    /// Images of any class that were classified as this one.
    package let told: Int

    /// The share of its images that were classified correctly; nil if it has none.
    package var recall: Double? { count == 0 ? nil : Double(correct) / Double(count) }
    /// The share of correct ones among the images classified as this class; nil if there are none.
    package var precision: Double? { told == 0 ? nil : Double(correct) / Double(told) }
  }

  /// Classifies every image of a set.
  ///
  /// - Parameters:
  ///   - network: the network, with an output for each of the set's classes.
  ///   - parameters: all of its parameters by their names: `conv1.weight`.
  ///   - set: the images.
  ///   - pipeline: how they are prepared.
  ///   - crops: the crops of each; the outputs are averaged.
  ///   - engine: the engine.
  ///   - batch: images at a time.
  ///   - cancellation: polled after each batch and by the engine.
  ///   - progress: called with the images done and the total.
  /// - Throws: `TrainingError` if network, parameters and images don't fit together; `ImageError` if
  ///   an image can't be read (one that is left out isn't counted);   `NetworkShapeError`, `Unsupported`, `Cancelled`, and what `progress` throws.
  package static func evaluate(
    _ network: Network, parameters: [String: Tensor], on set: PictureSet,
    pipeline: PicturePipeline, crops: TestCrops = .center, engine: any Engine,
    batch: Int = 128, cancellation: Cancellation = .never,
    progress: (_ done: Int, _ of: Int) throws -> Void = { _, _ in }
  ) throws -> Evaluation {
    let evaluator = try NetworkEvaluator(
      network, engine: engine, batch: max(1, min(batch, set.count)), pipeline: pipeline)
    try evaluator.setParameters(parameters)
    return try evaluator.evaluate(
      set, crops: crops, cancellation: cancellation, progress: progress)
  }
}
