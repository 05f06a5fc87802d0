import Basics

/// What a run reports while it trains. At each event the run is between two steps, so a snapshot
/// can be taken.
public enum TrainingEvent: Sendable {
  /// A step is done.
  case step(StepRecord)
  /// This many of an epoch's validation images are done.
  case validating(done: Int, of: Int)
  /// An epoch is done; whether it did best on validation so far.
  case epoch(EpochRecord, isBest: Bool)
}

/// The results of one step.
public struct StepRecord: Hashable, Sendable {
  /// The number of the epoch, from 1.
  public var epoch: Int
  /// The number of epochs.
  public var epochs: Int
  /// The number of the step in its epoch, from 1.
  public var step: Int
  /// The number of steps in an epoch.
  public var steps: Int
  /// The loss of the batch before the step, in nats.
  public var loss: Double
  /// The accuracy on the batch before the step.
  public var accuracy: Double
  /// The mean loss of the epoch so far.
  public var epochLoss: Double
  /// The accuracy over the epoch so far.
  public var epochAccuracy: Double
  /// The learning rate of weights in layers without their own.
  public var rate: Double
  /// Training images per second in this epoch, since the run started or resumed.
  public var imagesPerSecond: Double
  /// An estimate of the seconds for all remaining steps.
  public var secondsLeft: Double
}

/// How a run ended.
public enum TrainingOutcome: Hashable, Sendable {
  /// All epochs are done.
  case finished
  /// It was cancelled and stopped after the current step; it can resume from a snapshot.
  case cancelled
  /// It can't learn any more.
  case diverged(Divergence)
}

/// Why a run can't learn any more.
public struct Divergence: Hashable, Sendable {
  /// The symptom, in one sentence with the place.
  public var reason: String
  /// The usual causes, the most likely first, each with what to try.
  public var causes: [String]
  /// Whether every parameter is still a finite number, so that a snapshot can be used.
  public var parametersAreFinite: Bool
}

/// Why a run can't start, in one line.
public struct TrainingError: DescribedError, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public let message: String
  /// How to fix it, if known.
  public let hint: String?

  /// What is wrong, and how to fix it.
  public init(_ message: String, hint: String? = nil) {
    (self.message, self.hint) = (message, hint)
  }

  /// The training.
  public var kind: ErrorKind { .training }

  /// The message and the hint.
  public var description: String { message + (hint.map { "; \($0)" } ?? "") }
}
