import Basics
import TensorFiles

extension ExperimentResults {
  /// The results with everything needed to reproduce them, as one object.
  ///
  /// - Parameters:
  ///   - command: the shell command that reproduces them.
  ///   - machine: the machine they were measured on.
  package func json(command: String, machine: Machine) -> JSONValue {
    let members: [(String, JSONValue)] = [
      ("format", "alexnet-experiment"), ("version", 1),
      ("experiment", .string(experiment.name)), ("claim", .string(experiment.claim.words)),
      ("source", .string(experiment.claim.source)), ("remarks", .string(experiment.remarks)),
      ("command", .string(command)), ("complete", .boolean(isComplete)),
      (
        "data",
        [
          "name": .string(datasetName), "sha256": .string(datasetFingerprint),
          "pictures": .integer(pictures), "test_pictures": .integer(testPictures),
        ]
      ),
      (
        "machine",
        [
          "processor": .optional(machine.processor), "cores": .integer(machine.cores),
          "system": .string(machine.system), "engine": .string(engine),
          "threads": .integer(threads),
        ]
      ),
      ("seeds", .array(seeds.map { .integer(Int(clamping: $0)) })),
      ("epochs", .integer(budget.epochs)), ("measure", .string(experiment.measure.words)),
      ("network", .string(experiment.network)),
      ("edits", .array(experiment.edits.map { .string($0.words) })),
      ("arms", .array(arms.map(json))),
      ("verdicts", .array(verdicts.map(json))),
      ("trials", .array(trials.map(json))), ("runs", .array(runs.map(json))),
    ]
    return .object(members.map { JSONValue.Member(name: $0.0, value: $0.1) })
  }

  private func json(_ arm: ExperimentResults.ArmSummary) -> JSONValue {
    [
      "name": .string(arm.arm.name), "title": .string(arm.arm.title),
      "differences": .array(arm.arm.differences.map { .string($0) }),
      "parameters": parameters[arm.arm.name].map { .integer($0) } ?? .null,
      "rate": chosenRates[arm.arm.name].map { .number($0) } ?? .null,
      "values": .array(arm.values.map(Self.number)), "mean": Self.number(arm.sample?.mean),
      "standard_deviation": Self.number(arm.sample?.deviation),
      "training_error": Self.number(arm.trainingError?.mean),
    ]
  }

  private func json(
    _ pair: (comparison: Experiment.Comparison, verdict: ExperimentVerdict)
  ) -> JSONValue {
    [
      "better": .string(pair.comparison.better), "worse": .string(pair.comparison.worse),
      "verdict": .string(pair.verdict.kind.rawValue), "words": .string(pair.verdict.words),
    ]
  }

  /// One training run as an object.
  package func json(_ run: ExperimentRun) -> JSONValue {
    [
      "arm": .string(run.arm), "seed": .integer(Int(clamping: run.seed)),
      "rate": .number(run.rate), "value": Self.number(value(of: run)),
      "test_error": Self.number(run.testError), "training_error": Self.number(run.trainingError),
      "diverged": .optional(run.divergence), "seconds": .number(Self.rounded(run.seconds)),
      "training_errors": .array(run.epochs.map { Self.number(1 - $0.trainAccuracy) }),
      "validation_errors": .array(
        run.epochs.map { Self.number($0.validationAccuracy.map { 1 - $0 }) }),
    ]
  }

  private static func number(_ value: Double?) -> JSONValue {
    value.map { .number(($0 * 1e6).rounded() / 1e6) } ?? .null
  }
  private static func rounded(_ seconds: Double) -> Double { (seconds * 100).rounded() / 100 }
}

extension Experiment.Measure {
  /// The measure in a few words.
  package var words: String {
    switch self {
    case .testError: "test error after the last epoch"
    case .epochs(let target):
      "epochs to \(NumberFormat.percent(target, decimals: 0)) training error"
    }
  }
}
