/// The results of one epoch.
package struct EpochRecord: Hashable, Sendable {
  /// The number of the epoch, from 1.
  package var epoch: Int
  /// The mean loss of its training steps, each measured before the step, in nats.
  package var trainLoss: Double
  /// Training accuracy, measured the same way.
  package var trainAccuracy: Double
  /// The share of training images with their class among the top 5, measured the same way; nil if it
  /// isn't counted (`TopFive`), or wasn't for a part of the epoch.
  package var trainTopFive: Double?
  /// The mean loss of the validation images after the epoch; nil if none are held back.
  package var validationLoss: Double?
  /// Validation accuracy.
  package var validationAccuracy: Double?
  /// The share of validation images with their class among the top 5; nil if it isn't counted.
  package var validationTopFive: Double?
  /// The learning rate of weights at the last step, in layers without their own.
  package var rate: Double
  /// How long the epoch took, including validation. The only value here that differs from run to
  /// run.
  package var seconds: Double
  /// Training images per second, without validation.
  package var imagesPerSecond: Double

  /// A record.
  package init(
    epoch: Int, trainLoss: Double, trainAccuracy: Double, trainTopFive: Double? = nil,
    validationLoss: Double?, validationAccuracy: Double?, validationTopFive: Double? = nil,
    rate: Double, seconds: Double, imagesPerSecond: Double
  ) {
    self.epoch = epoch
    (self.trainLoss, self.trainAccuracy) = (trainLoss, trainAccuracy)
    (self.validationLoss, self.validationAccuracy) = (validationLoss, validationAccuracy)
    (self.trainTopFive, self.validationTopFive) = (trainTopFive, validationTopFive)
    (self.rate, self.seconds, self.imagesPerSecond) = (rate, seconds, imagesPerSecond)
  }
}

/// The sums over the current epoch, from which its record is computed.
package struct EpochSums: Hashable, Sendable {
  /// The sum of the losses of its steps.
  package var loss = 0.0
  /// Correctly classified training images.
  package var correct = 0
  /// Training images with their class among the top 5; nil if they aren't counted.
  package var topFive: Int?
  /// Seconds spent on its steps.
  package var seconds = 0.0

  /// Sums at the start of an epoch.
  package init(countingTopFive: Bool = false) { topFive = countingTopFive ? 0 : nil }
}

/// The epoch that did best on validation.
package struct BestEpoch: Hashable, Sendable {
  /// The number of the epoch, from 1.
  package var epoch: Int
  /// Validation accuracy after it.
  package var accuracy: Double

  /// An epoch with its accuracy.
  package init(epoch: Int, accuracy: Double) { (self.epoch, self.accuracy) = (epoch, accuracy) }
}
