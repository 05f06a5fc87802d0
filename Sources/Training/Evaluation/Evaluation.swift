import Basics
import Datasets
import Layers
import Networks
import Tensors

/// How well a network classifies images.
package struct Evaluation: Hashable, Sendable {
  /// The classes, in the order of the labels.
  package let classNames: [String]
  /// How often an image of the first class was classified as the second: `confusion[true, predicted]`.
  /// Images with a NaN among their outputs are in none of its cells.
  package let confusion: ConfusionMatrix
  /// How many images of each class had a NaN among their outputs: they count as misclassified.
  package let notNumbers: [Int]
  /// How many images have their class among the five with the largest outputs, by the rule of
  /// `TopFive`.
  package let topFive: Int
  /// The mean of −ln p over the images, p the probability of the true class, in nats. A p below
  /// 10⁻³⁸ counts as 10⁻³⁸. For logits, p is their softmax.
  package let loss: Double
  /// Whether the network's outputs are probabilities, not logits.
  package let areProbabilities: Bool
  /// The crops of each image that were used.
  package let crops: TestCrops

  /// An evaluation with these counts.
  package init(
    classNames: [String], confusion: ConfusionMatrix, notNumbers: [Int], topFive: Int,
    loss: Double, areProbabilities: Bool, crops: TestCrops
  ) {
    (self.classNames, self.confusion, self.notNumbers) = (classNames, confusion, notNumbers)
    (count, correct) = confusion.cells.reduce(into: (notNumbers.reduce(0, +), 0)) { sums, cell in
      sums.0 += cell.count
      if cell.row == cell.column { sums.1 += cell.count }
    }
    (self.topFive, self.loss) = (topFive, loss)
    (self.areProbabilities, self.crops) = (areProbabilities, crops)
  }

  /// The number of images.
  package let count: Int

  /// How many images had a NaN among their outputs.
  package var notNumberCount: Int { notNumbers.reduce(0, +) }

  /// How many were classified correctly.
  package let correct: Int

  /// The share classified correctly; 0 without images.
  package var accuracy: Double { count == 0 ? 0 : Double(correct) / Double(count) }

  /// The share with their class among the five with the largest outputs; 0 without images.
  package var topFiveAccuracy: Double { count == 0 ? 0 : Double(topFive) / Double(count) }

  /// Each class in the order of the labels.
  package var classes: [ClassResult] {
    var (counts, predicted) = (notNumbers, [Int](repeating: 0, count: classNames.count))
    for cell in confusion.cells {
      counts[cell.row] += cell.count
      predicted[cell.column] += cell.count
    }
    return classNames.indices.map {
      ClassResult(
        name: classNames[$0], count: counts[$0], correct: confusion[$0, $0], told: predicted[$0])
    }
  }

  /// The classes that have images, from the best to the worst recall; equal ones in the order of the
  /// labels.
  package var classesFromBest: [ClassResult] {
    classes.enumerated().filter { $0.element.count > 0 }
      .sorted { ($1.element.recall!, $0.offset) < ($0.element.recall!, $1.offset) }
      .map(\.element)
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
