import Datasets
import Networks
import ReferenceEngine
import Tensors
import Testing

@testable import Training

/// The studies: each can be run as it is defined, and is run correctly.
@Suite struct ExperimentTests {
  static let shapes = Shapes.dataset(train: 40, test: 20)

  /// Each study on a few drawn shapes: its arms fit the data, and the names it refers to exist.
  @Test(arguments: Experiments.all.map(\.name)) func isWellFormed(_ name: String) throws {
    let experiment = try Experiments.experiment(named: name)
    let names = experiment.arms.map(\.name)
    #expect(Set(names).count == names.count && names.count >= 2)
    // Text charts label each line by its first letter.
    #expect(Set(names.compactMap(\.first)).count == names.count, "\(names)")
    #expect(!experiment.comparisons.isEmpty)
    for comparison in experiment.comparisons {
      #expect(names.contains(comparison.better) && names.contains(comparison.worse))
    }
    for budget in [experiment.full, experiment.quick] {
      #expect(budget.seeds >= 2, "One seed doesn't show how much chance.")
      let runner = try ExperimentRunner(
        experiment, budget: budget, seed: 1, dataset: Self.shapes, engine: ReferenceEngine(),
        threads: 1)
      #expect(runner.count == names.count * (budget.seeds + budget.rates.count))
      #expect(runner.results.parameters.count == names.count)
    }
    switch experiment.measure {
    case .testError: #expect(experiment.full.rates.isEmpty && experiment.quick.rates.isEmpty)
    case .epochs: #expect(experiment.full.rates.count >= 2 && experiment.quick.rates.count >= 2)
    }
  }

