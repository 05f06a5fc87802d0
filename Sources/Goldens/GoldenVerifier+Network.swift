import Layers
import Networks
import Tensors

extension GoldenVerifier {
  /// Runs a whole network forward and backward, and compares what the case keeps of each tensor.
  func compare(_ example: NetworkCase, cancellation: Cancellation) throws -> [GoldenComparison] {
    let network = example.network
    let plan = try network.plan(engine, mode: .inference, cancellation: cancellation)
    plan.setInput(network.image())
    try plan.forward(cancellation: cancellation)

    let last = network.layers.count - 1
    let logitsRMS = rootMeanSquare(example.logits)
    let deviations = NetworkDeviations(network.geometry, arithmetic, logitsRMS: logitsRMS)
    var comparisons: [GoldenComparison] = []
    for layer in network.geometry {
      try cancellation.check()
      // An engine that fuses a layer with the one behind it has nothing to show for it.
      guard let output = plan.output(of: layer.index) else { continue }
      comparisons += compare(
        "layer.\(layer.name)", output, example.outputs[layer.index],
        deviations.output(of: layer.index), keepsZeros: arithmetic.transforms(of: layer) == nil,
        crossesZero: deviations.mayTransform)
      if layer.index == last - 1 {
        let (deviation, depth) = deviations.output(of: layer.index)
        comparisons.append(
          GoldenComparison(
            tensor: "logits", got: output.values.map(Double.init), expected: example.logits,
            bound: NetworkBound(
              deviation: deviation, depth: depth, rms: logitsRMS, count: output.count,
              rounding: arithmetic.result),
            place: { (output.shape.index(at: $0), nil) }))
      }
    }
    let (deviation, depth) = deviations.loss()
    comparisons.append(
      GoldenComparison(
        tensor: "loss", got: [plan.loss(labels: example.labels)], expected: [example.loss],
        bound: LossBound(deviation: deviation, depth: depth), place: { ([$0], nil) }))

    try plan.backward(labels: example.labels, cancellation: cancellation)
    for layer in network.geometry {
      try cancellation.check()
      let gradients = plan.parameterGradients(of: layer.index)
      for (index, parameter) in layer.parameters.filter(\.isTrainable).enumerated() {
        let name = "\(layer.name).\(parameter.name)"
        comparisons += compare(
          gradient: name, index < gradients.count ? gradients[index] : nil,
          shape: parameter.shape, example, deviations.gradient(of: layer.index),
          keepsZeros: parameter.role == .bias || arithmetic.transforms(of: layer) == nil,
          crossesZero: deviations.mayTransform)
      }
    }
    comparisons += compare(
      gradient: "image", plan.inputGradient(of: 0), shape: network.geometry[0].input, example,
      deviations.gradient(of: 0), crossesZero: deviations.mayTransform)
    return comparisons
  }

  /// Runs steps of the paper's descent, and compares the loss before each.
  func compare(
    _ example: TrainingCase, cancellation: Cancellation
  ) throws -> [GoldenComparison] {
    let network = example.network
    let plan = try network.plan(engine, mode: .training, cancellation: cancellation)
    let rules = network.geometry.map { layer in
      layer.parameters.filter(\.isTrainable).map { parameter -> UpdateRule? in
        .paper(
          rate: parameter.role == .bias ? example.rates.bias : example.rates.weight,
          momentum: example.momentum,
          decay: example.decay["\(layer.name).\(parameter.name)"] ?? 0)
      }
    }
    var losses: [Double] = []
    for step in example.losses.indices {
      plan.setInput(network.image("image.\(step + 1)"))
      try plan.forward(cancellation: cancellation)
      losses.append(plan.loss(labels: example.labels[step]))
      plan.clearGradients()
      try plan.backward(labels: example.labels[step], cancellation: cancellation)
      plan.update(rules)
    }
    return [
      GoldenComparison(
        tensor: "losses", got: losses, expected: example.losses,
        bound: StepsBound(example, arithmetic), place: { ([$0], "of step \($0 + 1)") })
    ]
  }

  private func compare(
    gradient name: String, _ tensor: Tensor?, shape: Shape, _ example: NetworkCase,
    _ deviation: (deviation: Double, depth: Int), keepsZeros: Bool = true, crossesZero: Bool
  ) -> [GoldenComparison] {
    guard let summary = example.gradients[name] else { return [] }
    guard let tensor, tensor.shape == shape else {
      return [
        GoldenComparison(
          tensor: "gradient.\(name)",
          problem: tensor.map { "it came as \($0.shape) where \(shape) is expected" }
            ?? "\(engine.name) hands out nothing")
      ]
    }
    return compare(
      "gradient.\(name)", tensor, summary, deviation, keepsZeros: keepsZeros,
      crossesZero: crossesZero)
  }

  private func compare(
    _ name: String, _ tensor: Tensor, _ summary: NetworkCase.Summary,
    _ deviation: (deviation: Double, depth: Int), keepsZeros: Bool, crossesZero: Bool
  ) -> [GoldenComparison] {
    let bound = NetworkBound(
      deviation: deviation.deviation, depth: deviation.depth, rms: summary.statistics[3],
      count: summary.indices.count, rounding: arithmetic.result)
    return [
      GoldenComparison(
        tensor: name, got: summary.indices.map { Double(tensor.values[$0]) },
        expected: summary.samples, bound: bound,
        place: { (tensor.shape.index(at: summary.indices[$0]), nil) }),
      GoldenComparison(
        tensor: "\(name) statistics", got: statistics(tensor), expected: summary.statistics,
        bound: StatisticsBound(
          elements: bound, count: tensor.count, keepsZeros: keepsZeros, crossesZero: crossesZero),
        place: { ([$0], StatisticsBound.labels[$0]) }),
    ]
  }
}

/// Minimum, mean, maximum, root mean square and share of zeros, in Double.
private func statistics(_ tensor: Tensor) -> [Double] {
  tensor.withUnsafeBufferPointer { values in
    var (least, most) = (Float.infinity, -Float.infinity)
    var (sum, squares) = (0.0, 0.0)
    var zeros = 0
    for value in values {
      least = value < least ? value : least
      most = value > most ? value : most
      sum += Double(value)
      squares += Double(value) * Double(value)
      if value == 0 { zeros += 1 }
    }
    let count = Double(values.count)
    return [
      Double(least), sum / count, Double(most), (squares / count).squareRoot(),
      Double(zeros) / count,
    ]
  }
}

private func rootMeanSquare(_ values: [Double]) -> Double {
  (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
}
