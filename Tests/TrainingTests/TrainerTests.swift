import Datasets
import Layers
import Networks
import ReferenceEngine
import Tensors
import Testing

@testable import Training

/// The steps and events of a run.
@Suite struct TrainerTests {
  /// The three parts of a data set, for each part that validation images may be taken from.
  @Test(arguments: [
    (ValidationPart.train, 0.2, [48, 12, 30]), (.test, 0.2, [60, 6, 24]), (.train, 0, [60, 0, 30]),
  ])
  func parts(_ part: ValidationPart, _ share: Double, _ counts: [Int]) throws {
    let recipe = SmallRun.recipe { ($0.validationPart, $0.validation) = (part, share) }
    let split = DatasetSplit(recipe, of: SmallRun.dataset)
    #expect([split.trainingCount, split.validationCount, split.testCount] == counts)
    #expect([split.training.count, split.validation?.count ?? 0, split.test.count] == counts)
    // Every class has the same share, and no image occurs twice.
    let parts = [split.training, split.validation, split.test].compactMap(\.self)
    var seen: Set<[UInt8]> = []
    for set in parts {
      #expect(set.classCounts == [Int](repeating: set.count / 3, count: 3))
      for i in 0..<set.count { seen.insert(Array(set.pixels[(192 * i)..<(192 * (i + 1))])) }
    }
    #expect(seen.count == 90)
    let trainer = try SmallRun.trainer(recipe)
    #expect(trainer.training == split.training && trainer.validation == split.validation)
  }

  /// Images that show their class are classified after a few epochs, including validation images.
  @Test(arguments: [Optimizer.Kind.paper, .pytorch, .adam])
  func learns(_ kind: Optimizer.Kind) throws {
    let trainer = try SmallRun.trainer(
      SmallRun.recipe {
        $0.epochs = 6
        $0.optimizer = .usual(kind)
        if kind == .adam { ($0.rate, $0.biasRate) = (0.02, 0.02) }
      })
    #expect(try trainer.run() == .finished)
    let last = try #require(trainer.history.last)
    #expect(last.trainLoss < 0.5 * trainer.history[0].trainLoss)
    #expect(try #require(last.validationAccuracy) > 0.8)
    let best = try #require(trainer.best)
    #expect(best.accuracy == trainer.history.compactMap(\.validationAccuracy).max())
    #expect(trainer.history[best.epoch - 1].validationAccuracy == best.accuracy)
  }

  /// The images are split by class, and the numbers of steps and epochs add up.
  @Test func events() throws {
    let trainer = try SmallRun.trainer()
    #expect(trainer.counts == (48, 12) && trainer.stepsPerEpoch == 5)
    #expect(trainer.validation?.classCounts == [4, 4, 4])
    var trace = Trace()
    var looked: [Int] = []
    _ = try trainer.run { event in
      trace.note(event)
      if case .validating(let done, let of) = event {
        #expect(of == 12)
        looked.append(done)
      }
    }
    #expect(looked == [9, 12, 9, 12, 9, 12])
    #expect(trace.epochs.map(\.epoch) == [1, 2, 3])
    for (index, epoch) in trace.epochs.enumerated() {
      let losses = trace.losses[(5 * index)..<(5 * index + 5)]
      #expect(abs(epoch.trainLoss - losses.reduce(0, +) / 5) < 1e-12)
      #expect(epoch.trainAccuracy == trace.accuracies[5 * index + 4])
    }
    #expect(trace.best[0])
  }

