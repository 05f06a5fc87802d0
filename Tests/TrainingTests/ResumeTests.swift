import Datasets
import Networks
import ReferenceEngine
import Tensors
import Testing

@testable import Training

/// A run that is stopped and resumed equals a run that never stopped, bit for bit.
@Suite struct ResumeTests {
  struct Way: CustomTestStringConvertible, Sendable {
    let name: String
    let recipe: Recipe
    var testDescription: String { name }
  }

  static let ways: [Way] = [
    Way(name: "as printed", recipe: SmallRun.recipe()),
    Way(
      name: "pytorch, one-cycle",
      recipe: SmallRun.recipe {
        $0.optimizer = .pytorch(momentum: 0.8)
        $0.schedule = .oneCycle(OneCycle())
      }),
    Way(
      name: "adam, plateau",
      recipe: SmallRun.recipe {
        $0.optimizer = .usual(.adam)
        $0.rate = 0.01
        $0.schedule = .plateau(Plateau(factor: 0.5, patience: 1, most: 2))
      }),
    Way(
      name: "frozen layers, few images, a factor",
      recipe: SmallRun.recipe {
        ($0.freeze, $0.imagesPerClass, $0.batch) = (["conv1...bn1"], 15, 7)
        $0.layers = ["last": LayerSettings(rateFactor: 10)]
      }),
    Way(
      name: "frozen, no validation",
      recipe: SmallRun.recipe {
        $0.schedule = .steps([
          RateStep(after: 1, layer: "conv1", factor: 0), RateStep(after: 2, factor: 0.1),
        ])
        $0.validation = 0
        $0.batch = 12
      }),
  ]

  @Test(arguments: ways, [0, 1, 4, 5, 7, 10, 14, 15])
  func bitForBit(_ way: Way, _ stop: Int) throws {
    let straight = try SmallRun.trainer(way.recipe)
    var expected = Trace()
    #expect(try straight.run { expected.note($0) } == .finished)
    #expect(expected.losses.count == 3 * straight.stepsPerEpoch)

    let cancellation = Cancellation()
    var found = Trace()
    var steps = 0
    let first = try SmallRun.trainer(way.recipe)
    if stop == 0 { cancellation.cancel() }
    let outcome = try first.run(cancellation: cancellation) { event in
      found.note(event)
      if case .step = event { steps += 1 }
      if steps == stop { cancellation.cancel() }
    }
    #expect(steps == stop && outcome == .cancelled)
    let state = first.snapshot()
    #expect(state.epoch * straight.stepsPerEpoch + state.step == stop)
    let second = try Trainer(
      resuming: state, engine: ReferenceEngine(), dataset: SmallRun.dataset)
    #expect(try second.run { found.note($0) } == .finished)

    #expect(found == expected)
    let (a, b) = (straight.snapshot(), second.snapshot())
    #expect(a.parameters == b.parameters)
    #expect(a.memory == b.memory)
    #expect(a.schedule == b.schedule && a.best == b.best && a.pipeline == b.pipeline)
    #expect(a.history.map(\.withoutClock) == b.history.map(\.withoutClock))
    #expect(a.network == b.network)
  }

  /// A different seed gives a different run.
  @Test func seeds() throws {
    let runs = try [3, 3, 4].map { seed in
      let trainer = try SmallRun.trainer(SmallRun.recipe { $0.seed = UInt64(seed) })
      _ = try trainer.run()
      return trainer.snapshot().parameters
    }
    #expect(runs[0] == runs[1])
    #expect(runs[0] != runs[2])
  }

  /// A state that doesn't match the data or the network is rejected.
  @Test(arguments: [
    ("data", "noise isn't the data of this run"),
    ("missing", "the parameter fc1.bias is missing"),
    ("extra", "the state has a parameter fc9.bias that no layer has"),
    ("shape", "fc1.bias is 2, but small takes 3"),
    ("memory", "conv1.weight.velocity is 2, but small takes 4×3×3×3"),
    ("first_moment", "the state has conv1.weight.first_moment, which the optimizer doesn't use"),
    (
      "step",
      "the run is after epoch 0, step 99, but its recipe ends after epoch 3, each of 5 steps"
    ),
    ("over", "the run is after epoch 3, step 1, but its recipe ends after epoch 3"),
    ("epoch", "the run is after epoch 4, step 1, but its recipe ends after epoch 3"),
  ])
  func refused(_ fault: String, _ message: String) throws {
    let trainer = try SmallRun.trainer()
    let cancellation = Cancellation()
    _ = try trainer.run(cancellation: cancellation) { _ in cancellation.cancel() }
    var state = trainer.snapshot()
    let two = Tensor(zeros: [2])
    switch fault {
    case "missing": state.parameters["fc1.bias"] = nil
    case "extra": state.parameters["fc9.bias"] = two
    case "shape": state.parameters["fc1.bias"] = two
    case "memory": state.memory["conv1.weight.velocity"] = two
    case "first_moment": state.memory["conv1.weight.first_moment"] = two
    case "step": state.step = 99
    case "epoch": state.epoch = 4
    case "over": state.epoch = 3
    default: break
    }
    let data = fault == "data" ? SmallRun.noise : SmallRun.dataset
    let error = #expect(throws: TrainingError.self) {
      _ = try Trainer(resuming: state, engine: ReferenceEngine(), dataset: data)
    }
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }
}
