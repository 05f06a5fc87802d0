import Datasets
import Networks
import ReferenceEngine
import Testing

@testable import Training

/// Runs that can't learn any more end with a message, not a crash.
@Suite struct DivergenceTests {
  @Test(arguments: [Optimizer.Kind.paper, .pytorch, .adam], [1e9, 1e30, 1e300])
  func hugeRate(_ kind: Optimizer.Kind, _ rate: Double) throws {
    let trainer = try SmallRun.trainer(
      SmallRun.recipe {
        $0.optimizer = .usual(kind)
        ($0.rate, $0.biasRate) = (rate, rate)
        $0.decay = 0.5
        $0.epochs = 10
      })
    guard case .diverged(let divergence) = try trainer.run() else {
      Issue.record("it continued")
      return
    }
    #expect(
      divergence.reason.contains("became")
        || divergence.reason.contains("holds infinite numbers or NaN")
        || divergence.reason.contains("the loss is"), "\(divergence.reason)")
    #expect(divergence.causes.first?.contains("is too high") == true)
  }

  /// A network that is dead from the start: no gradient passes, and the loss stays at that of
  /// guessing.
  private static func dead(epochs: Int) throws -> Trainer {
    var network = SmallRun.network
    network.layers[1] = NamedLayer("relu0", .relu)
    network.layers[0].initialization = Initialization(deviation: 0, bias: -1)
    network.layers[6].initialization = Initialization(deviation: 0)
    let recipe = SmallRun.recipe {
      $0.epochs = epochs
      ($0.rate, $0.biasRate) = (0.001, 0.001)
    }
    return try SmallRun.trainer(recipe, network: network)
  }

  /// A network that can't learn is stopped.
  @Test func stuck() throws {
    let trainer = try Self.dead(epochs: 200)
    guard case .diverged(let divergence) = try trainer.run() else {
      Issue.record("it continued")
      return
    }
    #expect(trainer.history.count == 60)
    #expect(divergence.reason.contains("ln 3 = 1.0986"), "\(divergence.reason)")
    #expect(divergence.parametersAreFinite)
    #expect(!divergence.causes.isEmpty)
  }

  /// A study's runs go on: the verdict is on the whole budget.
  @Test func stuckButGoesOn() throws {
    let trainer = try Self.dead(epochs: 70)
    trainer.endsWhenStuck = false
    guard case .finished = try trainer.run() else {
      Issue.record("it ended early")
      return
    }
    #expect(trainer.history.count == 70)
  }

  /// A network that learns isn't stopped, however long it runs.
  @Test func continues() throws {
    let trainer = try SmallRun.trainer(SmallRun.recipe { $0.epochs = 70 })
    #expect(try trainer.run() == .finished)
  }
}
