import Basics
import Documents
import Networks

/// One training run of a study, with its measurements.
package struct ExperimentRun: Hashable, Sendable {
  /// The arm's name.
  package var arm: String
  /// The seed.
  package var seed: UInt64
  /// The learning rate of weights.
  package var rate: Double
  /// The completed epochs.
  package var epochs: [EpochRecord]
  /// Why it stopped before its last epoch; nil if it didn't, or had reached what is measured.
  package var divergence: String?
  /// The test error after the last epoch; nil if it isn't measured, or the parameters weren't
  /// usable.
  package var testError: Double?
  /// How long it took, its test included.
  package var seconds: Double

  /// A run with these results.
  package init(
    arm: String, seed: UInt64, rate: Double, epochs: [EpochRecord], divergence: String? = nil,
    testError: Double? = nil, seconds: Double
  ) {
    (self.arm, self.seed, self.rate, self.epochs) = (arm, seed, rate, epochs)
    (self.divergence, self.testError, self.seconds) = (divergence, testError, seconds)
  }

  /// The error over the steps of the last epoch; nil if none is done.
  package var trainingError: Double? { epochs.last.map { 1 - $0.trainAccuracy } }
}

/// The results of a study so far.
package struct ExperimentResults: Hashable, Sendable {
  /// The study.
  package var experiment: Experiment
  /// The budget of each arm.
  package var budget: Experiment.Budget
  /// The seeds; each is used once for every arm.
  package var seeds: [UInt64]
  /// The data set's name.
  package var datasetName: String
  /// SHA-256 of the whole data.
  package var datasetFingerprint: String
  /// Training images that were used, including those held back for validation.
  package var pictures: Int
  /// Test images that were used.
  package var testPictures: Int
  /// Classes of the data.
  package var classes: Int
  /// Parameters of each arm's network, by the arm's name.
  package var parameters: [String: Int]
  /// The engine.
  package var engine: String
  /// The number of threads.
  package var threads: Int
  /// Runs that only chose a learning rate.
  package var trials: [ExperimentRun] = []
  /// The runs that count.
  package var runs: [ExperimentRun] = []

  /// The learning rate of each arm that was tried and chosen, by the arm's name.
  package var chosenRates: [String: Double] = [:]

  /// Whether every arm has been trained with every seed.
  package var isComplete: Bool { runs.count == experiment.arms.count * seeds.count }

  /// The measured number of a run; nil if the run didn't reach it.
  package func value(of run: ExperimentRun) -> Double? {
    switch experiment.measure {
    case .testError: run.testError
    case .epochs(let target): epochs(of: run, to: target)
    }
  }

  /// After how many epochs a run reached a training error.
  func epochs(of run: ExperimentRun, to target: Double) -> Double? {
    EpochsToError.value(
      to: target, errors: run.epochs.map { 1 - $0.trainAccuracy },
      before: 1 - 1 / Double(max(1, classes)))
  }

  /// An arm's results for a table row.
  package struct ArmSummary: Hashable, Sendable {
    /// The arm.
    package var arm: Experiment.Arm
    /// Its runs, in the order of the seeds.
    package var runs: [ExperimentRun]
    /// The measured number of each.
    package var values: [Double?]
    /// Mean and standard deviation of the measured numbers; nil if a run didn't reach one.
    package var sample: Sample?
    /// Mean and standard deviation of the training error in the last epoch.
    package var trainingError: Sample?
  }

  /// The arms, in the order of the study.
  package var arms: [ArmSummary] {
    experiment.arms.map { arm in
      let own = runs.filter { $0.arm == arm.name }
      let values = own.map(value)
      let known = values.compactMap(\.self)
      return ArmSummary(
        arm: arm, runs: own, values: values,
        sample: known.count == values.count ? Sample(known) : nil,
        trainingError: Sample(own.compactMap(\.trainingError)))
    }
  }

  /// The verdict on each comparison.
  package var verdicts: [(comparison: Experiment.Comparison, verdict: ExperimentVerdict)] {
    experiment.comparisons.map { comparison in
      let pairs = seeds.compactMap { seed -> Experiment.Comparison.Pair? in
        guard let better = runs.first(where: { $0.arm == comparison.better && $0.seed == seed }),
          let worse = runs.first(where: { $0.arm == comparison.worse && $0.seed == seed })
        else { return nil }
        return .init(better: value(of: better), worse: value(of: worse))
      }
      var verdict = comparison.verdict(pairs, measure: experiment.measure, epochs: budget.epochs)
      if !isComplete {
        verdict = ExperimentVerdict(
          kind: .undecided, words: "the study was stopped; so far, \(verdict.sentence)")
      }
      return (comparison, verdict)
    }
  }

  /// The curves: the mean over the seeds of each arm's training error and, if images are held back,
  /// of its validation error. If some runs end early, the mean is over those that continue.
  package var curves: [Chart] {
    let last = runs.map(\.epochs.count).max() ?? 0
    guard last > 0 else { return [] }
    let numbers = Array(1...last)
    func lines(_ error: (EpochRecord) -> Double?) -> [Chart.Line] {
      experiment.arms.map { arm in
        let own = runs.filter { $0.arm == arm.name }
        return Chart.Line(
          arm.name,
          numbers.map { number in
            Sample(
              own.compactMap { $0.epochs.count >= number ? error($0.epochs[number - 1]) : nil })?
              .mean
          })
      }
    }
    var training = lines { 1 - $0.trainAccuracy }
    if case .epochs(let target) = experiment.measure {
      training.append(
        .init("\(NumberFormat.fixed(100 * target, 0))%", numbers.map { _ in target }))
    }
    let validation = lines { $0.validationAccuracy.map { 1 - $0 } }
    var charts = [
      Chart("training error", isShare: true, isError: true, epochs: numbers, lines: training)
    ]
    if validation.contains(where: { $0.values.contains { $0 != nil } }) {
      charts.append(
        Chart("validation error", isShare: true, isError: true, epochs: numbers, lines: validation)
      )
    }
    return charts
  }

  /// The curves as an SVG document.
  package var svg: String {
    Chart.svg(
      curves,
      title: "\(experiment.name) on \(datasetName): means of "
        + NumberFormat.count(seeds.count, "seed"))
  }
}
