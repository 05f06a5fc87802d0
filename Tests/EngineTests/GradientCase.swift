import Layers
import Tensors

/// One layer on one input, to compare with central differences: a row of the table in
/// `GradientCases.swift`.
struct GradientCase: Sendable {
  /// How inputs are drawn.
  enum Values: Sendable {
    /// At random from −1 to 1.
    case unit
    /// In random order, an eighth apart from each other and a sixteenth from 0: no maxima tie and
    /// no ReLU switches within the steps of the differences.
    case apart
  }

  let name: String
  let layer: Layer
  let input: Shape
  var mode = Mode.inference
  var values = Values.unit

  /// The element i of the input.
  func makeInput() -> Tensor {
    let random = CounterRandom("input of \(name)", seed: 1)
    switch values {
    case .unit: return Tensor(uniform: input, scale: 1, random: random)
    case .apart:
      var steps = Array(0..<input.count)
      for i in steps.indices.reversed() { steps.swapAt(i, random.below(i + 1, UInt64(i))) }
      return Tensor(
        shape: input,
        values: steps.map { (Float($0 - input.count / 2) + 0.5) / 8 })
    }
  }

  /// Parameters in −1 ..< 1; a running variance is shifted above 0.
  func makeParameters() throws -> [Tensor] {
    try layer.parameters(for: input).map { parameter in
      let isVariance = parameter.role == .runningVariance
      return Tensor(
        uniform: parameter.shape, scale: isVariance ? 0.5 : 1, offset: isVariance ? 1 : 0,
        random: CounterRandom("\(parameter.name) of \(name)", seed: 1))
    }
  }

  /// A mask that drops about a third of the elements.
  func makeMask() -> Tensor {
    let random = CounterRandom("mask of \(name)", seed: 1)
    return Tensor(
      shape: input, values: (0..<input.count).map { random.below(3, UInt64($0)) == 0 ? 0 : 1 })
  }
}
