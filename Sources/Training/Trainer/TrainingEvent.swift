import Basics

/// What a run reports while it trains. At each event the run is between two steps, so a snapshot
/// can be taken.
package enum TrainingEvent: Sendable {
  /// A step is done.
  case step(StepRecord)
  /// This many of an epoch's validation images are done.
  case validating(done: Int, of: Int)
  /// An epoch is done; `isBest` if no earlier one did as well on validation.
  case epoch(EpochRecord, isBest: Bool)
}

/// The results of one step.
package struct StepRecord: Hashable, Sendable {
  /// The number of the epoch, from 1.
  package var epoch: Int
  /// The number of epochs.
  package var epochs: Int
  /// The number of the step in its epoch, from 1.
  package var step: Int
  /// The number of steps in an epoch.
  package var steps: Int
  /// The loss of the batch before the step, in nats.
  package var loss: Double
  /// The accuracy on the batch before the step.
  package var accuracy: Double
  /// The mean loss of the epoch so far.
  package var epochLoss: Double
  /// The accuracy over the epoch so far.
  package var epochAccuracy: Double
  /// The learning rate of weights in layers without their own.
  package var rate: Double
  /// Training images per second in this epoch, since the run started or resumed.
  package var imagesPerSecond: Double
  /// An estimate of the seconds for all remaining steps.
  package var secondsLeft: Double
}

/// How a run ended.
package enum TrainingOutcome: Hashable, Sendable {
  /// All epochs are done.
  case finished
  /// It was cancelled and stopped after the current step; it can resume from a snapshot.
  case cancelled
  /// It can't learn any more.
  case diverged(Divergence)
}

/// Why a run can't learn any more.
package struct Divergence: Hashable, Sendable {
  /// The symptom, in one sentence with the place.
  package var reason: String
  /// The usual causes, the most likely first, each with what to try.
  package var causes: [String]
  /// Whether every parameter is still a finite number, so that a snapshot can be used.
  package var parametersAreFinite: Bool
}

/// Why a run can't start, in one line.
package struct TrainingError: DescribedError, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  package let message: String
  /// How to fix it, if known.
  package let hint: String?

  /// What is wrong, and how to fix it.
  package init(_ message: String, hint: String? = nil) {
    (self.message, self.hint) = (message, hint)
  }

  /// Always `.training`.
  package var kind: ErrorKind { .training }
}
