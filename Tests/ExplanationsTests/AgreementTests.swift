import Layers
import Networks
import Tensors
import Testing

@testable import Explanations

/// For every element of every layer of small networks, the value computed from the definition must
/// equal the one stored by the reference engine.
@Suite struct AgreementTests {
  @Test(arguments: SmallNetwork.all) func everyOutput(_ small: SmallNetwork) throws {
    let trace = try small.forward()
    for layer in trace.geometry {
      var tally = Tally(layer.name)
      for index in indices(of: layer.output) {
        tally.count(try Explanation.explain(trace, layer: layer.index, at: index))
      }
      tally.finish()
    }
  }

  @Test(arguments: SmallNetwork.all) func everyGradient(_ small: SmallNetwork) throws {
    let trace = try small.backward()
    for layer in trace.geometry {
      var tally = Tally("gradient of \(layer.name)'s input")
      for index in indices(of: layer.input) {
        tally.count(try Explanation.explainGradient(trace, layer: layer.index - 1, at: index))
      }
      tally.finish()
    }
  }

  @Test(arguments: SmallNetwork.all) func everyParameterGradient(_ small: SmallNetwork) throws {
    let trace = try small.backward()
    for layer in trace.geometry {
      for parameter in layer.parameters where parameter.isTrainable {
        var tally = Tally(layer.name(of: parameter))
        for index in indices(of: parameter.shape) {
          tally.count(
            try Explanation.explainGradient(
              trace, layer: layer.index, parameter: parameter.role, at: index))
        }
        tally.finish()
      }
    }
  }

  @Test func theNetworksHaveEveryKindOfLayer() {
    let kinds = Set(SmallNetwork.all.flatMap { $0.network.layers.map(\.layer.kind) })
    #expect(kinds == Set(Layer.Kind.allCases))
  }
}

/// Counts how explanations of one tensor agree: all must agree, and most must agree bit for bit.
private struct Tally {
  let name: String
  var all = 0
  var identical = 0

  init(_ name: String) { self.name = name }

  mutating func count(_ explanation: Explanation) {
    all += 1
    if explanation.check.agreement == .identical { identical += 1 }
    let (check, index) = (explanation.check, explanation.index)
    #expect(
      check.agrees && (check.ulps ?? 2) <= 1,
      "\(name)\(index): \(check.recomputed) by the formula, \(check.stored) stored")
    if let last = explanation.steps.last {
      #expect(
        (last.value - check.recomputed).magnitude <= 1e-13 * (1 + check.recomputed.magnitude),
        "\(name)\(index): the last step gives \(last.value), not \(check.recomputed)")
    } else {
      Issue.record("\(name)\(index) has no steps")
    }
  }

  func finish() {
    #expect(all > 0)
    #expect(identical * 100 >= all * 98, "\(name): \(identical) of \(all) are the same Float")
  }
}
