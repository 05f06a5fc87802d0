/// What one epoch came to.
public struct EpochRecord: Hashable, Sendable {
  /// The number of the epoch, from 1.
  public var epoch: Int
  /// The mean loss of its training steps, each measured before the step, in nats.
  public var trainLoss: Double
  /// The share of its training pictures that were told right, likewise.
  public var trainAccuracy: Double
  /// The mean loss of the validation pictures after the epoch; nil where none are held back.
  public var validationLoss: Double?
  /// The share of the validation pictures that were told right.
  public var validationAccuracy: Double?
  /// The learning rate of weights at the last step, layers of their own aside.
  public var rate: Double
  /// How long the epoch took, its validation included. The one thing here that is not the same every
  /// time.
  public var seconds: Double
  /// Training pictures a second, validation left out.
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

/// The sums of the epoch that is under way: what a record is made of.
public struct EpochSums: Hashable, Sendable {
  /// The sum of the losses of its steps.
  public var loss = 0.0
  /// Training pictures that were told right.
  public var correct = 0
  /// Seconds spent on its steps.
  public var seconds = 0.0

  /// Nothing yet.
  public init() {}
}

/// The epoch that did best on validation.
public struct BestEpoch: Hashable, Sendable {
  /// The number of the epoch, from 1.
  public var epoch: Int
  /// The share of the validation pictures that were told right after it.
  public var accuracy: Double

  /// An epoch with its accuracy.
  public init(epoch: Int, accuracy: Double) { (self.epoch, self.accuracy) = (epoch, accuracy) }
}
