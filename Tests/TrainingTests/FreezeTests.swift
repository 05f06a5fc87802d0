import Datasets
import Networks
import Tensors
import TestSupport
import Testing

@testable import Training

/// Layers that a recipe freezes.
@Suite struct FrozenLayerTests {
  static let names = [
    "conv1.weight", "conv1.bias", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var",
  ]

  /// Training with momentum, decay, dropout and augmentation leaves the frozen layers' bytes as they
  /// were, running statistics included, and trains the rest.
  @Test(arguments: testedEngines, [["conv1...bn1"], ["conv1", "bn1"], ["conv1..<fc1"]])
  func bytesStay(_ tested: EngineUnderTest, _ freeze: [String]) throws {
    let trainer = try Trainer(
      network: SmallRun.network, engine: tested.engine, dataset: SmallRun.dataset,
      recipe: SmallRun.recipe { $0.freeze = freeze })
    let before = trainer.snapshot()
    #expect(try trainer.run() == .finished)
    let after = trainer.snapshot()
    for name in Self.names {
      #expect(
        after.parameters[name]?.values.map(\.bitPattern)
          == before.parameters[name]?.values.map(\.bitPattern), "\(name)")
      #expect(after.memory.keys.allSatisfy { !$0.hasPrefix(name) })
    }
    for name in ["fc1.weight", "fc1.bias"] {
      #expect(after.parameters[name] != before.parameters[name])
      #expect(after.memory["\(name).velocity"] != nil)
    }
  }

  /// Each name of a range, and the positions of the layers with parameters that it means.
  @Test(
    arguments: [
      (["conv1"], [0]), (["conv1...fc1"], [0, 1, 6]), (["conv1..<fc1"], [0, 1]),
      (["relu1...fc1"], [6]), (["bn1", "conv1"], [0, 1]), (["conv1...pool1", "fc1"], [0, 1, 6]),
    ] as [([String], Set<Int>)])
  func ranges(_ items: [String], _ positions: Set<Int>) throws {
    #expect(
      try LayerRanges.positions(items, in: SmallRun.network, field: "freeze") == positions)
  }

  @Test(arguments: [
    (
      ["conv2"],
      "freeze names conv2, but small has no layer of that name with parameters; "
        + "did you mean conv1?"
    ),
    (["conv1...fc9"], "freeze names fc9, but small has no layer of that name; did you mean fc1?"),
    (["relu1"], "freeze names relu1, which has no parameters; they are conv1, bn1, fc1"),
    (
      ["fc1...conv1"],
      "freeze has the range fc1...conv1, but conv1 comes before fc1; "
        + "write it as conv1...fc1"
    ),
    (
      ["relu1...drop1"],
      "freeze has the range relu1...drop1, in which no layer has parameters; "
        + "those with parameters are conv1, bn1, fc1"
    ),
    (
      ["conv1...fc1"],
      "freeze names every layer of small that has parameters; "
        + "leave at least the last one to train"
    ),
  ])
  func refused(_ freeze: [String], _ message: String) {
    let error = #expect(throws: RecipeError.self) {
      _ = try SmallRun.trainer(SmallRun.recipe { $0.freeze = freeze })
    }
    #expect(error?.description == message)
  }

  @Test(arguments: [
    (["a", "b", "c", "e"], "a...c, e"), (["a", "b"], "a, b"), ([], ""),
    (["a", "c", "d", "e", "f"], "a, c...f"),
  ])
  func words(_ names: [String], _ text: String) {
    #expect(LayerRanges.words(names, among: ["a", "b", "c", "d", "e", "f"]) == text)
  }

  /// A resumed run may freeze other layers than before: what was frozen starts without a velocity.
  @Test func thawsOnResume() throws {
    let first = try SmallRun.trainer(SmallRun.recipe { $0.freeze = ["conv1", "bn1"] })
    #expect(try first.run() == .finished)
    var state = first.snapshot()
    (state.recipe.freeze, state.recipe.epochs) = (["fc1"], 4)
    let second = try Trainer(
      resuming: state, engine: referenceUnderTest.engine, dataset: SmallRun.dataset)
    #expect(try second.run() == .finished)
    let after = second.snapshot()
    #expect(after.parameters["fc1.weight"] == state.parameters["fc1.weight"])
    #expect(after.memory["fc1.weight.velocity"] == state.memory["fc1.weight.velocity"])
    #expect(after.parameters["conv1.weight"] != state.parameters["conv1.weight"])
  }
}