  /// The first step equals that of the engine: the loss of the initial weights, and the paper's
  /// update rule.
  @Test func firstStep() throws {
    let recipe = SmallRun.recipe { $0.layers = ["fc1": LayerSettings(rate: 0.5, biasDecay: 0.25)] }
    let trainer = try SmallRun.trainer(recipe)
    let before = trainer.snapshot().parameters
    let queue = BatchQueue(
      trainer.training, pipeline: trainer.pipeline, batch: 9, seed: 3, through: 1)
    let batch = try #require(try queue.next())
    let plan = try ReferenceEngine().prepare(
      SmallRun.network.layers.map(\.layer), input: [9, 3, 6, 6], mode: .training)
    for layer in trainer.geometry where !layer.parameters.isEmpty {
      plan.setParameters(
        layer.parameters.map { before["\(layer.name).\($0.name)"]! }, of: layer.index)
    }
    var mask = Tensor(zeros: [9, 36])
    DropoutMasks(layer: "drop1", rate: 0.25, seed: 3).fill(&mask, step: 0)
    plan.setMask(mask, of: 5)
    plan.setInput(batch.input)
    try plan.forward()
    try plan.backward(labels: batch.labels, cancellation: .never)
    let cancellation = Cancellation()
    _ = try trainer.run(cancellation: cancellation) { event in
      guard case .step(let record) = event else { return }
      #expect(record.loss == plan.loss(labels: batch.labels))
      cancellation.cancel()
    }
    let rates = [0: (0.05, 0.1), 1: (0.05, 0.1), 6: (0.5, 0.1)]
    let decays = [0: (0.001, 0.0), 1: (0.0, 0.0), 6: (0.001, 0.25)]
    plan.update(
      (0..<8).map { layer in
        guard let rate = rates[layer], let decay = decays[layer] else { return [] }
        return [
          .paper(rate: rate.0, momentum: 0.9, decay: decay.0),
          .paper(rate: rate.1, momentum: 0.9, decay: decay.1),
        ]
      })
    for layer in trainer.geometry where !layer.parameters.isEmpty {
      #expect(trainer.plan.parameters(of: layer.index) == plan.parameters(of: layer.index))
    }
  }

  /// An error thrown by an observer ends the run between two steps, and the run can continue.
  @Test func observerThrows() throws {
    struct Stop: Error {}
    let trainer = try SmallRun.trainer()
    var steps = 0
    #expect(throws: Stop.self) {
      try trainer.run { event in
        guard case .step = event else { return }
        steps += 1
        if steps == 7 { throw Stop() }
      }
    }
    #expect(trainer.epoch == 1 && trainer.step == 2)
    #expect(try trainer.run() == .finished)
    let straight = try SmallRun.trainer()
    _ = try straight.run()
    #expect(trainer.snapshot().parameters == straight.snapshot().parameters)
  }

  /// A frozen layer stays the same bit for bit, while the others change.
  @Test func freezes() throws {
    let trainer = try SmallRun.trainer(
      SmallRun.recipe {
        $0.schedule = .steps([RateStep(after: 1, layer: "conv1", factor: 0)])
      })
    var seen: [[String: Tensor]] = []
    _ = try trainer.run { event in
      if case .epoch = event { seen.append(trainer.snapshot().parameters) }
    }
    #expect(seen[0]["conv1.weight"] == seen[2]["conv1.weight"])
    #expect(seen[0]["conv1.bias"] == seen[2]["conv1.bias"])
    #expect(seen[0]["fc1.weight"] != seen[2]["fc1.weight"])
  }

  /// The trained network describes the images it was trained on.
  @Test func trainedNetwork() throws {
    let trainer = try SmallRun.trainer(SmallRun.recipe { $0.dropout = .paper })
    let network = trainer.network
    #expect(network.labels == ["red", "green", "blue"])
    #expect(network.input.resize == 8 && network.input.scale == 1)
    let statistics = try trainer.training.statistics()
    for c in 0..<3 {
      #expect(abs(network.input.mean[c] - statistics.mean[c] / 255) < 1e-6)
      #expect(abs(network.input.deviation[c] - statistics.deviation[c] / 255) < 1e-6)
    }
    #expect(network.layers[5].layer == .dropout(Dropout(rate: 0.25, convention: .paper)))
  }
}
