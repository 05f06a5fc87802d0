import Basics
import Layers
import Networks
import Tensors

extension GoldenVerifier {
  /// Runs a whole network forward and backward, and compares what the case stores of each tensor.
  func compare(_ example: NetworkCase, cancellation: Cancellation) throws -> [GoldenComparison] {
    let network = example.network
    let parameters = try network.parameters(cancellation: cancellation)
    var comparisons = try compareAll(example, parameters, cancellation)
    if engine.dependsOnRetention {
      comparisons += try compareEnds(example, parameters, cancellation)
    }
    return comparisons
  }

  /// Runs a network, keeping everything.
  private func compareAll(
    _ example: NetworkCase, _ parameters: [[Tensor]], _ cancellation: Cancellation
  ) throws -> [GoldenComparison] {
    let network = example.network
    let plan = try network.plan(engine, mode: .inference, parameters: parameters)
    plan.setInput(network.image())
    try plan.forward(cancellation: cancellation)

    let last = network.layers.count - 1
    let logitsRMS = example.logits.rootMeanSquare
    let deviations = NetworkDeviations(network.geometry, arithmetic, logitsRMS: logitsRMS)
    var comparisons: [GoldenComparison] = []
    for layer in network.geometry {
      try cancellation.check()
      // An engine that fuses a layer with the next one has no output for it.
      guard let output = plan.output(of: layer.index) else { continue }
      comparisons += compare(
        "layer.\(layer.name)", output, example.outputs[layer.index],
        deviations.output(of: layer.index), keepsZeros: arithmetic.transforms(of: layer) == nil,
        crossesZero: deviations.mayCrossZero)
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

    guard runsBackward else { return comparisons }
    try plan.backward(labels: example.labels, cancellation: cancellation)
    comparisons += try compareGradients(of: plan, example, deviations, cancellation)
    comparisons += compare(
      gradient: "image", plan.inputGradient(of: 0), shape: network.geometry[0].input, example,
      deviations.gradient(of: 0), crossesZero: deviations.mayCrossZero)
    return comparisons
  }

  /// Runs a network, keeping only the last output, as prediction and training do: forward in
  /// inference, and backward in training, with dropout masks of 1 − rate so that training computes
  /// the same as inference. (Batch normalization differs there; its networks run forward only.)
  private func compareEnds(
    _ example: NetworkCase, _ parameters: [[Tensor]], _ cancellation: Cancellation
  ) throws -> [GoldenComparison] {
    let network = example.network
    let last = network.layers.count - 1
    let deviations = NetworkDeviations(
      network.geometry, arithmetic, logitsRMS: example.logits.rootMeanSquare)
    let (deviation, depth) = deviations.loss()
    func loss(_ plan: any Plan, _ label: String) -> GoldenComparison {
      GoldenComparison(
        tensor: "loss \(label)", got: [plan.loss(labels: example.labels)],
        expected: [example.loss], bound: LossBound(deviation: deviation, depth: depth),
        place: { ([$0], nil) })
    }
    var comparisons: [GoldenComparison] = []
    for mode in runsBackward ? [Mode.inference, .training] : [.inference] {
      let hasBatchStatistics = network.layers.contains { $0.layer.kind == .batchNormalization }
      if mode == .training && hasBatchStatistics { continue }
      let plan = try network.plan(engine, mode: mode, keeping: .outputsOnly, parameters: parameters)
      for layer in network.geometry where mode == .training {
        guard case .dropout(let dropout) = layer.layer else { continue }
        plan.setMask(
          Tensor(repeating: Float(1 - dropout.rate), shape: layer.input), of: layer.index)
      }
      plan.setInput(network.image())
      try plan.forward(cancellation: cancellation)
      comparisons.append(loss(plan, "keeping outputs only in \(mode)"))
      if mode == .inference, let output = plan.output(of: last) {
        comparisons += compare(
          "layer.\(network.geometry[last].name) keeping outputs only", output,
          example.outputs[last],
          deviations.output(of: last), keepsZeros: true, crossesZero: deviations.mayCrossZero)
      } else {
        try plan.backward(labels: example.labels, cancellation: cancellation)
        comparisons += try compareGradients(
          of: plan, example, deviations, label: " keeping outputs only", cancellation)
      }
    }
    return comparisons
  }

  private func compareGradients(
    of plan: any Plan, _ example: NetworkCase, _ deviations: NetworkDeviations, label: String = "",
    _ cancellation: Cancellation
  ) throws -> [GoldenComparison] {
    var comparisons: [GoldenComparison] = []
    for layer in example.network.geometry {
      try cancellation.check()
      let gradients = plan.parameterGradients(of: layer.index)
      for (index, parameter) in layer.parameters.filter(\.isTrainable).enumerated() {
        let name = layer.name(of: parameter)
        comparisons += compare(
          gradient: name, index < gradients.count ? gradients[index] : nil,
          shape: parameter.shape, example, deviations.gradient(of: layer.index), label: label,
          keepsZeros: parameter.role == .bias || arithmetic.transforms(of: layer) == nil,
          crossesZero: deviations.mayCrossZero)
      }
    }
    return comparisons
  }

  private func compare(
    gradient name: String, _ tensor: Tensor?, shape: Shape, _ example: NetworkCase,
    _ deviation: (deviation: Double, depth: Int), label: String = "", keepsZeros: Bool = true,
    crossesZero: Bool
  ) -> [GoldenComparison] {
    guard let summary = example.gradients[name] else { return [] }
    guard let tensor, tensor.shape == shape else {
      return [
        GoldenComparison(
          tensor: "gradient.\(name)\(label)",
          problem: tensor.map { "its shape is \($0.shape), not \(shape)" }
            ?? "\(engine.name) gives nothing")
      ]
    }
    return compare(
      "gradient.\(name)\(label)", tensor, summary, deviation, keepsZeros: keepsZeros,
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