  /// The changes of an arm, in the form accepted at the prompt.
  @Test func differences() throws {
    let lrn = try Experiments.experiment(named: "lrn")
    #expect(lrn.arms[0].differences == ["remove norm1", "remove norm2"])
    #expect(
      lrn.arms[2].differences[1]
        == "insert relu1 local_response_normalization n=9 k=1 alpha=0.001 convention=source2012")
    let overlap = try Experiments.experiment(named: "overlap")
    #expect(overlap.arms[1].differences.first == "set pool1.kernel 2")
  }

  /// The layers that a study inserts begin as its arms say, not as layers inserted at the prompt do.
  @Test func smallWeightsEverywhere() throws {
    let experiment = try Experiments.experiment(named: "init-deep")
    let network = try experiment.edits.reduce(
      try #require(Zoo.networks.first { $0.name == experiment.network })
    ) { try $0.applying($1) }
    let deviations = network.layers.compactMap { $0.initialization?.deviation }
    #expect(deviations.count == 19 && deviations.allSatisfy { $0 == 0.01 }, "\(deviations)")
  }

  /// A study that takes only a moment.
  static let small = Experiment(
    name: "small", title: "", claim: .init("", source: ""), remarks: "", network: "quick32",
    edits: [
      .set("conv1.filters", "2"), .set("conv2.filters", "2"), .set("conv3.filters", "2"),
      .set("conv1.stride", "2"),
    ],
    recipe: {
      var recipe = Recipe.study(rate: 0.01, validation: 0.25)
      recipe.batch = 10
      return recipe
    }(),
    arms: [.init("a", "as it is"), .init("b", "without", edits: [.remove("norm1")])],
    measure: .testError, comparisons: [.init("a", beats: "b")],
    full: .init(seeds: 2, epochs: 2), quick: .init(seeds: 2, epochs: 1))

  private func runner(
    _ experiment: Experiment = small, _ change: (inout Experiment.Budget) -> Void = { _ in }
  ) throws -> ExperimentRunner {
    var budget = experiment.full
    change(&budget)
    return try ExperimentRunner(
      experiment, budget: budget, seed: 5, dataset: Self.shapes, engine: ReferenceEngine(),
      threads: 1)
  }

  @Test func measuresErrors() throws {
    var runner = try runner { ($0.pictures, $0.testPictures) = (30, 10) }
    var places: [ExperimentRunner.Place] = []
    let isDone = try runner.run { event, results in
      if case .done(let place, _) = event { places.append(place) }
    }
    let results = runner.results
    #expect(isDone && results.isComplete && results.seeds == [5, 6])
    #expect(results.pictures == 30 && results.testPictures == 10)
    #expect(places.map(\.arm) == ["a", "b", "a", "b"] && places.map(\.seed) == [5, 5, 6, 6])
    #expect(places.map(\.number) == [1, 2, 3, 4] && places.allSatisfy { $0.count == 4 })
    for run in results.runs {
      #expect(run.epochs.count == 2 && run.divergence == nil)
      #expect(run.testError.map { (0...1).contains($0) } == true)
      #expect(run.epochs.allSatisfy { $0.validationAccuracy != nil })
    }
    #expect(results.arms.map(\.runs.count) == [2, 2])
    #expect(results.curves.map(\.title) == ["training error", "validation error"])
    #expect(results.svg.contains("<polyline") && !results.svg.contains("nan"))
    // The same again, bit for bit.
    var second = try self.runner { ($0.pictures, $0.testPictures) = (30, 10) }
    _ = try second.run { _, _ in }
    #expect(second.results.runs.map(\.testError) == results.runs.map(\.testError))
  }

  /// Each rate is tried once for each arm. The measured runs use the chosen rate, and a run ends
  /// when it reaches the target.
  @Test func choosesRates() throws {
    var experiment = Self.small
    experiment.measure = .epochs(toTrainingError: 0.85)
    experiment.recipe.validation = 0
    var runner = try runner(experiment) { ($0.rates, $0.epochs) = ([1e-9, 0.05], 6) }
    #expect(runner.count == 8)
    let isDone = try runner.run { _, _ in }
    let results = runner.results
    #expect(isDone && results.trials.count == 4 && results.runs.count == 4)
    #expect(results.trials.map(\.rate) == [1e-9, 0.05, 1e-9, 0.05])
    #expect(results.trials.allSatisfy { $0.seed == 5 + ExperimentRunner.trialSeedOffset })
    for run in results.runs {
      #expect(run.rate == results.chosenRates[run.arm] && run.testError == nil)
      let errors = run.epochs.map { 1 - $0.trainAccuracy }
      #expect(errors.dropLast().allSatisfy { $0 > 0.85 })
      #expect((results.value(of: run) != nil) == (errors.last.map { $0 <= 0.85 } == true))
    }
    for arm in ["a", "b"] {
      let trials = results.trials.filter { $0.arm == arm }
      let best = trials.filter { results.value(of: $0) != nil }
        .min { results.value(of: $0)! < results.value(of: $1)! }
      if let best { #expect(results.chosenRates[arm] == best.rate) }
    }
  }

  /// Measurements before a cancellation are kept, but give no verdict.
  @Test func stops() throws {
    let cancellation = Cancellation()
    var runner = try runner()
    let isDone = try runner.run(cancellation: cancellation) { event, results in
      if case .training(let place, .step(let step)) = event, place.number == 4, step.step == 2 {
        cancellation.cancel()
      }
    }
    #expect(!isDone && runner.results.runs.count == 3 && !runner.results.isComplete)
    let verdict = runner.results.verdicts[0].verdict
    #expect(verdict.kind == .undecided && verdict.words.contains("stopped"), "\(verdict)")
    // It can continue.
    cancellation.reset()
    #expect(try runner.run(cancellation: cancellation) { _, _ in })
    #expect(runner.results.isComplete)
  }

  /// A run that diverges has no result.
  @Test func diverges() throws {
    var experiment = Self.small
    experiment.arms[1].changes = [RecipeChange("rate", "1e9")]
    var runner = try runner(experiment)
    #expect(try runner.run { _, _ in })
    let lost = runner.results.runs.filter { $0.arm == "b" }
    #expect(lost.allSatisfy { $0.divergence != nil })
    #expect(runner.results.arms[1].runs.count == 2)
    let values = runner.results.arms[1].values
    #expect((runner.results.arms[1].sample == nil) == values.contains { $0 == nil })
  }

  @Test func refuses() throws {
    func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return "nothing was refused"
      } catch {
        return String(describing: error)
      }
    }
    func refused(_ change: @escaping (inout Experiment.Budget) -> Void) -> String {
      message { _ = try runner(Self.small, change) }
    }
    #expect(refused { $0.seeds = 0 }.contains("seeds"))
    #expect(refused { $0.seeds = 1001 }.contains("1000"))
    #expect(refused { $0.epochs = 0 }.contains("epochs"))
    #expect(refused { $0.pictures = 0 }.contains("pictures"))
    #expect(message { _ = try Experiments.experiment(named: "droput") }.contains("dropout"))
    var wrong = Self.small
    wrong.arms[1].edits = [.remove("norm9")]
    #expect(message { _ = try runner(wrong) }.contains("norm9"))
    wrong = Self.small
    wrong.arms[1].changes = [RecipeChange("momentun", "0.9")]
    #expect(message { _ = try runner(wrong) }.contains("momentum"))
    let small = SmallRun.dataset
    #expect(
      message {
        _ = try ExperimentRunner(
          Self.small, budget: Self.small.full, seed: 1, dataset: small, engine: ReferenceEngine(),
          threads: 1)
      }.contains("3×32×32"))
  }
}
