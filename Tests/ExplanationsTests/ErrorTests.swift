import Layers
import Networks
import Tensors
import Testing

@testable import Explanations

/// Messages about elements that don't exist, or don't exist yet.
@Suite struct ErrorTests {
  @Test(arguments: [
    ("norm1", [6, 0, 0], "channel 6 of norm1 doesn't exist: there are 6, 0...5"),
    ("norm1", [0, 5, 0], "row 5 of norm1 doesn't exist: there are 5, 0...4"),
    ("norm1", [0, 0, -1], "column -1 of norm1 doesn't exist: there are 5, 0...4"),
    ("norm1", [0, 0], "norm1 takes 3 coordinates (channel, row, column), not 2"),
    ("norm1", [], "norm1 takes 3 coordinates (channel, row, column), not 0"),
    ("norm1", [1, 0, 0, 0], "image 1 of norm1 doesn't exist: there is one, 0"),
    ("fc", [5], "feature 5 of fc doesn't exist: there are 5, 0...4"),
    ("fc", [0, 0, 0], "fc takes 1 coordinate (feature), not 3"),
    ("fc", [.max], "feature 9223372036854775807 of fc doesn't exist: there are 5, 0...4"),
  ])
  func outside(_ layer: String, _ index: [Int], _ message: String) throws {
    let trace = try SmallNetwork.plain.backward()
    let at = try #require(trace.network.index(of: layer))
    let output = try #require(throws: ExplanationError.self) {
      try Explanation.explain(trace, layer: at, at: index)
    }
    #expect(output.message == message)
    #expect(output.hint?.contains(trace.geometry[at].output.withoutBatch.description) == true)
    let gradient = try #require(throws: ExplanationError.self) {
      try Explanation.explainGradient(trace, layer: at, at: index)
    }
    #expect(gradient == output)
    let error = try #require(throws: ExplanationError.self) {
      _ = try ReceptiveField(trace.geometry, layer: at, at: index)
    }
    #expect(error.message == message)
  }

  @Test(arguments: [
    (
      Parameter.Role.weight, [4, 0, 0, 0],
      "filter 4 of conv2.weight doesn't exist: there are 4, 0...3"
    ),
    (.weight, [0, 3, 0, 0], "channel 3 of conv2.weight doesn't exist: there are 3, 0...2"),
    (.bias, [], "conv2.bias takes 1 coordinate (filter), not 0"),
    (.runningMean, [0], "conv2 has no running_mean with a gradient"),
  ])
  func outsideAParameter(_ role: Parameter.Role, _ index: [Int], _ message: String) throws {
    let trace = try SmallNetwork.plain.backward()
    let error = try #require(throws: ExplanationError.self) {
      try Explanation.explainGradient(trace, layer: 4, parameter: role, at: index)
    }
    #expect(error.message == message)
  }

  @Test func nothingHasRun() throws {
    let small = SmallNetwork.plain
    let trace = try small.forward()
    #expect(throws: ExplanationError.notBackward) {
      try Explanation.explainGradient(trace, layer: 0, at: [0, 0, 0])
    }
    #expect(throws: ExplanationError.notBackward) {
      try Explanation.explainGradient(trace, layer: 0, parameter: .bias, at: [0])
    }
    trace.rewind(to: 2)
    #expect(throws: ExplanationError.notRun(layer: "norm1")) {
      try Explanation.explain(trace, layer: 2, at: [0, 0, 0])
    }
    #expect(try Explanation.explain(trace, layer: 1, at: [0, 0, 0]).layerName == "relu1")
  }

  @Test func theLastLayerHasNoGradient() throws {
    let trace = try SmallNetwork.plain.backward()
    #expect(throws: ExplanationError.noGradientOfLast(layer: "softmax", before: "fc")) {
      try Explanation.explainGradient(trace, layer: trace.geometry.count - 1, at: [0])
    }
    let relu = try #require(throws: ExplanationError.self) {
      try Explanation.explainGradient(trace, layer: 1, parameter: .weight, at: [0])
    }
    #expect(relu.message == "relu1 has no parameters, so no weight")
  }

  @Test func everyErrorSaysWhatToDo() {
    let errors: [ExplanationError] = [
      .outside(tensor: "fc", axis: "feature", coordinate: 0, size: 0, shape: [0]),
      .coordinates(tensor: "fc", given: 2, axes: [], shape: []), .notRun(layer: "fc"), .notBackward,
      .noGradientOfLast(layer: "softmax", before: "fc"),
      .noParameter(layer: "fc", parameter: "bias", has: ["weight"]), .fused(layer: "fc"),
      .noMask(layer: "drop"),
    ]
    for error in errors {
      #expect(!error.message.isEmpty && error.hint != nil)
      #expect(error.message.first?.isUppercase == false)
    }
  }
}
