import Basics
import Datasets
import Layers
import Networks
import Tensors

/// How well a network tells pictures apart.
public struct Evaluation: Hashable, Sendable {
  /// The classes, in the order of the labels.
  public let classNames: [String]
  /// How often an image of the first class was classified as the second: `confusion[true][predicted]`.
  /// Images with a NaN among their outputs are in none of its cells.
  public let confusion: [[Int]]
  /// How many images of each class had a NaN among their outputs: they count as misclassified.
  public let notNumbers: [Int]
  /// The mean of −ln p over the images, p the probability of the true class, in nats. A p below
  /// 10⁻³⁸ counts as 10⁻³⁸. Of logits, p is what a softmax makes of them.
  public let loss: Double
  /// Whether the network's outputs are probabilities, not logits.
  public let areProbabilities: Bool
  /// What was looked at of each picture.
  public let views: PictureViews

  /// What was counted.
  public init(
    classNames: [String], confusion: [[Int]], notNumbers: [Int], loss: Double,
    areProbabilities: Bool, views: PictureViews
  ) {
    (self.classNames, self.confusion, self.notNumbers) = (classNames, confusion, notNumbers)
    (self.loss, self.areProbabilities, self.views) = (loss, areProbabilities, views)
  }

  /// How many images there were.
  public var count: Int { confusion.reduce(notNumberCount) { $0 + $1.reduce(0, +) } }

  /// How many images had a NaN among their outputs.
  public var notNumberCount: Int { notNumbers.reduce(0, +) }

  /// How many were told right.
  public var correct: Int { confusion.indices.reduce(0) { $0 + confusion[$1][$1] } }

  /// The share that was told right; 0 of no pictures.
  public var accuracy: Double { count == 0 ? 0 : Double(correct) / Double(count) }

  /// Each class in the order of the labels.
  public var classes: [ClassResult] {
    classNames.indices.map { index in
      ClassResult(
        name: classNames[index], count: confusion[index].reduce(notNumbers[index], +),
        correct: confusion[index][index], told: confusion.reduce(0) { $0 + $1[index] })
    }
  }

  /// How well one class is told.
  public struct ClassResult: Hashable, Sendable {
    /// The class.
    public let name: String
    /// Pictures of the class.
    public let count: Int
    /// Those that were taken for it.
    public let correct: Int
    /// Pictures of any class that were taken for it.
    public let told: Int

    /// The share of its pictures that were taken for it; nil where there are none.
    public var recall: Double? { count == 0 ? nil : Double(correct) / Double(count) }
    /// The share of it in what was taken for it; nil where nothing was.
    public var precision: Double? { told == 0 ? nil : Double(correct) / Double(told) }
  }

  /// Looks at every picture of a set.
  ///
  /// - Parameters:
  ///   - network: the network, with an output for each of the set's classes.
  ///   - parameters: all of its parameters by their names: `conv1.weight`.
  ///   - set: the pictures.
  ///   - pipeline: what happens to them.
  ///   - views: what is looked at of each; the outputs are averaged.
  ///   - engine: what computes.
  ///   - batch: pictures at a time.
  ///   - cancellation: polled after each batch and by the engine.
  ///   - progress: told how many pictures are done, and of how many.
  /// - Throws: `TrainingError` where network, parameters and pictures do not go together;
  ///   `NetworkMisfit`, `Unsupported`, `Cancelled`, and what `progress` throws.
  public static func evaluate(
    _ network: Network, parameters: [String: Tensor], on set: PictureSet,
    pipeline: PicturePipeline, views: PictureViews = .center, engine: any Engine,
    batch: Int = 128, cancellation: Cancellation = .never,
    progress: (_ done: Int, _ of: Int) throws -> Void = { _, _ in }
  ) throws -> Evaluation {
    let evaluator = try Evaluator(
      network, engine: engine, batch: max(1, min(batch, set.count)), pipeline: pipeline)
    try evaluator.setParameters(parameters)
    return try evaluator.evaluate(
      set, views: views, cancellation: cancellation, progress: progress)
  }
}
