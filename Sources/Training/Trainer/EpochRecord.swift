/// The results of one epoch.
public struct EpochRecord: Hashable, Sendable {
  /// The number of the epoch, from 1.
  public var epoch: Int
  /// The mean loss of its training steps, each measured before the step, in nats.
  public var trainLoss: Double
  /// Training accuracy, measured the same way.
  public var trainAccuracy: Double
  /// The mean loss of the validation images after the epoch; nil if none are held back.
  public var validationLoss: Double?
  /// Validation accuracy.
  public var validationAccuracy: Double?
  /// The learning rate of weights at the last step, in layers without their own.
  public var rate: Double
  /// How long the epoch took, including validation. The only value here that differs from run to
  /// run.
  public var seconds: Double
  /// Training images per second, without validation.
  public var imagesPerSecond: Double

  /// A record.
  public init(
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
public struct EpochSums: Hashable, Sendable {
  /// The sum of the losses of its steps.
  public var loss = 0.0
  /// Correctly classified training images.
  public var correct = 0
  /// Seconds spent on its steps.
  public var seconds = 0.0

  /// Sums at the start of an epoch.
  public init() {}
}

/// The epoch that did best on validation.
public struct BestEpoch: Hashable, Sendable {
  /// The number of the epoch, from 1.
  public var epoch: Int
  /// Validation accuracy after it.
  public var accuracy: Double

  /// An epoch with its accuracy.
  public init(epoch: Int, accuracy: Double) { (self.epoch, self.accuracy) = (epoch, accuracy) }
}
