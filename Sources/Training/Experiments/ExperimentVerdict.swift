import Basics
import Networks
import RealModule

/// A study's verdict on a comparison.
package struct ExperimentVerdict: Hashable, Sendable {
  /// The verdict in a word.
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    /// The arm did better by more than chance explains, and by as much as claimed.
    case confirmed
    /// It did better by more than chance explains, but by less than claimed.
    case inDirection = "confirmed in direction, not in size"
    /// Chance explains the difference.
    case notConfirmed = "not confirmed"
    /// It did worse by more than chance explains.
    case opposite = "the opposite was measured"
    /// Some runs didn't reach what is measured.
    case notReached = "not reached in this budget"
    /// Too few runs to tell.
    case undecided = "not decided"
  }

  /// The verdict in a word.
  package var kind: Kind
  /// The numbers behind it, in a sentence.
  package var words: String

  /// The whole verdict.
  package var sentence: String { "\(kind.rawValue): \(words)" }
}

extension Experiment.Comparison {
  /// The numbers of both arms for one seed; nil if a run didn't reach one.
  package struct Pair: Hashable, Sendable {
    /// The arm that is claimed to do better.
    package var better: Double?
    /// The other arm.
    package var worse: Double?

    /// The numbers of one seed.
    package init(better: Double?, worse: Double?) { (self.better, self.worse) = (better, worse) }
  }

  /// The verdict from the numbers.
  ///
  /// Each seed gives a pair, trained on the same images in the same order. Errors are compared by
  /// their differences, numbers of epochs by their ratios (that is, by differences of logarithms).
  /// The verdict depends on whether the 95% interval of the mean contains "no difference".
  ///
  /// - Parameters:
  ///   - pairs: the numbers, one pair per seed.
  ///   - measure: what the numbers are.
  ///   - epochs: the epochs of each run.
  package func verdict(
    _ pairs: [Pair], measure: Experiment.Measure, epochs: Int
  ) -> ExperimentVerdict {
    guard !pairs.isEmpty else {
      return ExperimentVerdict(kind: .undecided, words: "no seed was measured for both arms")
    }
    switch measure {
    case .testError: return errorVerdict(pairs)
    case .epochs(let target): return epochVerdict(pairs, target: target, epochs: epochs)
    }
  }

  // Errors.

  private func errorVerdict(_ pairs: [Pair]) -> ExperimentVerdict {
    let differences = pairs.compactMap { pair in
      pair.better.flatMap { better in pair.worse.map { $0 - better } }
    }
    guard differences.count == pairs.count, let sample = Sample(differences) else {
      let lost = pairs.count - differences.count
      return ExperimentVerdict(
        kind: .notReached,
        words: "\(lost) of \(Self.seeds(pairs.count)) ended without an error to compare")
    }
    let gain = abs(sample.mean)
    let direction = sample.mean < 0 ? "more" : "fewer"
    var words =
      "\(better) misclassifies \(Self.points(gain)) points \(direction) of the test images than "
      + worse
    guard let interval = sample.interval else {
      return ExperimentVerdict(
        kind: .undecided, words: words + "; a single seed doesn't show how much is chance")
    }
    let (low, high) =
      sample.mean < 0 ? (-interval.high, -interval.low) : (interval.low, interval.high)
    words +=
      ", 95% interval \(Self.points(low)) to \(Self.points(high)) \(direction) "
      + "(\(Self.seeds(pairs.count)), in pairs)"
    if let elsewhere { words += "; \(elsewhere)" }
    let kind: ExperimentVerdict.Kind =
      interval.low > 0 ? .confirmed : interval.high < 0 ? .opposite : .notConfirmed
    return ExperimentVerdict(kind: kind, words: words)
  }

  // Numbers of epochs.

  private func epochVerdict(
    _ pairs: [Pair], target: Double, epochs: Int
  ) -> ExperimentVerdict {
    let goal = "\(NumberFormat.fixed(100 * target, 0))% training error"
    let arrived = pairs.compactMap(\.better)
    guard arrived.count == pairs.count else {
      return ExperimentVerdict(
        kind: .notReached,
        words: "\(better) reached \(goal) with \(arrived.count) of \(Self.seeds(pairs.count)) in "
          + Self.epochs(epochs))
    }
    let logarithms = pairs.compactMap { pair in
      pair.worse.map { Double.log($0 / (pair.better ?? $0)) }
    }
    guard logarithms.count == pairs.count, let sample = Sample(logarithms) else {
      let mean = Sample(arrived)?.mean ?? 0
      return ExperimentVerdict(
        kind: .notReached,
        words: "\(worse) reached \(goal) with \(logarithms.count) of \(Self.seeds(pairs.count)) in "
          + "\(Self.epochs(epochs)); \(better) took \(NumberFormat.fixed(mean, 1)), so when "
          + "\(worse) didn't reach it, \(better) is at least "
          + "\(Self.times(Double(epochs) / max(mean, 1e-9))) times as fast")
    }
    var words =
      "to \(goal), \(worse) takes \(Self.times(Double.exp(sample.mean))) times as many epochs as "
      + better
    guard let interval = sample.interval else {
      return ExperimentVerdict(
        kind: .undecided, words: words + "; a single seed doesn't show how much is chance")
    }
    let (low, high) = (Double.exp(interval.low), Double.exp(interval.high))
    words +=
      ", 95% interval \(Self.times(low)) to \(Self.times(high)) (\(Self.seeds(pairs.count)), in "
      + "pairs)"
    if let factor { words += "; claimed: \(NumberFormat.shortest(factor)) times" }
    if let elsewhere { words += "; \(elsewhere)" }
    let kind: ExperimentVerdict.Kind =
      if low > 1 {
        factor.map { high < $0 } ?? false ? .inDirection : .confirmed
      } else {
        high < 1 ? .opposite : .notConfirmed
      }
    return ExperimentVerdict(kind: kind, words: words)
  }

  private static func points(_ share: Double) -> String { NumberFormat.fixed(100 * share, 1) }

  /// A ratio; the ends of a wide interval aren't written in full.
  private static func times(_ quotient: Double) -> String {
    quotient > 1000 ? "over 1,000" : NumberFormat.fixed(quotient, quotient < 10 ? 1 : 0)
  }

  private static func seeds(_ count: Int) -> String { NumberFormat.count(count, "seed") }
  private static func epochs(_ count: Int) -> String { NumberFormat.count(count, "epoch") }
}
