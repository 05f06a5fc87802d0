import Layers
import Networks
import Tensors

/// One element of a weight or bias, with everything needed to compute its gradient again.
struct ParameterUse {
  let trace: Trace
  let geometry: LayerGeometry
  /// The layer's input.
  let x: Tensor
  /// The gradient of the layer's output.
  let g: Tensor
  let role: Parameter.Role
  let index: [Int]

  private var gradientName: String { "gradient \(geometry.name)" }

  /// Computes the gradient by the definition of the layer.
  func reckon() throws(ExplanationError) -> Derivation {
    switch geometry.layer.weighted {
    case .convolution(let convolution):
      guard role == .weight else { return bias(everyPosition.map { [index[0]] + $0 }) }
      let group = index[0] / (g.shape.c / convolution.groups)
      let channel = group * (x.shape.c / convolution.groups) + index[1]
      return window(
        convolution.window, filter: index[0], channel: channel, u: index[2], v: index[3],
        positions: everyPosition)
    case .locallyConnected(let local):
      guard role == .weight else { return bias([[index[2], index[0], index[1]]]) }
      return window(
        local.window, filter: index[2], channel: index[3], u: index[4], v: index[5],
        positions: [[index[0], index[1]]])
    case .linear: return role == .weight ? linear() : bias([index])
    case .batchNormalization(let normalization):
      guard role == .weight else { return bias(everyChannelIndex) }
      return try scale(normalization)
    case nil: throw .noParameter(layer: geometry.name, parameter: role.rawValue, has: [])
    }
  }

  /// Every row and column of the output.
  private var everyPosition: [[Int]] {
    (0..<g.shape.h).flatMap { r in (0..<g.shape.w).map { [r, $0] } }
  }

  /// Every element of a batch normalization's channel, without the batch axis.
  private var everyChannelIndex: [[Int]] {
    g.shape.rank == 4 ? everyPosition.map { index + $0 } : [index]
  }

  /// ∂L/∂w[o, c, u, v] = Σ g[o, p, q] · x[c, p·stride − padding + u, q·stride − padding + v] over
  /// the batch and the positions where that input is on the map.
  private func window(
    _ window: Window, filter: Int, channel: Int, u: Int, v: Int, positions: [[Int]]
  ) -> Derivation {
    var builder = ProductSumBuilder()
    for picture in 0..<x.shape.n {
      builder.begin(picture)
      for position in positions {
        let r = position[0] * window.stride - window.padding + u
        let q = position[1] * window.stride - window.padding + v
        guard (0..<x.shape.h).contains(r), (0..<x.shape.w).contains(q) else { continue }
        builder.add(
          g[picture, filter, position[0], position[1]], at: [filter] + position,
          x[picture, channel, r, q], at: [channel, r, q])
      }
    }
    return products(builder)
  }

  /// ∂L/∂w[o, i] = Σ g[o] · x[i] over the batch.
  private func linear() -> Derivation {
    var builder = ProductSumBuilder()
    for picture in 0..<x.shape.n {
      builder.begin(picture)
      builder.add(
        g[[picture, index[0]]], at: [index[0]], x[[picture, index[1]]], at: [index[1]])
    }
    return products(builder)
  }

  private func products(_ builder: ProductSumBuilder) -> Derivation {
    let sum = builder.finish(
      first: (gradientName, "g"), second: (trace.name(of: geometry.index - 1), "x"),
      groups: "image")
    return Derivation(
      detail: .weightGradient(sum), steps: [Step("∂L/∂w", .symbol("Σ g·x", sum.total))],
      value: sum.total, operations: sum.count, magnitude: sum.magnitude)
  }

  /// ∂L/∂b = Σ g over the batch and the outputs that the bias was added to.
  private func bias(_ outputs: [[Int]]) -> Derivation {
    let sum = gradientSum(outputs) { _ in 1 }
    return derivation(
      sum, .biasGradient(sum), Step("∂L/∂b", .symbol("Σ g", sum.total)), operations: 1)
  }

  /// ∂L/∂γ = Σ g·x̂ over the batch and the channel.
  private func scale(_ normalization: BatchNormalization) throws(ExplanationError) -> Derivation {
    let first = everyChannelIndex[0]
    let place = try ElementContext(trace, arrivingAt: geometry.index, at: [0] + first)
    let statistics = place.statistics(channel: index[0])
    let inverse = statistics.inverseDeviation(normalization.epsilon)
    let sum = gradientSum(everyChannelIndex) { (Double(x[$0]) - statistics.mean) * inverse }
    let step = Step("∂L/∂γ", .symbol("Σ g·x̂", sum.total))
    return derivation(sum, .scaleGradient(sum), step, operations: 3)
  }

  private func gradientSum(_ outputs: [[Int]], factor: ([Int]) -> Double) -> GradientSum {
    GradientSum(
      name: gradientName,
      terms: (0..<g.shape.n).flatMap { picture in
        outputs.map {
          GradientSum.Term(
            picture: picture, index: $0, g: g[[picture] + $0], factor: factor([picture] + $0))
        }
      })
  }

  private func derivation(
    _ sum: GradientSum, _ detail: Explanation.Detail, _ step: Step, operations: Int
  ) -> Derivation {
    Derivation(
      detail: detail, steps: [step], value: sum.total, operations: operations * sum.terms.count,
      magnitude: sum.magnitude)
  }
}
