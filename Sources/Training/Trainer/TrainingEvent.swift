import Basics

/// What a run tells while it goes on. At each event the run stands between two steps, where a
/// snapshot may be taken.
public enum TrainingEvent: Sendable {
  /// A step was made.
  case step(StepRecord)
  /// So many of an epoch's validation pictures have been looked at.
  case validating(done: Int, of: Int)
  /// An epoch was closed; whether it did best on validation so far.
  case epoch(EpochRecord, isBest: Bool)
}

/// What one step came to.
public struct StepRecord: Hashable, Sendable {
  /// The number of the epoch, from 1, and how many there are.
  public var epoch: Int
  /// How many epochs there are.
  public var epochs: Int
  /// The number of the step in its epoch, from 1.
  public var step: Int
  /// How many steps an epoch has.
  public var steps: Int
  /// The loss of the batch before the step, in nats.
  public var loss: Double
  /// The share of the batch that was told right before the step.
  public var accuracy: Double
  /// The mean loss of the epoch so far.
  public var epochLoss: Double
  /// The share of the epoch's pictures that were told right so far.
  public var epochAccuracy: Double
  /// The learning rate of weights, layers of their own aside.
  public var rate: Double
  /// Training pictures a second in this epoch, since the run began or went on.
  public var imagesPerSecond: Double
  /// An estimate of the seconds that all remaining steps take.
  public var secondsLeft: Double
}

/// How a run ended.
public enum TrainingOutcome: Hashable, Sendable {
  /// All epochs are done.
  case finished
  /// It was asked to stop, and did after the step in hand: it can go on from a snapshot.
  case cancelled
  /// It cannot learn any more.
  case diverged(Divergence)
}

/// Why a run cannot learn any more.
public struct Divergence: Hashable, Sendable {
  /// What was seen, in one sentence with the place.
  public var reason: String
  /// What usually causes it, the likeliest first, each with what to try.
  public var causes: [String]
  /// Whether every parameter is still a finite number, so that a snapshot can be used.
  public var parametersAreFinite: Bool
}

/// Why a run cannot begin, in one line.
public struct TrainingError: DescribedError, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public let message: String
  /// How to mend it, where that is known.
  public let hint: String?

  /// What is wrong, and how to mend it.
  public init(_ message: String, hint: String? = nil) {
    (self.message, self.hint) = (message, hint)
  }

  /// A training.
  public var kind: ErrorKind { .training }

  /// The message and the hint.
  public var description: String { message + (hint.map { "; \($0)" } ?? "") }
}
