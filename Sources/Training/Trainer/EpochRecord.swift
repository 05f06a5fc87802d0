/// The results of one epoch.
package struct EpochRecord: Hashable, Sendable {
  /// The number of the epoch, from 1.
  package var epoch: Int
  /// The mean loss of its training steps, each measured before the step, in nats.
  package var trainLoss: Double
  /// Training accuracy, measured the same way.
  package var trainAccuracy: Double
  /// The mean loss of the validation images after the epoch; nil if none are held back.
  package var validationLoss: Double?
  /// Validation accuracy.
  package var validationAccuracy: Double?
  /// The learning rate of weights at the last step, in layers without their own.
  package var rate: Double
  /// How long the epoch took, including validation. The only value here that differs from run to
  /// run.
  package var seconds: Double
  /// Training images per second, without validation.
  package var imagesPerSecond: Double

  /// A record.
  package init(
    epoch: Int, trainLoss: Double, trainAccuracy: Double, validationLoss: Double?,
    validationAccuracy: Double?, rate: Double, seconds: Double, imagesPerSecond: Double
  ) {
    self.epoch = epoch
    (self.trainLoss, self.trainAccuracy) = (trainLoss, trainAccuracy)
    (self.validationLoss, self.validationAccuracy) = (validationLoss, validationAccuracy)
    (self.rate, self.seconds, self.imagesPerSecond) = (rate, seconds, imagesPerSecond)
  }
}

/// The sums over the current epoch, from which its record is computed.
package struct EpochSums: Hashable, Sendable {
  /// The sum of the losses of its steps.
  package var loss = 0.0
  /// Correctly classified training images.
  package var correct = 0
  /// Seconds spent on its steps.
  package var seconds = 0.0

  /// Sums at the start of an epoch.
  package init() {}
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
