import Layers
import Networks
import ReferenceEngine
import Tensors
import Testing

@testable import Training

/// A layer's factor on its learning rates.
@Suite struct RateFactorTests {
  /// The rules of conv1 and fc1, weights then biases: rates 0.05 and 0.1, decay 0.001 for weights.
  @Test(
    arguments: [
      (LayerSettings(rateFactor: 10), [0.05, 0.1, 0.5, 1]),
      (LayerSettings(rateFactor: 10, biasRateFactor: 20), [0.05, 0.1, 0.5, 2]),
      (LayerSettings(biasRateFactor: 3), [0.05, 0.1, 0.05, 0.3]),
      (LayerSettings(rate: 0.2, rateFactor: 0.5), [0.05, 0.1, 0.1, 0.05]),
      (LayerSettings(rateFactor: 0), [0.05, 0.1, nil, nil]),
    ] as [(LayerSettings, [Double?])])
  func rules(_ settings: LayerSettings, _ rates: [Double?]) throws {
    let recipe = SmallRun.recipe { $0.layers = ["fc1": settings] }
    var rules = StepRules(recipe, geometry: try SmallRun.network.geometry(batch: 9))
    rules.set(at: SchedulePlace(epoch: 0, step: 0, steps: 1), state: ScheduleState())
    let found = (rules.rules[0] + rules.rules[6]).map { rule -> Double? in
      if case .paper(let rate, _, _)? = rule { rate } else { nil }
    }
    #expect(found.count == rates.count)
    for (found, expected) in zip(found, rates) {
      guard let expected else {
        #expect(found == nil)
        continue
      }
      #expect(abs(try #require(found) - expected) <= 1e-15)
    }
  }

  /// The first step, from a velocity of 0, computed here in Double:
  /// w ← w − f·ε·g − f·ε·λ·w, with the gradient g of that step.
  @Test func firstStep() throws {
    let recipe = SmallRun.recipe {
      $0.layers = ["fc1": LayerSettings(rateFactor: 10, biasRateFactor: 20)]
      $0.epochs = 1
    }
    let trainer = try SmallRun.trainer(recipe)
    let before = trainer.snapshot().parameters
    let stop = Cancellation()
    _ = try trainer.run(cancellation: stop) { _ in stop.cancel() }
    let after = trainer.snapshot().parameters
    let gradients = trainer.plan.parameterGradients(of: 6)
    #expect(gradients.count == 2)
    for (name, gradient, rate, decay) in [
      ("fc1.weight", gradients[0], 10 * 0.05, 0.001), ("fc1.bias", gradients[1], 20 * 0.1, 0),
    ] {
      let (old, new) = (try #require(before[name]), try #require(after[name]))
      for i in old.values.indices {
        let (w, g) = (Double(old.values[i]), Double(gradient.values[i]))
        let expected = w - rate * g - rate * decay * w
        #expect(abs(Double(new.values[i]) - expected) <= 4e-7 * max(1, abs(w)), "\(name)[\(i)]")
      }
      #expect(gradient.values.contains { abs($0) > 1e-3 })
    }
  }

  /// `last` is the network's last layer with parameters, whatever its name; its own settings win.
  @Test func lastLayer() throws {
    let recipe = SmallRun.recipe {
      $0.layers = ["last": LayerSettings(decay: 2, rateFactor: 10), "fc1": LayerSettings(decay: 1)]
    }
    let trainer = try SmallRun.trainer(recipe)
    #expect(trainer.recipe.layers == ["fc1": LayerSettings(decay: 1, rateFactor: 10)])
  }
}
