import Networks

/// One training of a study, and what was measured of it.
public struct ExperimentRun: Hashable, Sendable {
  /// The arm's name.
  public var arm: String
  /// The seed.
  public var seed: UInt64
  /// The learning rate of weights.
  public var rate: Double
  /// The epochs that were done.
  public var epochs: [EpochRecord]
  /// Why it stopped before its last epoch; nil where it did not, or had come to what was asked for.
  public var divergence: String?
  /// The share of test pictures that are told wrong after the last epoch; nil where none was asked for,
  /// or no parameters were left to test.
  public var testError: Double?
  /// How long it took, its test included.
  public var seconds: Double

  /// A training that came to this.
  public init(
    arm: String, seed: UInt64, rate: Double, epochs: [EpochRecord], divergence: String? = nil,
    testError: Double? = nil, seconds: Double
  ) {
    (self.arm, self.seed, self.rate, self.epochs) = (arm, seed, rate, epochs)
    (self.divergence, self.testError, self.seconds) = (divergence, testError, seconds)
  }

  /// The error over the steps of the last epoch; nil where none is done.
  public var trainingError: Double? { epochs.last.map { 1 - $0.trainAccuracy } }
}

/// What a study came to, as far as it has come.
public struct ExperimentResults: Hashable, Sendable {
  /// The study.
  public var experiment: Experiment
  /// What each arm was given.
  public var budget: Experiment.Budget
  /// The seeds, each of which is taken once for every arm.
  public var seeds: [UInt64]
  /// What people call the data.
  public var datasetName: String
  /// SHA-256 of the whole data.
  public var datasetFingerprint: String
  /// Pictures of the data that were trained with, those held back for validation included.
  public var pictures: Int
  /// Pictures that were tested with.
  public var testPictures: Int
  /// Classes of the data.
  public var classes: Int
  /// Parameters of each arm's network, by the arm's name.
  public var parameters: [String: Int]
  /// What computed it.
  public var engine: String
  /// On how many threads.
  public var threads: Int
  /// Trainings that only chose a learning rate.
  public var trials: [ExperimentRun] = []
  /// The trainings that count.
  public var runs: [ExperimentRun] = []

  /// The learning rate of each arm that was tried and chosen, by the arm's name.
  public var chosenRates: [String: Double] = [:]

  /// Whether every arm was trained with every seed.
  public var isComplete: Bool { runs.count == experiment.arms.count * seeds.count }

  /// What was measured of a run; nil where it did not come to it.
  public func value(of run: ExperimentRun) -> Double? {
    switch experiment.measure {
    case .testError: run.testError
    case .epochs(let target): epochs(of: run, to: target)
    }
  }

  /// After how many epochs a run came to a training error.
  func epochs(of run: ExperimentRun, to target: Double) -> Double? {
    EpochsToError.value(
      to: target, errors: run.epochs.map { 1 - $0.trainAccuracy },
      before: 1 - 1 / Double(max(1, classes)))
  }

  /// An arm in a row.
  public struct ArmSummary: Hashable, Sendable {
    /// The arm.
    public var arm: Experiment.Arm
    /// Its runs, in the order of the seeds.
    public var runs: [ExperimentRun]
    /// What was measured of each.
    public var values: [Double?]
    /// Mean and spread of what was measured; nil where a run did not come to it.
    public var sample: Sample?
    /// Mean and spread of the training error in the last epoch.
    public var trainingError: Sample?
  }

  /// The arms, in the order of the study.
  public var arms: [ArmSummary] {
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

  /// What the study says of each of its comparisons.
  public var verdicts: [(comparison: Experiment.Comparison, verdict: ExperimentVerdict)] {
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

  /// The curves: the mean over the seeds of each arm's training error and, where pictures are held back,
  /// of its validation error. Where runs end before their last epoch, the mean is of those that go on.
  public var curves: [Curves] {
    let last = runs.map(\.epochs.count).max() ?? 0
    guard last > 0 else { return [] }
    let numbers = Array(1...last)
    func lines(_ error: (EpochRecord) -> Double?) -> [Curves.Line] {
      experiment.arms.map { arm in
        let own = runs.filter { $0.arm == arm.name }
        return Curves.Line(
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
        .init("\(Numerals.fixed(100 * target, places: 0))%", numbers.map { _ in target }))
    }
    let validation = lines { $0.validationAccuracy.map { 1 - $0 } }
    var charts = [
      Curves("training error", isShare: true, isError: true, epochs: numbers, lines: training)
    ]
    if validation.contains(where: { $0.values.contains { $0 != nil } }) {
      charts.append(
        Curves("validation error", isShare: true, isError: true, epochs: numbers, lines: validation)
      )
    }
    return charts
  }

  /// The curves as an SVG document.
  public var svg: String {
    Curves.svg(
      curves,
      title: "\(experiment.name) on \(datasetName): means of "
        + Numerals.count(seeds.count, "seed"))
  }
}
