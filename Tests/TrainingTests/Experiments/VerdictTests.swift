import Testing

@testable import Training

/// The numbers of a comparison, and the expected verdict.
struct VerdictCase: Sendable, CustomTestStringConvertible {
  var name: String
  var measure = Experiment.Measure.testError
  var factor: Double?
  var pairs: [(better: Double?, worse: Double?)]
  var kind: ExperimentVerdict.Kind
  var words: [String]
  var testDescription: String { name }
}

private let toQuarter = Experiment.Measure.epochs(toTrainingError: 0.25)

private let cases: [VerdictCase] = [
  VerdictCase(
    name: "lower by more than chance", pairs: [(0.20, 0.22), (0.21, 0.229), (0.19, 0.211)],
    kind: .confirmed, words: ["2.0 points fewer", "95% interval 1.8 to 2.2 fewer", "3 seeds"]),
  VerdictCase(
    name: "lower by what chance explains", pairs: [(0.20, 0.22), (0.21, 0.205), (0.19, 0.20)],
    kind: .notConfirmed, words: ["0.8 points fewer", "95% interval −2.3 to 4.0 fewer"]),
  VerdictCase(
    name: "higher", pairs: [(0.22, 0.20), (0.229, 0.21), (0.211, 0.19)], kind: .opposite,
    words: ["2.0 points more", "95% interval 1.8 to 2.2 more"]),
  VerdictCase(
    name: "all alike", pairs: [(0.2, 0.2), (0.2, 0.2)], kind: .notConfirmed, words: ["0.0 points"]
  ),
  VerdictCase(
    name: "one seed", pairs: [(0.1, 0.3)], kind: .undecided, words: ["20.0 points fewer"]),
  VerdictCase(name: "nothing", pairs: [], kind: .undecided, words: ["no seed"]),
  VerdictCase(
    name: "a run was lost", pairs: [(0.1, 0.3), (0.1, nil)], kind: .notReached,
    words: ["1 of 2 seeds"]),
  VerdictCase(
    name: "six times as quick", measure: toQuarter, factor: 6,
    pairs: [(3, 18.3), (4, 23.6), (5, 30.4)], kind: .confirmed,
    words: ["6.0 times as many epochs", "25% training error", "claimed: 6 times"]),
  VerdictCase(
    name: "quicker than claimed", measure: toQuarter, factor: 6,
    pairs: [(3, 30), (4, 41), (5, 49)], kind: .confirmed, words: ["10 times"]),
  VerdictCase(
    name: "twice as quick where six times are claimed", measure: toQuarter, factor: 6,
    pairs: [(3, 6), (4, 8.2), (5, 9.9)], kind: .inDirection, words: ["2.0 times as many"]),
  VerdictCase(
    name: "as quick", measure: toQuarter, factor: 6, pairs: [(3, 4), (4, 3), (5, 5.5)],
    kind: .notConfirmed, words: ["1.0 times as many"]),
  VerdictCase(
    name: "slower", measure: toQuarter, pairs: [(6, 3), (8.2, 4), (9.9, 5)], kind: .opposite,
    words: ["0.5 times as many"]),
  VerdictCase(
    name: "one seed of epochs", measure: toQuarter, pairs: [(2, 4)], kind: .undecided,
    words: ["2.0 times"]),
  VerdictCase(
    name: "the slower one does not arrive", measure: toQuarter, factor: 6,
    pairs: [(4, nil), (4, 30)], kind: .notReached,
    words: [
      "worse reached 25% training error with 1 of 2 seeds in 40 epochs", "at least 10 times",
    ]),
  VerdictCase(
    name: "the quicker one does not arrive", measure: toQuarter, pairs: [(nil, 4), (4, 30)],
    kind: .notReached, words: ["better reached 25% training error with 1 of 2 seeds"]),
]

/// The verdict of a study from its numbers.
@Suite struct VerdictTests {
  @Test(arguments: cases) func verdict(_ it: VerdictCase) {
    let comparison = Experiment.Comparison("better", beats: "worse", factor: it.factor)
    let verdict = comparison.verdict(
      it.pairs.map { Experiment.Comparison.Pair(better: $0.better, worse: $0.worse) },
      measure: it.measure, epochs: 40)
    #expect(verdict.kind == it.kind, "\(verdict)")
    for words in it.words { #expect(verdict.sentence.contains(words), "\(verdict.sentence)") }
    #expect(verdict.sentence.hasPrefix(it.kind.rawValue))
  }

  @Test func samples() throws {
    #expect(Sample([]) == nil)
    let one = try #require(Sample([3]))
    #expect(one.mean == 3 && one.deviation == nil && one.interval == nil)
    // A worked example: 1, 2, 3, 4 has mean 2.5, deviation √(5/3), and t(3) = 3.18245.
    let four = try #require(Sample([1, 2, 3, 4]))
    let interval = try #require(four.interval)
    #expect(four.mean == 2.5 && abs((four.deviation ?? 0) - 1.2909944487) < 1e-9)
    #expect(abs(interval.high - 4.5542640) < 1e-5 && abs(interval.low - 0.4457360) < 1e-5)
  }

  /// Student's t decreases with the degrees of freedom, to the normal distribution's 1.96.
  @Test func quantiles() {
    let values = (1...400).map { Sample.quantile($0) }
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 > $1 })
    // From tables, for 40, 60 and 120 degrees of freedom.
    for (freedom, value) in [(2, 4.303), (10, 2.228), (40, 2.021), (60, 2.000), (120, 1.980)] {
      #expect(abs(Sample.quantile(freedom) - value) < 6e-4, "\(freedom)")
    }
  }

  @Test(
    arguments: [
      ([0.5, 0.3, 0.2], 2.5), ([0.5, 0.25], 2), ([0.1], 0.8125), ([0.5, 0.3], nil), ([], nil),
      ([0.26, 0.24, 0.3], 1.5),
    ] as [([Double], Double?)])
  func epochsToError(_ errors: [Double], _ expected: Double?) {
    let value = EpochsToError.value(to: 0.25, errors: errors, before: 0.9)
    switch (value, expected) {
    case (let value?, let expected?): #expect(abs(value - expected) < 1e-9)
    default: #expect(value == expected)
    }
  }
}
